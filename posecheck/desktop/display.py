"""A window on this machine's screen, by OpenCV; import this before anything that imports PyAV.

OpenCV and PyAV each bring their own copy of the X libraries under the same names, and the copy loaded first serves
both. With PyAV's copy, Qt (OpenCV's window system) would wait for ever. PyAV needs the libraries only to film the
screen, so it works with either copy.
"""

import contextlib
import ctypes
import os
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import cv2

from posecheck.core.errors import PosecheckError
from posecheck.core.frame import Rgb

PLUGIN = Path(cv2.__file__).parent / "qt" / "plugins" / "platforms" / "libqxcb.so"
if PLUGIN.is_file():
    with contextlib.suppress(OSError):  # A machine without a display may lack libraries that the plugin needs.
        ctypes.CDLL(str(PLUGIN))

TITLE = "posecheck"
PROBE = "import cv2; cv2.namedWindow('probe')"
ESCAPE = "\x1b"


class NoDisplayError(PosecheckError):
    """Report that there is no display to open a window on."""


class Display:
    """Check for a display in a second process while other parts start, because without one Qt ends its process.

    Creating it starts the check and raises NoDisplayError at once when the variable DISPLAY is not set.
    """

    def __init__(self) -> None:
        self._probe: subprocess.Popen[bytes] | None = None
        if sys.platform != "linux":
            return
        if not os.environ.get("DISPLAY"):
            text = "expected a display to open a window on, found none (DISPLAY is not set)"
            raise NoDisplayError("no_display", text, hint="open_app")
        self._probe = subprocess.Popen(
            [sys.executable, "-c", PROBE],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def check(self) -> None:
        """Wait for the result of the check.

        Raises:
            NoDisplayError: A window cannot be opened.
        """
        if self._probe is not None and self._probe.wait() != 0:
            text = "expected a display to open a window on, found none at DISPLAY={display}"
            raise NoDisplayError("no_display", text, hint="open_app", display=os.environ.get("DISPLAY"))


class Screen(Protocol):
    """Show pictures and return the keys pressed."""

    def show(self, rgb: Rgb) -> str:
        """Show a picture.

        Returns:
            The key pressed since the last picture; empty if none; ESCAPE when the window was closed.
        """

    def toggle_full(self) -> None:
        """Switch between full screen and window."""

    def close(self) -> None:
        """Close the window."""


class Window:
    """An OpenCV window that keeps the picture's proportions."""

    def __init__(self, *, full: bool) -> None:
        os.environ.setdefault("QT_LOGGING_RULES", "*.warning=false;default.warning=false")
        cv2.namedWindow(TITLE, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
        self._full, self._sized = full, False

    def show(self, rgb: Rgb) -> str:
        """Show a picture; see Screen."""
        if not self._sized:
            cv2.resizeWindow(TITLE, rgb.shape[1], rgb.shape[0])
            self._sized = True
            self._fill()
        cv2.imshow(TITLE, cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
        key = cv2.pollKey()
        if cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) < 1:
            return ESCAPE
        return chr(key & 0xFF) if key >= 0 else ""

    def toggle_full(self) -> None:
        """Switch between full screen and window."""
        self._full = not self._full
        self._fill()

    def _fill(self) -> None:
        state = cv2.WINDOW_FULLSCREEN if self._full else cv2.WINDOW_NORMAL
        cv2.setWindowProperty(TITLE, cv2.WND_PROP_FULLSCREEN, state)

    def close(self) -> None:
        """Close the window."""
        cv2.destroyAllWindows()
        cv2.pollKey()
