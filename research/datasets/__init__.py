"""Scripted exercises and rendered takes with known truth, with the landmarks that MediaPipe found in them."""
