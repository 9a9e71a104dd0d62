"""How long what is computed stays in memory, and what goes to a file instead."""
