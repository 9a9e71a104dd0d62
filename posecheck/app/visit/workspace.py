"""What belongs to one visitor: a temporary folder, the recording they loaded, the limits they moved.

A visitor is known by a long random name in the page's address, so that a reload finds everything again. Anyone who has
the address can see the recording; the visitor decides whether to share it. When a workspace ends: see visits.py.
"""

import secrets
import shutil
import tempfile
import time
import weakref
from datetime import datetime
from pathlib import Path
from typing import cast

import streamlit as st

from posecheck.app.base import closed_sockets, sessions
from posecheck.app.base.language import _
from posecheck.app.visit import folders
from posecheck.app.visit.analysis_job import AnalysisJob
from posecheck.app.visit.recordings import LoadedRecording
from posecheck.app.visit.visits import Visits, watch
from posecheck.core.i18n import N_
from posecheck.programme.sitting import Sitting
from posecheck.safety import Answer, Felt
from posecheck.stretches.profiles import Limit

PARAMETER, KEY = "visit", "workspace"
OVER = N_("The visit in this address is over: what was uploaded and analysed in it has been deleted.")
UNDOS = 50
"""Moves of a limit that can be taken back."""


class Workspace:
    """Hold a visitor's folder and state; the folder is removed by end(), or when the workspace is no longer referenced.

    Attributes:
        folder: The temporary folder.
        name: The random name that stands in the page's address.
        seen_s: When a page last showed the workspace, by the monotonic clock.
        pages: The ids of the sessions that have shown it.
        ended: Whether the visit has ended; nothing may be written any more.
        loaded: The recording that is judged; None where none is loaded.
        measured: The recording that a stretch of the visitor's own is made from.
        job: The analysis that runs, or whose result was not taken yet.
        limits: The limits that the visitor moved, by range and by name (target, caution, stop).
        reasons: Why a limit may go past a published norm, by range.
        apart: The ranges whose left and right the visitor moves apart.
        kept: The number of the recording that was last kept in the history.
        person: The name of the person who was chosen; empty for nobody.
        profile: The name of the profile whose limits are in use; empty for those of the stretch itself.
        answers: Health answers, kept here only while nobody is chosen; likewise `felt`, the symptoms.
        warmed_up_at: When the visitor said that they had warmed up.
        sitting: How far the visitor is in a programme; None where none is followed.
        sitting_kept: The person and the number under which the history keeps it; None where it does not yet.
        sittings: Programmes that were followed earlier in the visit while nobody was chosen.
        past: Limits, reasons and ranges set apart as they were before each of the last moves, the newest last.
        resets: Counts the resets of the limits, so that the sliders then get new keys and values.
    """

    def __init__(self) -> None:
        self.folder = folders.of_visit()
        self._remove = weakref.finalize(self, shutil.rmtree, str(self.folder), True)
        self.name = secrets.token_urlsafe(24)
        self.seen_s = time.monotonic()
        self.pages: set[str] = set()
        self.ended = False
        self.loaded: LoadedRecording | None = None
        self.measured: LoadedRecording | None = None
        self.job: AnalysisJob | None = None
        self.limits: dict[str, dict[str, Limit]] = {}
        self.reasons: dict[str, str] = {}
        self.apart: set[str] = set()
        self.kept: int | None = None
        self.person = self.profile = ""
        self.answers: list[Answer] = []
        self.felt: list[Felt] = []
        self.warmed_up_at: datetime | None = None
        self.sitting: Sitting | None = None
        self.sitting_kept: tuple[str, int] | None = None
        self.sittings: list[Sitting] = []
        self.past: list[tuple[dict[str, dict[str, Limit]], dict[str, str], set[str]]] = []
        self.resets = 0

    @property
    def busy(self) -> bool:
        """Return whether an analysis waits, runs, or has a result that nobody has seen."""
        return self.job is not None

    @property
    def empty(self) -> bool:
        """Return whether nothing would be lost."""
        said = self.answers or self.felt or self.sitting or self.sittings
        return self.job is None and self.loaded is None and self.measured is None and not said

    @property
    def gone(self) -> bool:
        """Return whether nothing is left of an ended visit on the disk and no analysis runs that could still write."""
        return (self.job is None or self.job.done) and not self.folder.exists()

    def end(self) -> None:
        """End the analysis and remove the files; to be called again where something is left."""
        self.ended = True
        self.loaded = self.measured = None
        self.answers, self.felt = [], []
        self.sitting, self.sittings = None, []
        if self.job is not None:
            self.job.cancel()
        shutil.rmtree(self.folder, ignore_errors=True)

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
        self.apart = set()
        self.resets += 1

    def remember(self) -> None:
        """Note where the limits stand now, before they are moved."""
        limits = {key: dict(one) for key, one in self.limits.items()}
        self.past = [*self.past, (limits, dict(self.reasons), set(self.apart))][-UNDOS:]

    def undo(self) -> None:
        """Put the limits back to where they stood before the last move."""
        if self.past:
            self.limits, self.reasons, self.apart = self.past.pop()
            self.resets += 1


@st.cache_resource
def visits() -> Visits[Workspace]:
    """Return the visits to this server, which are looked after from the first call on."""
    closed_sockets.keep_quiet()
    held: Visits[Workspace] = Visits()
    watch(held)
    return held


def mine() -> Workspace:
    """Return this visitor's workspace, and put its name into the page's address so that a reload finds it."""
    space, page = cast(Workspace | None, st.session_state.get(KEY)), sessions.current()
    while space is None or not visits().keep(space):
        named = st.query_params.get(PARAMETER, "")
        space = visits().find(named)
        if space is None:
            space = Workspace()
            if named:
                st.toast(_(OVER), icon=":material/delete:", duration="long")
    st.session_state[KEY] = space
    if page is not None:
        space.pages.add(page)
    if st.query_params.get(PARAMETER) != space.name:
        st.query_params[PARAMETER] = space.name
    return space
