"""What belongs to one visitor: a temporary folder, the recording they loaded, the limits they moved.

A visitor is known by a long random name in the page's address, so that a reload finds everything again. Whoever has the
address has the recording: it is theirs to share or not. What nobody has looked at for KEEP_S is removed.
"""

import os
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
from posecheck.safety import Answer, Felt
from posecheck.stretches.profiles import Limit

PARAMETER = "visit"
FOLDER = "posecheck-app-"
"""Before the number of the process that a folder belongs to, so that those of one that was killed are known."""
KEEP_S = 4 * 3600.0
MOST = 200
"""Visits kept at a time; the one that was looked at the longest ago goes first."""


class Workspace:
    """Hold a visitor's folder and state; the folder goes when nobody holds the workspace any more."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-"))
        self._remove = weakref.finalize(self, shutil.rmtree, str(self.folder), True)
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
        self.resets = 0

    def new_folder(self) -> Path:
        """Return an empty folder for one piece of work."""
        return Path(tempfile.mkdtemp(dir=self.folder))

    def load(self, loaded: LoadedRecording) -> None:
        """Take a recording in place of the one before, whose files go."""
        if self.loaded is not None:
            shutil.rmtree(self.loaded.folder, ignore_errors=True)
        self.loaded = loaded
        self.kept = None
        self.reset()

    def measure(self, loaded: LoadedRecording) -> None:
        """Take a recording that a stretch is to be made of; it stands beside the one that is judged."""
        if self.measured is not None:
            shutil.rmtree(self.measured.folder, ignore_errors=True)
        self.measured = loaded

    def reset(self) -> None:
        """Forget moved limits."""
        self.limits = {}
        self.reasons = {}
        self.resets += 1


class Visits:
    """Hold the workspaces of all visitors by their names."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, Workspace] = {}

    def find(self, name: str) -> Workspace | None:
        """Return a visitor's workspace, or None where it is not known or has been given up."""
        with self._lock:
            self._tidy()
            return self._held.get(name)

    def keep(self, space: Workspace) -> None:
        """Hold a workspace so that a reload finds it."""
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
    """Return the visits to this app; at its start, what an app that was killed has left behind goes."""
    for left in Path(tempfile.gettempdir()).glob(f"{FOLDER}*-*"):
        number = left.name.removeprefix(FOLDER).partition("-")[0]
        if number.isdigit() and not _runs(int(number)):
            shutil.rmtree(left, ignore_errors=True)
    return Visits()


def _runs(process: int) -> bool:
    """Tell whether a process with this number runs, whoever's it is."""
    if os.name == "nt":  # there, asking ends it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def mine() -> Workspace:
    """Return this visitor's workspace, and see to it that a reload of the page finds it."""
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
