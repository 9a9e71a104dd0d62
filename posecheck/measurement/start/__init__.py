"""The start posture: how far a posture is from it, which one is the neutral, live as in a recording, and till when."""
