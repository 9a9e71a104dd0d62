"""Lead one person before a camera through sets of a stretch."""
