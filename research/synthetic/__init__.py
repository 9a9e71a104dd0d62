"""Rendered people whose joint angles are exactly known. For development only; nothing in posecheck imports it."""
