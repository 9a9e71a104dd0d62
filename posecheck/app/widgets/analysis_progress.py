"""The visitor's analysis on a page: start it, show its progress, cancel it, and load its result."""

import shutil
from pathlib import Path

import streamlit as st

from posecheck.app.base.labels import plain
from posecheck.app.base.language import _, texts
from posecheck.app.base.privacy import visitor
from posecheck.app.base.problems import describe_error
from posecheck.app.visit.analysis_job import AnalysisJob
from posecheck.app.visit.line import RefusedError, line
from posecheck.app.visit.recordings import AnalysisRequest, JudgeAgain
from posecheck.app.visit.visits import ALONE_S
from posecheck.app.visit.workspace import Workspace, mine
from posecheck.core.errors import PosecheckError

LOOK_S = 0.5
"""Seconds between two updates of the progress shown."""


def start(request: AnalysisRequest | JudgeAgain, aside: Path | None = None) -> None:
    """Start an analysis for this visitor, cancel one that is running, and rerun the page; or say why it cannot start.

    Args:
        request: What to analyse, and for whom; or what to judge again.
        aside: A folder that only the analysis needs, such as that of an uploaded video; the analysis removes it.
    """
    space = mine()
    if space.job is not None:
        space.job.cancel()
    try:
        turn = line().enter(visitor(), texts())
    except (RefusedError, PosecheckError) as error:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
        told = describe_error(error, texts()) if isinstance(error, PosecheckError) else str(error)
        st.warning(plain(told), icon=":material/groups:")
        return
    space.job = AnalysisJob(request, space.new_folder(), turn, aside)
    st.rerun()


def settled(space: Workspace) -> str | None:
    """Load the result of an analysis that has ended, once, and return what went wrong; None where nothing did."""
    job = space.job
    if job is None or not job.done:
        return None
    space.job = None
    if job.loaded is not None and job.request.draft:
        space.measure(job.loaded)
    elif job.loaded is not None:
        again = isinstance(job.request, JudgeAgain) and job.request.changes.stretch is None
        space.load(job.loaded, same_stretch=again)
    return job.problem if job.error is None else describe_error(job.error, texts())


def running(space: Workspace) -> bool:
    """Show the progress of the running analysis with a Cancel button, and return whether there is one."""
    if space.job is None:
        return False
    with st.container(border=True):
        st.fragment(_progress, run_every=LOOK_S)(space.job)
        st.button(_("Cancel"), key="cancel", icon=":material/close:", on_click=_cancel, args=(space,))
        st.caption(
            _(
                "It goes on when you look at another page or load this one again, and for {n:.0f} minutes with no page "
                "open."
            ).format(n=ALONE_S / 60)
        )
    return True


def _progress(job: AnalysisJob) -> None:
    if job.done:
        st.rerun()
    st.markdown(f"**{_title(job).format(name=plain(job.request.name))}**")
    st.progress(job.share, job.text or _("Starting …"))


def _title(job: AnalysisJob) -> str:
    if job.waiting:
        return _("{name} waits in line")
    return _("Judging {name} again") if isinstance(job.request, JudgeAgain) else _("Analysing {name}")


def _cancel(space: Workspace) -> None:
    if space.job is not None:
        space.job.cancel()
        space.job = None
