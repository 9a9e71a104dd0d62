"""What belongs to one visitor: a temporary folder, the recording they loaded, the limits they moved."""

import shutil
import tempfile
import weakref
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import cast

import streamlit as st

from posecheck.analysis import Analysis
from posecheck.profiles import Limit

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Hold a judged recording. name: as the visitor knows it; folder: its result files; number: tells two apart."""

    name: str
    age: int | None
    analysis: Analysis
    folder: Path
    problem: str | None = None
    number: int = field(default_factory=lambda: next(_numbers))


class Workspace:
    """Hold a visitor's folder and state; the folder goes when the visitor's session does."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="posecheck-app-"))
        self._remove = weakref.finalize(self, shutil.rmtree, str(self.folder), True)
        self.loaded: Loaded | None = None
        self.limits: dict[str, dict[str, Limit]] = {}
        self.resets = 0

    def new_folder(self) -> Path:
        """Return an empty folder for one piece of work."""
        return Path(tempfile.mkdtemp(dir=self.folder))

    def load(self, loaded: Loaded) -> None:
        """Take a recording in place of the one before, whose files go."""
        if self.loaded is not None:
            shutil.rmtree(self.loaded.folder, ignore_errors=True)
        self.loaded = loaded
        self.reset()

    def reset(self) -> None:
        """Forget moved limits."""
        self.limits = {}
        self.resets += 1


def mine() -> Workspace:
    """Return this visitor's workspace."""
    if "workspace" not in st.session_state:
        st.session_state["workspace"] = Workspace()
    return cast(Workspace, st.session_state["workspace"])
