"""Recorded landmarks disturbed as those of filmed people are: jitter, and flips from one guess to the next."""
