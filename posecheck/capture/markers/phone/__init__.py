"""The marker that a phone at the chest shows: what it says, and how it is read from a picture."""
