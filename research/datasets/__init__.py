"""Scripted exercises, and rendered takes with known truth and the landmarks that MediaPipe found in them."""
