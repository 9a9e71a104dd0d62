"""Settings that keep MediaPipe from contacting a server: a proxy that does not exist, for its native code."""

NOWHERE = "none://nowhere"
PROXY_GUARD = {"https_proxy": NOWHERE, "no_proxy": "localhost"}
"""Environment variables; lower case is read first. if no_proxy were empty, NO_PROXY would be read."""
