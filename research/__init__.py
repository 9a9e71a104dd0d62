"""Development only, not installed: rendered people with known truth, datasets, training and benchmarks."""
