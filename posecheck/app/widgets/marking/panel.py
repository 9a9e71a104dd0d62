"""The panel in which a visitor marks the moment that angles are counted from, or takes the mark back."""

import numpy as np
import streamlit as st

from posecheck.app.base.labels import plain, seconds
from posecheck.app.base.language import _, texts
from posecheck.app.visit.recordings import JudgeAgain, LoadedRecording
from posecheck.app.widgets import analysis_progress, browser_scripts
from posecheck.app.widgets.marking import preview
from posecheck.assessment.analysis import Analysis
from posecheck.assessment.other_stretch import OtherStretch
from posecheck.core.i18n import N_
from posecheck.feedback.wording import describe_other_stretch
from posecheck.kinematics.neutral import NeutralOrigin
from posecheck.recordings.request import AUTO, Changes, moment

TITLES = {
    "standing": N_("Mark the moment you stood straight"),
    "seated": N_("Mark the moment you sat straight"),
    "floor-seated": N_("Mark the moment you sat straight"),
    "kneeling": N_("Mark the moment you knelt upright"),
    "supine": N_("Mark the moment you lay still on your back"),
    "prone": N_("Mark the moment you lay flat on your front"),
}
"""What is marked, by the position in which the stretch begins."""
STEP_S = 0.1


def is_uncounted(analysis: Analysis) -> bool:
    """Return whether there is nothing that angles could be counted from."""
    return analysis.neutral is None or analysis.neutral.origin == NeutralOrigin.UNKNOWN


def is_wanted(loaded: LoadedRecording) -> bool:
    """Return whether a mark is what the recording lacks to be judged."""
    analysis = loaded.analysis
    return is_uncounted(analysis) and analysis.summary.verdict == "cannot_judge" and loaded.other is None


def chosen(loaded: LoadedRecording) -> float:
    """Return the moment that the panel shows now, in seconds."""
    return float(st.session_state.get(_key(loaded), _first(loaded)))


def choose(loaded: LoadedRecording, time_s: float) -> None:
    """Show another moment in the panel; call this before the panel is shown, or in a callback.

    Args:
        loaded: The recording.
        time_s: The moment, seconds.
    """
    st.session_state[_key(loaded)] = min(max(0.0, round(time_s, 1)), _end(loaded))


def show(loaded: LoadedRecording) -> None:
    """Show the panel, folded where it is not what the recording lacks."""
    title = _(TITLES[loaded.analysis.stretch.position])
    if is_wanted(loaded):
        with st.container(border=True):
            st.subheader(title)
            _ask(loaded)
    elif loaded.marked_s is not None:
        with st.expander(_("Counted from the moment you marked: change it, or take it back"), icon=":material/flag:"):
            _ask(loaded)
    else:
        with st.expander(_("Wrong start position? Mark the right moment"), icon=":material/flag:"):
            st.markdown(f"**{title}**")
            _ask(loaded)


def show_other(loaded: LoadedRecording, other: OtherStretch) -> None:
    """Ask whether another stretch was meant, and offer to judge the recording by it."""
    with st.container(border=True, key="other-stretch"):
        asked = plain(describe_other_stretch(other, texts()))
        if loaded.analysis.summary.verdict == "cannot_judge":  # the verdict asks it
            asked = _("If so, nothing has to be filmed again:")
        st.markdown(f"**{asked}**")
        with st.container(horizontal=True):
            for one in other.meant:
                label = _("Judge it as: {name}").format(name=plain(_(one.name)))
                if st.button(label, key=f"other-{one.id}", icon=":material/swap_horiz:"):
                    _judge(loaded, Changes(stretch=one.id, neutral=AUTO), None)


def _ask(loaded: LoadedRecording) -> None:
    if _key(loaded) not in st.session_state:
        choose(loaded, _first(loaded))
    left, right = st.columns([2, 3], gap="medium")
    with right:
        st.write(
            _(
                "Go to a moment before the stretch began, or after you came back, with the slider or by a click on the "
                "curve. All angles are then counted from it; no new analysis of the video is needed."
            )
        )
        at_s = st.slider(_("Moment, seconds"), 0.0, _end(loaded), step=STEP_S, format="localized", key=_key(loaded))
        with st.container(horizontal=True):
            for label, by_s in ((_("0.1 s back"), -STEP_S), (_("0.1 s on"), STEP_S)):
                st.button(label, key=f"mark-step-{by_s:+g}", on_click=_step, args=(loaded, by_s))
            st.button(_("Show it in the video"), key="mark-seek", on_click=browser_scripts.seek_to, args=(at_s,))
        with st.container(horizontal=True):
            if st.button(
                _("Count from this moment ({when})").format(when=seconds(at_s)),
                type="primary",
                icon=":material/flag:",
                key="mark-set",
            ):
                _judge(loaded, Changes(neutral=moment(_nearest(loaded, at_s))), at_s)
            if loaded.marked_s is not None and st.button(
                _("Take the mark back"), icon=":material/undo:", key="mark-back"
            ):
                _judge(loaded, Changes(neutral=AUTO), None)
    with left:
        shown = preview.picture(loaded, at_s)
        if shown is not None:
            st.image(shown, caption=_("At {when}").format(when=seconds(at_s)))


def _judge(loaded: LoadedRecording, changes: Changes, marked_s: float | None) -> None:
    analysis_progress.start(JudgeAgain(loaded, changes, marked_s, texts()))


def _step(loaded: LoadedRecording, by_s: float) -> None:
    choose(loaded, chosen(loaded) + by_s)


def _key(loaded: LoadedRecording) -> str:
    return f"mark-{loaded.number}"


def _end(loaded: LoadedRecording) -> float:
    return round(float(loaded.analysis.track.time_s[-1]), 1)


def _first(loaded: LoadedRecording) -> float:
    """Return the moment to begin with: that of the mark, or of the most upright posture, or the first with a person."""
    neutral, track = loaded.analysis.neutral, loaded.analysis.track
    if loaded.marked_s is not None:
        return loaded.marked_s
    if neutral is not None:
        return round((neutral.start_s + neutral.end_s) / 2, 1)
    return round(float(track.time_s[int(np.argmax(track.found))]), 1)


def _nearest(loaded: LoadedRecording, at_s: float) -> float:
    """Return the time of the frame nearest to a moment, so that a mark always holds a frame."""
    times = loaded.analysis.track.time_s
    return float(times[int(np.abs(times - at_s).argmin())])
