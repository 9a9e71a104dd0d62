"""What keeps MediaPipe from its maker's server: a proxy that does not exist, set before a landmarker is created."""

NOWHERE = "none://nowhere"
PROXY_GUARD = {"https_proxy": NOWHERE, "no_proxy": "localhost"}
"""Environment variables; lower case is read first. With an empty no_proxy, NO_PROXY would be read and could say "*"."""
