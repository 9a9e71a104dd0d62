"""One self-contained page about a judged recording for a physiotherapist."""
