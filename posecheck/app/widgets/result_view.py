"""A judged recording on a page: verdict, video beside curve, events, repetitions, what could not be judged.

Nothing is empty: without a neutral the curve shows what was read, and the moment to count from can be marked. A
recording that cannot be judged is told by one reason with the one thing to do; the others are folded away.
"""

import numpy as np
import streamlit as st

from posecheck.app.base import navigation
from posecheck.app.base.labels import SEEN_FROM, check_labels, kind, plain, primary_first, say, seconds, sign, when
from posecheck.app.base.language import _, ngettext, texts
from posecheck.app.base.theme import colours
from posecheck.app.visit.recordings import LoadedRecording
from posecheck.app.visit.workspace import mine
from posecheck.app.widgets import browser_scripts, downloads, repetition_table, verdict_panel
from posecheck.app.widgets.curve import MOMENT, chart
from posecheck.app.widgets.limit_sliders import notes
from posecheck.app.widgets.marking import panel
from posecheck.assessment.analysis import Analysis
from posecheck.assessment.events import Event
from posecheck.core.i18n import N_
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback.headline import chief, headline_of
from posecheck.feedback.wording import (
    amount,
    capital,
    describe_origin,
    describe_other_stretch,
    instruction,
    words_for,
)
from posecheck.kinematics.neutral import NeutralOrigin
from posecheck.measurement.readings import uncounted as as_read
from posecheck.stretches.checks import pick

MAX_EVENTS = 30
NEXT_TIME = {
    "stop": N_("Next time go less far: stay within the target band, and stop before the next limit."),
    "caution": N_("Next time ease off a little earlier: you came into the caution band."),
    "borderline": N_("Next time stay a little further from the limit, then the reading can tell that all was well."),
    "clear": N_("Keep it as it was. More range is not better."),
    "cannot_judge": N_("Next time change the recording as said above; this one is no all-clear."),
}
MARKABLE = {
    UnjudgedReason.NO_NEUTRAL: N_(
        "There is no start position to count from. Mark it below; if the recording does not show it, film again and "
        "begin by holding still in it for two seconds."
    ),
    UnjudgedReason.IN_STRETCH: N_(
        "Where you hold still you are already in the stretch. Mark below a moment before it; if the recording does not "
        "show one, film again and begin with two seconds in the start position."
    ),
}
"""The one thing to do where a recording lacks only the moment to count from."""


def show(loaded: LoadedRecording) -> None:
    """Show all results of a recording, the verdict first."""
    analysis = loaded.analysis
    summary = analysis.summary
    verdict_panel.show(
        summary.verdict,
        headline_of(analysis, texts(), _remedy(loaded)),
        kicker=f"{_(analysis.stretch.name)} · {loaded.name}",
    )
    st.caption(facts(loaded))
    if loaded.other is not None:
        panel.show_other(loaded, loaded.other)
    if loaded.problem:
        st.warning(plain(loaded.problem), icon=":material/warning:")
    for note in notes(loaded):
        st.info(plain(note), icon=":material/health_and_safety:")
    if mine().limits:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(
                _(
                    "Limits have been moved on the page of thresholds. Here, and in the files below, stands what came "
                    "out before."
                ),
                icon=":material/tune:",
            )
            if st.button(_("See it by the moved limits")):
                navigation.open_page("thresholds")
    st.fragment(_watch)(loaded)
    repetition_table.show(analysis)
    _unjudged(analysis)
    _measured(analysis)
    downloads.show(loaded)


def _remedy(loaded: LoadedRecording) -> str:
    """Return the one thing to do about a recording that cannot be judged; empty where its reason says that itself."""
    analysis = loaded.analysis
    if loaded.other is not None:
        return describe_other_stretch(loaded.other, texts())
    reason = chief(analysis.summary, analysis.stretch)
    if reason is None or not panel.is_wanted(loaded) or reason.reason not in MARKABLE:
        return ""
    return _(MARKABLE[reason.reason])


def facts(loaded: LoadedRecording) -> str:
    """Return one line of facts behind the verdict: length, age, neutral posture and view of the camera."""
    summary = loaded.analysis.summary
    age = _("limits for age {age}").format(age=loaded.age) if loaded.age else _("limits for an adult")
    frames = ngettext("{n} frame", "{n} frames", summary.frames).format(n=summary.frames)
    parts = [f"{seconds(summary.duration_s)}, {frames}", age]
    neutral = summary.neutral
    if neutral is not None:
        start, end = (texts().number(value, 1) for value in (neutral.start_s, neutral.end_s))
        origin = describe_origin(neutral.origin, neutral.start_s, neutral.end_s, texts())
        if neutral.origin == NeutralOrigin.NAMED and loaded.marked_s is not None:
            parts.append(_("counted from the moment you marked ({when})").format(when=seconds(loaded.marked_s)))
        elif origin:
            parts.append(_("counted from {what}").format(what=origin))
        else:
            parts.append(_("measured from the neutral posture at {start}–{end} s").format(start=start, end=end))
        view = SEEN_FROM.get(neutral.view, "")
        if view:
            parts.append(_("the camera sees you from {view}").format(view=_(view)))
    return " · ".join(parts)


def _watch(loaded: LoadedRecording) -> None:
    """Show video, curve and events together: a click on the curve or an event moves the video to that moment."""
    video, curve = st.columns(2, gap="medium")
    with curve:
        st.subheader(_("How far it went"))
        _curve(loaded)
    panel.show(loaded)
    if loaded.analysis.summary.verdict != "cannot_judge" or _told(loaded.analysis):
        st.subheader(_("What happened, and what to change"))
        _events(loaded.analysis)
    with video:
        st.subheader(_("What the camera saw"))
        st.video(str(loaded.folder / "annotated.mp4"), muted=True)
        browser_scripts.apply_seek()


def _curve(loaded: LoadedRecording) -> None:
    analysis = loaded.analysis
    checks = analysis.session.checks
    names, order = check_labels(checks), primary_first(checks, analysis.stretch)
    uncounted = panel.is_uncounted(analysis)
    if uncounted:
        order = [i for i in order if checks[i].range.measure == "angle"]
    i = st.selectbox(
        _("Angle"),
        order,
        format_func=names.__getitem__,
        key=f"curve-{loaded.number}",
        label_visibility="collapsed",
    )
    key = f"chart-{loaded.number}-{i}"
    bare = checks[i].range.measure == "angle" and not np.isfinite(analysis.judged.signed[:, i]).any()
    st.altair_chart(
        chart(
            analysis,
            i,
            colours(),
            uncounted=pick(checks[i], as_read(analysis.track, analysis.stretch)) if bare else None,
            moment_s=panel.chosen(loaded) if panel.is_wanted(loaded) or loaded.marked_s is not None else None,
        ),
        key=key,
        on_select=lambda: _clicked(key, loaded),
        selection_mode=MOMENT,
    )
    if bare:
        told = _(
            "Click on the curve to see that moment. Dashed line: what was read, as it is. It is not counted from a "
            "start position, so it has no limits."
        )
        below = _("The dotted upright line is the moment chosen below.") if panel.is_wanted(loaded) else ""
        st.caption(f"{told} {below}")
        return
    st.caption(
        _(
            "Click on the curve to see that moment. Line: what was read; the band round it holds about nine of ten "
            "errors. Bands behind: target, caution, stop. ▲ and ■ mark the worst moment of an event. A gap could not "
            "be judged."
        )
    )


def _clicked(key: str, loaded: LoadedRecording) -> None:
    """Move the video, and the moment to be marked, to the moment clicked on in the chart."""
    state = st.session_state.get(key)
    chosen = state["selection"].get(MOMENT) if state else None
    if chosen:
        browser_scripts.seek_to(float(chosen[0]["t"]))
        panel.choose(loaded, float(chosen[0]["t"]))


def _told(analysis: Analysis) -> list[Event]:
    """Return the events other than that something could not be judged."""
    return [event for event in analysis.events if event.kind != "cannot_judge"]


def _events(analysis: Analysis) -> None:
    rows = _told(analysis)
    st.write(_(NEXT_TIME[analysis.summary.verdict]))
    if not rows:
        st.write(_("No limit was passed."))
        return
    for number, event in enumerate(rows[:MAX_EVENTS]):
        moment = event.worst_s if event.worst_s == event.worst_s else event.start_s
        moments, told = st.columns([1, 6], vertical_alignment="center", gap="small")
        moments.button(
            when(event),
            key=f"event-{number}",
            icon=":material/play_circle:",
            help=_("Show this moment in the video"),
            on_click=browser_scripts.seek_to,
            args=(moment,),
            width=150,
        )
        told.markdown(f"**{sign(event.level)} · {plain(kind(event.kind))}.** {plain(say(event, analysis))}")
    if len(rows) > MAX_EVENTS:
        st.caption(_("{n} more are in the table of events below.").format(n=len(rows) - MAX_EVENTS))


def _unjudged(analysis: Analysis) -> None:
    unjudged = analysis.summary.unjudged
    cannot = analysis.stretch.camera.cannot_show
    if not unjudged and not cannot:
        return
    if analysis.summary.verdict == "cannot_judge":
        # The reason that counts, and what to do about it, stands in the verdict.
        with st.expander(_("All that could not be judged, and why")):
            _reasons(analysis)
        return
    st.subheader(_("What could not be judged"))
    _reasons(analysis)


def _reasons(analysis: Analysis) -> None:
    unjudged = analysis.summary.unjudged
    cannot = analysis.stretch.camera.cannot_show
    by_advice: dict[str, list[str]] = {}
    for item in unjudged:
        advice = instruction(item.reason, analysis.stretch, texts(), analysis.neutral)
        by_advice.setdefault(advice, []).append(words_for(item.angle, texts()))
    for advice, names in by_advice.items():
        st.markdown(f"**? {plain(capital(', '.join(names)))}.** {plain(advice)}")
    if cannot:
        st.markdown(
            _("No camera position shows, for this stretch: {what}.").format(what=plain("; ".join(map(_, cannot))))
        )


def _measured(analysis: Analysis) -> None:
    peaks = [peak for peak in analysis.summary.peaks if peak.highest is not None and peak.lowest is not None]
    if not peaks:
        return
    checks = analysis.session.checks
    labels = zip(checks, check_labels(checks), strict=True)
    names = {(check.range.key, check.angle): name for check, name in labels if check.range.measure == "angle"}
    with st.expander(_("All measured angles")):
        st.table(
            {
                _("Angle"): [plain(names.get((peak.key, peak.angle), words_for(peak.angle))) for peak in peaks],
                _("Lowest"): [_end(peak.lowest, peak.lowest_error, peak.unit) for peak in peaks],
                _("Highest"): [_end(peak.highest, peak.highest_error, peak.unit) for peak in peaks],
                _("Caution"): ["" if peak.caution is None else _amount(peak.caution, peak.unit) for peak in peaks],
                _("Stop"): ["" if peak.stop is None else _amount(peak.stop, peak.unit) for peak in peaks],
            },
            hide_index=True,
        )


def _amount(value: float, unit: str) -> str:
    return amount(value, unit, texts())


def _end(value: float | None, error: float | None, unit: str) -> str:
    """Return a lowest or highest reading with the error it had then."""
    signed = "" if value is None else f"{'−' if value < 0 else ''}{_amount(value, unit)}"
    return signed if error is None else f"{signed}\u00a0±\u00a0{_amount(error, unit)}"
