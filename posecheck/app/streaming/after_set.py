"""After a live set: show its verdict, open it like a recording, and keep it in the history."""

import shutil
from pathlib import Path

import numpy as np
import streamlit as st

from posecheck.app.base import navigation
from posecheck.app.base.labels import plain, seconds
from posecheck.app.base.language import _, texts
from posecheck.app.base.privacy import private
from posecheck.app.base.problems import describe_error
from posecheck.app.streaming import health_gate
from posecheck.app.streaming.feed import Feed
from posecheck.app.visit import person
from posecheck.app.visit.analysis_run import Pace
from posecheck.app.visit.line import Tell
from posecheck.app.visit.recordings import FILM, LoadedRecording
from posecheck.app.visit.workspace import mine
from posecheck.app.widgets import verdict_panel
from posecheck.app.widgets.person import bar
from posecheck.capture.video.writer import VideoWriter
from posecheck.core.errors import PosecheckError
from posecheck.live.kept import KeptSet
from posecheck.live.sets import Set, describe_notes, settings_for, source_of, write_set
from posecheck.rendering.overlay import canvas_size, draw
from posecheck.results import tables
from posecheck.results.summary_file import JudgedBy

SEEN, KEPT, OPENING = "live-sets-seen", "live-sets-kept", "live-opening"
GROUND = (46, 54, 62)


def show(feed: Feed) -> None:
    """Show the verdict of the newest finished set, with the earlier sets to choose from."""
    sets = feed.newest().sets
    if not sets:
        return
    st.subheader(_("After the set"))
    done = sets[-1]
    if len(sets) > 1:
        names = [f"{one.began:%H:%M:%S} · {_(one.stretch.name)}" for one in sets]
        i = st.selectbox(_("Set"), range(len(sets) - 1, -1, -1), format_func=names.__getitem__)
        done = sets[i]
    summary = done.summary
    verdict_panel.show(summary.verdict, done.headline(texts()), kicker=_(done.stretch.name))
    why = describe_notes(done, texts())
    length = _("It lasted {time}.").format(time=seconds(summary.duration_s))
    st.caption(f"{why} {length}".strip())
    health_gate.how_it_felt()
    with st.container(horizontal=True):
        st.button(
            _("Look at it closely"),
            type="primary",
            icon=":material/query_stats:",
            key="live-open",
            on_click=_want,
            args=(done,),
        )
        if private():
            _offer_to_keep(done)
    if st.session_state.get(OPENING) == done.name:
        _open(done)


def _offer_to_keep(done: KeptSet) -> None:
    """Offer to keep a set for the person; where nobody is chosen, ask whose it is."""
    kept = st.session_state.setdefault(KEPT, set())
    if done.name in kept or person.name():
        st.button(
            _("Kept in the history") if done.name in kept else _("Keep it in the history"),
            icon=":material/history:",
            key="live-keep",
            disabled=done.name in kept,
            on_click=_keep,
            args=(done,),
        )
        return
    with st.popover(_("Keep it in the history"), icon=":material/history:"):
        bar.choose("after-set")


def _want(done: KeptSet) -> None:
    """Remember the set to open, because a rerun caused by the camera may interrupt the opening, which then restarts."""
    st.session_state[OPENING] = done.name


def keep(done: KeptSet) -> None:
    """Keep a set in the history of the person who is chosen; without one, and for a set that is kept, do nothing."""
    if person.name() and done.name not in st.session_state.setdefault(KEPT, set()):
        _keep(done)


def _keep(kept: KeptSet) -> None:
    from posecheck.history import open_store

    try:
        done = kept.opened()
        with open_store() as store:
            summary = tables.summary_of(done.analysis, source_of(done), _settings(done))
            store.add(summary, person.name(), when=done.began)
    except PosecheckError as error:
        st.error(plain(describe_error(error, texts())), icon=":material/error:")
        return
    st.session_state[KEPT].add(done.name)


def _settings(done: Set) -> JudgedBy:
    return settings_for(done, done.analysis.stretch.id, answers=person.answers_for_limits())


def _open(done: KeptSet) -> None:
    bar = st.progress(0.0, _("Starting …"))

    def tell(share: float, text: str) -> None:
        bar.progress(share, text)

    try:
        mine().load(loaded(done.opened(), mine().new_folder(), tell))
    except PosecheckError as error:
        st.session_state.pop(OPENING)
        st.error(plain(describe_error(error, texts())), icon=":material/error:")
        return
    st.session_state.pop(OPENING)
    bar.empty()
    navigation.open_page("analyse")


def loaded(done: Set, folder: Path, tell: Tell) -> LoadedRecording:
    """Write a set's results into a folder and return it as a loaded recording.

    The video shows only the skeleton, because no picture of the person was kept. If this is interrupted or fails, the
    folder is removed.

    Args:
        done: The finished set.
        folder: An empty folder.
        tell: Called with the share of the work that is done and what is being done.
    """
    whole = False
    try:
        write_set(folder, done, done.analysis.stretch.id, answers=person.answers_for_limits())
        _film(done, folder / FILM, tell)
        whole = True
    finally:
        if not whole:
            shutil.rmtree(folder, ignore_errors=True)
    problem = describe_notes(done, texts()) or None
    answers = person.answers_for_limits()
    return LoadedRecording(done.name, done.age, done.analysis, folder, problem, done.profile, answers)


def _film(done: Set, path: Path, tell: Tell) -> None:
    analysis = done.analysis
    width, height = (int(edge) for edge in analysis.track.size_wh[-1])
    ground = np.full((height, width, 3), GROUND, np.uint8)
    pace = Pace(tell, _("Drawing the video"), len(analysis.track), texts())
    with VideoWriter(path, canvas_size((width, height))) as writer:
        for i, time_s in enumerate(analysis.track.time_s.tolist()):
            pose = analysis.track.pose(i)
            events = analysis.events
            drawn = draw(ground, pose, analysis.judged, i, analysis.session, events=events, texts=texts())
            writer.write(drawn, time_s)
            pace.at(i + 1)
