"""A visitor's analysis at work: it goes on whatever page they look at, and through a reload, until they cancel it."""

import logging
import shutil
import threading
import time
from pathlib import Path

import streamlit as st

from posecheck.app.base import mistakes
from posecheck.app.base.labels import plain
from posecheck.app.base.language import _
from posecheck.app.visit.analysis_run import Order, analyse
from posecheck.app.visit.workspace import Loaded, Workspace, mine
from posecheck.core.errors import PosecheckError

LOOK_S = 0.5
"""How often the page looks how far it is."""
ALONE_S = 1800.0
"""After so long without a look the visitor is taken to have left, and others get their turn."""

_log = logging.getLogger(__name__)


class Cancelled(Exception):  # noqa: N818 - nothing went wrong
    """Ends an analysis that nobody wants any more."""


class Job:
    """Analyse in a thread of its own.

    folder: where the results go; aside: a folder that is needed only meanwhile, removed at the end with what it holds.
    Once `done`, either `loaded` or `problem` is set, neither when it was cancelled.
    """

    def __init__(self, order: Order, folder: Path, aside: Path | None = None) -> None:
        self.order = order
        self.share, self.text = 0.0, ""
        self.loaded: Loaded | None = None
        self.problem: str | None = None
        self.looked_s = time.monotonic()
        self._folder, self._aside = folder, aside
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._work, name="analysis", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Return whether nothing more will come."""
        return not self._thread.is_alive()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until it is done, or for so long."""
        self._thread.join(seconds)

    def cancel(self) -> None:
        """End it soon; what it has written goes."""
        self._cancelled.set()

    def _tell(self, share: float, text: str) -> None:
        if self._cancelled.is_set() or time.monotonic() - self.looked_s > ALONE_S:
            raise Cancelled
        self.share, self.text = share, text

    def _work(self) -> None:
        try:
            self.loaded = analyse(self.order, self._folder, self._tell)
        except PosecheckError as error:
            self.problem = str(error)
        except Cancelled:
            if not self._cancelled.is_set():
                self.problem = self.order.texts.gettext(
                    "The analysis was given up: nobody had looked at this app for {n:.0f} minutes."
                ).format(n=ALONE_S / 60)
        except Exception:  # noqa: BLE001 - whoever waits for it must hear of it
            _log.exception("analysis failed")
            self.problem = self.order.texts.gettext(
                "Something went wrong that should not have. The server's log says more."
            )
        finally:
            if self._aside is not None:
                shutil.rmtree(self._aside, ignore_errors=True)


def start(order: Order, aside: Path | None = None) -> None:
    """Begin an analysis for this visitor in place of one that is running, and show the page anew."""
    space = mine()
    if space.job is not None:
        space.job.cancel()
    space.job = Job(order, space.new_folder(), aside)
    st.rerun()


def settled(space: Workspace) -> str | None:
    """Load what an analysis has come to and return what went wrong with it, once."""
    job = space.job
    if job is None or not job.done:
        return None
    space.job = None
    if job.loaded is not None and job.order.draft:
        space.measure(job.loaded)
    elif job.loaded is not None:
        space.load(job.loaded)
    return None if job.problem is None else mistakes.told(job.problem)


def running(space: Workspace) -> bool:
    """Show how far an analysis is, with a way out of it; return False where none is running."""
    if space.job is None:
        return False
    told = _("Analysing {name}").format(name=plain(space.job.order.name))
    with st.container(border=True):
        st.markdown(f"**{told}**")
        st.fragment(_progress, run_every=LOOK_S)(space.job)
        st.button(_("Cancel"), key="cancel", icon=":material/close:", on_click=_cancel, args=(space,))
        st.caption(_("It goes on when you look at another page or load this one again."))
    return True


def _progress(job: Job) -> None:
    job.looked_s = time.monotonic()
    if job.done:
        st.rerun()
    st.progress(job.share, job.text or _("Starting …"))


def _cancel(space: Workspace) -> None:
    if space.job is not None:
        space.job.cancel()
        space.job = None
