"""A judged recording on a page: verdict, video beside curve, events, repetitions, what could not be judged."""

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
from posecheck.assessment.analysis import Analysis
from posecheck.core.i18n import N_
from posecheck.feedback.headline import headline_of
from posecheck.feedback.wording import amount, capital, describe_origin, instruction, words_for

MAX_EVENTS = 30
NEXT_TIME = {
    "stop": N_("Next time go less far: stay within the target band, and stop before the next limit."),
    "caution": N_("Next time ease off a little earlier: you came into the caution band."),
    "borderline": N_("Next time stay a little further from the limit, then the reading can tell that all was well."),
    "clear": N_("Keep it as it was. More range is not better."),
    "cannot_judge": N_("Next time change the recording as said below; this one is no all-clear."),
}


def show(loaded: LoadedRecording) -> None:
    """Show all results of a recording, the verdict first."""
    analysis = loaded.analysis
    summary = analysis.summary
    verdict_panel.show(
        summary.verdict,
        headline_of(analysis, texts()),
        kicker=f"{_(analysis.stretch.name)} · {loaded.name}",
    )
    st.caption(facts(loaded))
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
        if origin:
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
    i = st.selectbox(
        _("Angle"),
        order,
        format_func=names.__getitem__,
        key=f"curve-{loaded.number}",
        label_visibility="collapsed",
    )
    key = f"chart-{loaded.number}-{i}"
    st.altair_chart(chart(analysis, i, colours()), key=key, on_select=lambda: _clicked(key), selection_mode=MOMENT)
    st.caption(
        _(
            "Click on the curve to see that moment. Line: what was read; the band round it holds about nine of ten "
            "errors. Bands behind: target, caution, stop. ▲ and ■ mark the worst moment of an event. A gap could not "
            "be judged."
        )
    )


def _clicked(key: str) -> None:
    """Move the video to the moment clicked on in the chart."""
    state = st.session_state.get(key)
    chosen = state["selection"].get(MOMENT) if state else None
    if chosen:
        browser_scripts.seek_to(float(chosen[0]["t"]))


def _events(analysis: Analysis) -> None:
    rows = [event for event in analysis.events if event.kind != "cannot_judge"]
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
    st.subheader(_("What could not be judged"))
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
                _("Angle"): [names.get((peak.key, peak.angle), words_for(peak.angle)) for peak in peaks],
                _("From – to"): [
                    f"{_signed(peak.lowest, peak.unit)}\u00a0–\u00a0{_signed(peak.highest, peak.unit)}"
                    for peak in peaks
                ],
                _("Error"): ["" if peak.error is None else f"± {_amount(peak.error, peak.unit)}" for peak in peaks],
                _("Caution"): ["" if peak.caution is None else _amount(peak.caution, peak.unit) for peak in peaks],
                _("Stop"): ["" if peak.stop is None else _amount(peak.stop, peak.unit) for peak in peaks],
            },
            hide_index=True,
        )


def _amount(value: float, unit: str) -> str:
    return amount(value, unit, texts())


def _signed(value: float | None, unit: str) -> str:
    return "" if value is None else f"{'−' if value < 0 else ''}{_amount(value, unit)}"
