"""Landmarks put right before anything is measured: exchanged sides, and limbs that leap."""
