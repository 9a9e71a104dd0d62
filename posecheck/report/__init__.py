"""The report: one HTML page about a judged recording, for a physiotherapist, with all pictures inside the file."""
