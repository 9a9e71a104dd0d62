"""The browser camera: transport, feed, capacity, voice, and what follows a set."""
