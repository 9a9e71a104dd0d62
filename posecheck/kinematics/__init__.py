"""From landmarks to joint angles, each with its stated error."""
