"""Fit the learned angle estimator on rendered people: draw them, gather what MediaPipe sees, fit, write the weights."""
