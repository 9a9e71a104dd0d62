"""Read recordings and cameras frame by frame, and write annotated video."""
