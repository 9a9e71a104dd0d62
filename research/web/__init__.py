"""The path on which a visitor's browser finds the pose, beside the one on which the server does."""
