"""Measurements: accuracy against rendered clips with known truth. Not part of the installed package."""
