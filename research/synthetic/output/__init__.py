"""Scenes as pictures, and clips on disk: the film, its true angles and events, and still pictures."""
