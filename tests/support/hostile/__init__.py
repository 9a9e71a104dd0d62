"""Hostile and broken input of every kind, made by seeded generators, and what runs a command on it within bounds."""
