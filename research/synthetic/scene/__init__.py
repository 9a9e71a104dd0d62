"""What is filmed: people, clothes, rooms, props, movements and stretches, from scene files or at random."""
