"""What tests and benchmarks share: recorded landmarks in place of the model, and the app served to a browser."""
