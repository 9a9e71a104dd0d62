"""Rendered people whose joint angles are exactly known. For development only; posecheck imports nothing from here."""
