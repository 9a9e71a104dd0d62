"""Stand-ins that tests and benchmarks share: recorded landmarks in place of the model, the app served to a browser."""
