"""What is filmed: people, clothes, rooms, props, movements and stretches, as scenes in files or drawn by chance."""
