"""Delays and rates of live use: desktop window and browser."""
