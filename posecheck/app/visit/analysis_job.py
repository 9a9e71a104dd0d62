"""One analysis in its own thread: it continues while the visitor looks at another page or reloads this one."""

import logging
import shutil
import threading
import time
from pathlib import Path

from posecheck.app.visit.analysis_run import analyse, judge_again
from posecheck.app.visit.recordings import AnalysisRequest, JudgeAgain, LoadedRecording
from posecheck.core.errors import PosecheckError

ALONE_S = 1800.0
"""An analysis that no page has shown for this many seconds is ended, so that other visitors get their turn."""

_log = logging.getLogger(__name__)


class Cancelled(Exception):  # noqa: N818 - nothing went wrong
    """Raised inside an analysis to end it, because it was cancelled or no page shows it any more."""


class AnalysisJob:
    """Analyse a recording in its own thread, or judge an analysed one again.

    Once `done`, one of `loaded`, `error` and `problem` is set, and none of them when it was cancelled.

    Attributes:
        request: What is analysed, or judged again.
        share: How much of the work is done, 0 to 1.
        text: What is being done, in the visitor's language.
        loaded: The result.
        error: What was wrong with the recording.
        problem: Why the analysis ended early although nothing was wrong with the recording, in the visitor's language.
        looked_s: When a page last showed the analysis, by the monotonic clock.
    """

    def __init__(self, request: AnalysisRequest | JudgeAgain, folder: Path, aside: Path | None = None) -> None:
        """Start the analysis.

        Args:
            request: What to analyse.
            folder: Where the results go.
            aside: A folder that only the analysis needs, such as that of an uploaded video; it is removed at the end.
        """
        self.request = request
        self.share, self.text = 0.0, ""
        self.loaded: LoadedRecording | None = None
        self.error: PosecheckError | None = None
        self.problem: str | None = None
        self.looked_s = time.monotonic()
        self._folder, self._aside = folder, aside
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._work, name="analysis", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Return whether the analysis has ended, with or without a result."""
        return not self._thread.is_alive()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until the analysis has ended, at most this many seconds; None waits without a limit."""
        self._thread.join(seconds)

    def cancel(self) -> None:
        """End the analysis at its next progress report; the files that it wrote are removed."""
        self._cancelled.set()

    def _tell(self, share: float, text: str) -> None:
        if self._cancelled.is_set() or time.monotonic() - self.looked_s > ALONE_S:
            raise Cancelled
        self.share, self.text = share, text

    def _work(self) -> None:
        try:
            if isinstance(self.request, JudgeAgain):
                self.loaded = judge_again(self.request, self._folder, self._tell)
            else:
                self.loaded = analyse(self.request, self._folder, self._tell)
        except PosecheckError as error:
            self.error = error
        except Cancelled:
            if not self._cancelled.is_set():
                self.problem = self.request.texts.gettext(
                    "The analysis was given up: nobody had looked at this app for {n:.0f} minutes."
                ).format(n=ALONE_S / 60)
        except Exception:  # noqa: BLE001 - whoever waits for it must hear of it
            _log.exception("analysis failed")
            self.problem = self.request.texts.gettext(
                "Something went wrong that should not have. The server's log says more."
            )
        finally:
            if self._aside is not None:
                shutil.rmtree(self._aside, ignore_errors=True)
