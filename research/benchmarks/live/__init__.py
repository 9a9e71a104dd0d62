"""Delays and frame rates of live use, in the desktop window and in the browser."""
