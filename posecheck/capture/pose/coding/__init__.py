"""The body code: what the pose model's inner layers see of the subject, as a few numbers for each picture."""
