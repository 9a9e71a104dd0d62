"""The live page's camera: transport, feed, capacity, health gate, voice, and what follows a set."""
