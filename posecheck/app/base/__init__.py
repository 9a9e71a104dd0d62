"""Shared by all pages: language, labels, theme, navigation, privacy and the pose model."""
