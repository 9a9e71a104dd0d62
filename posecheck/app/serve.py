"""Streamlit's own command line, ended as a program ends: `posecheck app` starts this in a process of its own.

Uvicorn, which serves the app with its routes, stops quietly when it is asked to end, and then ends the process at once
by the same signal. What has to be ended and removed first (visit/stopping.py, visit/folders.py) would then be left.
"""

import signal
import sys
from types import FrameType

from streamlit.web import cli


def _end(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


def main() -> None:
    """Run the command line that was given."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    cli.main()


if __name__ == "__main__":
    main()
