"""Benchmarks: accuracy against rendered clips with known truth, speed and memory. Not part of the installed package."""
