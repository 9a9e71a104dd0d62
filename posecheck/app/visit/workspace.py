"""What belongs to one visitor: a temporary folder, the recording they loaded, the limits they moved.

A visitor is known by a long random name in the page's address, so that a reload finds everything again. Anyone who has
the address can see the recording; the visitor decides whether to share it. A workspace is removed when no page has
shown it for KEEP_S seconds.
"""

import secrets
import shutil
import tempfile
import threading
import time
import weakref
from datetime import datetime
from pathlib import Path
from typing import cast

import streamlit as st

from posecheck.app.visit.analysis_job import AnalysisJob
from posecheck.app.visit.recordings import LoadedRecording
from posecheck.core.files import ScratchFolder, clear_scratch
from posecheck.safety import Answer, Felt
from posecheck.stretches.profiles import Limit

PARAMETER = "visit"
FOLDER = "posecheck-app-"
"""Prefix of the folders' names."""
KEEP_S = 4 * 3600.0
UNDOS = 50
"""Moves of a limit that can be taken back."""
MOST = 200
"""Visits kept at the same time; beyond that, the one that was shown longest ago is removed."""


class Workspace:
    """Hold a visitor's folder and state; the folder is removed when the workspace is no longer referenced.

    Attributes:
        folder: The temporary folder.
        name: The random name that stands in the page's address.
        seen_s: When a page last showed the workspace, by the monotonic clock.
        loaded: The recording that is judged; None where none is loaded.
        measured: The recording that a stretch of the visitor's own is made from.
        job: The analysis that runs, or whose result was not taken yet.
        limits: The limits that the visitor moved, by range and by name (target, caution, stop).
        reasons: Why a limit may go past a published norm, by range.
        kept: The number of the recording that was last kept in the history.
        answers: Health answers, kept here only where there is no history; likewise `felt`, the symptoms.
        warmed_up_at: When the visitor said that they had warmed up.
        past: Limits and reasons as they were before each of the last moves, the newest last.
        resets: Counts the resets of the limits, so that the sliders then get new keys and values.
    """

    def __init__(self) -> None:
        held = ScratchFolder(FOLDER)
        self.folder = held.path
        self._remove = weakref.finalize(self, held.close)
        self.name = secrets.token_urlsafe(24)
        self.seen_s = time.monotonic()
        self.loaded: LoadedRecording | None = None
        self.measured: LoadedRecording | None = None
        self.job: AnalysisJob | None = None
        self.limits: dict[str, dict[str, Limit]] = {}
        self.reasons: dict[str, str] = {}
        self.kept: int | None = None
        self.answers: list[Answer] = []
        self.felt: list[Felt] = []
        self.warmed_up_at: datetime | None = None
        self.past: list[tuple[dict[str, dict[str, Limit]], dict[str, str]]] = []
        self.resets = 0

    def new_folder(self) -> Path:
        """Return a new empty folder inside the visitor's folder."""
        return Path(tempfile.mkdtemp(dir=self.folder))

    def load(self, loaded: LoadedRecording, *, same_stretch: bool = False) -> None:
        """Replace the loaded recording; the files of the earlier one are removed.

        Args:
            loaded: The recording.
            same_stretch: Whether it is the earlier one, judged again by the same stretch; moved limits then stay.
        """
        if self.loaded is not None:
            shutil.rmtree(self.loaded.folder, ignore_errors=True)
        self.loaded = loaded
        self.kept = None
        if not same_stretch:
            self.reset()
            self.past = []

    def measure(self, loaded: LoadedRecording) -> None:
        """Replace the recording that a stretch of the visitor's own is made from; the loaded one stays."""
        if self.measured is not None:
            shutil.rmtree(self.measured.folder, ignore_errors=True)
        self.measured = loaded

    def reset(self) -> None:
        """Forget moved limits and their reasons; an undo brings them back."""
        self.remember()
        self.limits = {}
        self.reasons = {}
        self.resets += 1

    def remember(self) -> None:
        """Note where the limits stand now, before they are moved."""
        self.past = [*self.past, ({key: dict(one) for key, one in self.limits.items()}, dict(self.reasons))][-UNDOS:]

    def undo(self) -> None:
        """Put the limits back to where they stood before the last move."""
        if self.past:
            self.limits, self.reasons = self.past.pop()
            self.resets += 1


class Visits:
    """Hold the workspaces of all visitors by their names."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, Workspace] = {}

    def find(self, name: str) -> Workspace | None:
        """Return a visitor's workspace by its name; None where it is not known or was removed."""
        with self._lock:
            self._tidy()
            return self._held.get(name)

    def keep(self, space: Workspace) -> None:
        """Store a workspace so that a reload finds it, and note that it was shown now."""
        with self._lock:
            space.seen_s = time.monotonic()
            self._held[space.name] = space
            self._tidy()

    def _tidy(self) -> None:
        oldest = sorted(self._held.values(), key=lambda space: space.seen_s)
        old = [space for space in oldest if time.monotonic() - space.seen_s > KEEP_S]
        for space in {*old, *oldest[: max(0, len(oldest) - MOST)]}:
            del self._held[space.name]


@st.cache_resource
def visits() -> Visits:
    """Return the visits to this app; when the app starts, remove folders that a killed app left behind."""
    clear_scratch(FOLDER)
    return Visits()


def mine() -> Workspace:
    """Return this visitor's workspace, and put its name into the page's address so that a reload finds it."""
    space = st.session_state.get("workspace")
    if space is None:
        space = visits().find(st.query_params.get(PARAMETER, "")) or Workspace()
        st.session_state["workspace"] = space
    visits().keep(space)
    if space.job is not None:
        space.job.looked_s = time.monotonic()
    if st.query_params.get(PARAMETER) != space.name:
        st.query_params[PARAMETER] = space.name
    return cast(Workspace, space)
