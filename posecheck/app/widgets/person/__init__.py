"""Whom the app looks after: one bar on every page, and the profile that it chooses."""
