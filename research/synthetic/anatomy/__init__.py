"""Bodies, skeletons and poses whose joint angles are exactly known."""
