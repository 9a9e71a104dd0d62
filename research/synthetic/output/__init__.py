"""Clips on disk: the film, its true angles and events, and still pictures."""
