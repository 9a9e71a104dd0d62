"""One analysis in its own thread: it continues while the visitor looks at another page or reloads this one."""

import logging
import shutil
import threading
from pathlib import Path

from posecheck.app.base.collection import settle
from posecheck.app.visit.analysis_run import analyse, judge_again
from posecheck.app.visit.line import Turn
from posecheck.app.visit.recordings import AnalysisRequest, JudgeAgain, LoadedRecording
from posecheck.app.visit.stopping import end_with_server
from posecheck.core.errors import PosecheckError

_log = logging.getLogger(__name__)


class Cancelled(Exception):  # noqa: N818 - nothing went wrong
    """Raised inside an analysis to end it: it was cancelled, the visit has ended, or the server stops."""


class AnalysisJob:
    """Analyse a recording in its own thread once it is its turn, or judge an analysed one again.

    Once `done`, one of `loaded`, `error` and `problem` is set, and none of them when it was cancelled.

    Attributes:
        request: What is analysed, or judged again.
        share: How much of the work is done, 0 to 1.
        text: What is being done, in the visitor's language.
        loaded: The result.
        error: What was wrong with the recording.
        problem: Why the analysis ended early although nothing was wrong with the recording, in the visitor's language.
    """

    def __init__(
        self, request: AnalysisRequest | JudgeAgain, folder: Path, turn: Turn, aside: Path | None = None
    ) -> None:
        """Start the analysis.

        Args:
            request: What to analyse.
            folder: Where the results go; it is removed where there are none.
            turn: The place in line.
            aside: A folder that only the analysis needs, such as that of an uploaded video; it is removed at the end.
        """
        self.request = request
        self.share, self.text = 0.0, ""
        self.loaded: LoadedRecording | None = None
        self.error: PosecheckError | None = None
        self.problem: str | None = None
        self._folder, self._aside, self._turn = folder, aside, turn
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._work, name="analysis", daemon=True)
        end_with_server(self)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Return whether the analysis has ended, with or without a result."""
        return not self._thread.is_alive()

    @property
    def waiting(self) -> bool:
        """Return whether it waits in line for its turn."""
        return self._turn.before is not None

    def wait(self, seconds: float | None = None) -> None:
        """Wait until the analysis has ended, at most this many seconds; None waits without a limit."""
        self._thread.join(seconds)

    def cancel(self) -> None:
        """End the analysis at its next progress report; the files that it wrote are removed."""
        self._cancelled.set()
        self._turn.give_up()

    def _tell(self, share: float, text: str) -> None:
        if self._cancelled.is_set():
            raise Cancelled
        self.share, self.text = share, text

    def _work(self) -> None:
        try:
            settle()
            with self._turn.taken(self._tell, self.request.texts):
                if isinstance(self.request, JudgeAgain):
                    self.loaded = judge_again(self.request, self._folder, self._tell)
                else:
                    self.loaded = analyse(self.request, self._folder, self._tell)
        except PosecheckError as error:
            self.error = error
        except Cancelled:
            pass
        except Exception as error:  # noqa: BLE001 - whoever waits for it must hear of it
            if self._cancelled.is_set():
                # Its files went while it worked, or the server took the pose library apart before it could end.
                _log.info("an analysis that was ended failed: %s", error)
                return
            _log.exception("analysis failed")
            self.problem = self.request.texts.gettext(
                "Something went wrong that should not have. The server's log says more."
            )
        finally:
            if self.loaded is None:
                shutil.rmtree(self._folder, ignore_errors=True)
            if self._aside is not None:
                shutil.rmtree(self._aside, ignore_errors=True)
