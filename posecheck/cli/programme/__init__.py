"""The `programme` command."""
