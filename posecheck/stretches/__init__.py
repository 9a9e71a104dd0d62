"""What a stretch asks for: its file, the ranges of its angles, profiles laid over them, and the checks they become."""
