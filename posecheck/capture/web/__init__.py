"""Pose finding in the browser of whoever is filmed: the official web build of the pose landmarker."""
