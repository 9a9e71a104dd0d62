"""The page on which visitors move limits; the loaded recording is judged again at once, from its landmarks."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from posecheck.app.base import navigation
from posecheck.app.base.labels import check_labels, kind, plain, primary_first, sign, when
from posecheck.app.base.language import _, language, ngettext, texts
from posecheck.app.base.theme import colours
from posecheck.app.visit.recordings import AnalysisRequest, LoadedRecording
from posecheck.app.visit.sources import all_samples
from posecheck.app.visit.workspace import Workspace, mine
from posecheck.app.widgets import (
    analysis_progress,
    body_figure,
    downloads,
    profile_shelf,
    repetition_table,
    verdict_panel,
)
from posecheck.app.widgets.curve import chart
from posecheck.app.widgets.limit_sliders import capped, limits_of, sliders
from posecheck.app.widgets.limits import apart
from posecheck.assessment.analysis import Analysis, judge_again
from posecheck.assessment.comparison import between, of_repetitions
from posecheck.core.errors import Problem, StretchError
from posecheck.feedback.headline import headline_of
from posecheck.feedback.vocabulary import BASES, LIMIT_TITLES
from posecheck.feedback.wording import capital
from posecheck.stretches.checks import Check
from posecheck.stretches.profiles import Profile
from posecheck.stretches.ranges import LIMIT_ORDER


def page() -> None:
    """Show the page."""
    st.title(_("Adjust the thresholds"))
    space = mine()
    problem = analysis_progress.settled(space)
    if analysis_progress.running(space):
        return
    if problem is not None:
        st.error(plain(problem), icon=":material/error:")
    if space.loaded is None:
        _offer_sample()
    else:
        _adjust(space.loaded, space)


def _offer_sample() -> None:
    st.info(
        _("No recording is loaded yet. Analyse one of your own on the Analyse page, or begin with a sample."),
        icon=":material/info:",
    )
    if st.button(_("Analyse one of your own"), icon=":material/play_circle:"):
        navigation.open_page("analyse")
    samples = [sample for sample in all_samples() if sample.stretch]
    if not samples:
        return
    sample = st.selectbox(_("Sample clip"), samples, format_func=lambda item: item.label)
    if st.button(_("Load this sample"), type="primary", icon=":material/play_arrow:") and sample.stretch:
        analysis_progress.start(AnalysisRequest(sample.path, sample.path.name, sample.stretch, None, texts=texts()))


def _adjust(loaded: LoadedRecording, space: Workspace) -> None:
    st.write(
        f"{plain(_(loaded.analysis.stretch.name))} · {plain(loaded.name)}. "
        + _("As soon as you move a limit, the recording is judged anew.")
    )
    verdict, short = st.container(key="verdict"), st.container(key="verdict-in-short")
    controls, curve = st.columns([2, 3], gap="large")
    stretch = apart.shown(loaded, space)
    before = loaded.analysis if stretch is loaded.analysis.stretch else judge_again(loaded.analysis, stretch)
    i = _choose(before, space, controls)
    check = before.session.checks[i]
    with controls:
        body = st.container()
        sliders(check, space)
        apart.toggle(check, stretch, space)
        _origin(check)
        _reset(before, space)
    try:
        moved = _judged(before, loaded, space)
    except StretchError as error:
        with verdict:
            title = _("These limits do not fit together")
            verdict_panel.panel(title, colours().unknown, _worded(error, before))
        with short:
            verdict_panel.in_short(title, colours().unknown)
        with body:
            _body(before, i)
        return
    with verdict:
        _verdict(before, moved, bool(space.limits))
    with short:
        verdict_panel.in_short(sign(moved.summary.verdict), colours().of(moved.summary.verdict))
    with body:
        _body(moved, i)
        now = moved.session.checks[i].range
        if limits_of(now) != space.limits.get(now.key, limits_of(check.range)):
            st.info(
                _("Your answers about your health keep this limit where it is: no profile and no slider goes past it."),
                icon=":material/health_and_safety:",
            )
    with curve:
        dashed = check.range if check.range.key in space.limits else None
        st.altair_chart(chart(moved, i, colours(), dashed))
        st.caption(_("Bands: target, caution and stop as the sliders say. Dashed: where they stood before."))
        if space.limits:
            _changes(before, moved)
    if space.limits:
        downloads.show_moved(loaded, space)
    profile_shelf.show(loaded, space)


def _body(analysis: Analysis, i: int) -> None:
    """Draw the limits on a body, with the lowest and highest reading of this recording."""
    values = analysis.judged.signed[:, i]
    known = values[np.isfinite(values)]
    measured = (float(known.min()), float(known.max())) if len(known) else ()
    st.html(body_figure.html(analysis.session.checks[i], colours(), measured))


def _choose(analysis: Analysis, space: Workspace, place: st.delta_generator.DeltaGenerator) -> int:
    """Let the visitor choose the range to move, and return the index of its check."""
    checks = analysis.session.checks
    names, order = check_labels(checks), primary_first(checks, analysis.stretch)
    number = space.loaded.number if space.loaded else 0
    i: int = place.selectbox(_("Range"), order, format_func=names.__getitem__, key=f"range-{number}")
    return i


def _origin(check: Check) -> None:
    """Say where a range's numbers come from."""
    item = check.range
    where = _("Where the numbers come from: {basis}.").format(basis=_(BASES[item.basis]))
    st.caption(f"**{where}** {capital(plain(_(item.source)))}.")


def _reset(analysis: Analysis, space: Workspace) -> None:
    count = len(space.limits)
    text = (
        ngettext("Reset {n} moved range", "Reset {n} moved ranges", count).format(n=count)
        if count
        else _("Nothing moved yet")
    )
    with st.container(horizontal=True):
        st.button(_("Undo the last move"), icon=":material/undo:", disabled=not space.past, on_click=space.undo)
        st.button(text, icon=":material/restart_alt:", disabled=not count, on_click=space.reset)
    checks = analysis.session.checks
    moved = [name for check, name in zip(checks, check_labels(checks), strict=True) if check.range.key in space.limits]
    if moved:
        st.caption(_("Moved: {names}.").format(names=plain("; ".join(moved))))


def _judged(before: Analysis, loaded: LoadedRecording, space: Workspace) -> Analysis:
    """Judge the landmarks again with the moved limits; StretchError where these contradict each other."""
    if not space.limits:
        return before
    stretch = Profile({before.stretch.id: space.limits}, "limits").over(before.stretch)
    return judge_again(before, capped(stretch, loaded))


def _worded(error: StretchError, analysis: Analysis) -> str:
    """Describe which limits contradict each other, with the page's labels of the ranges."""
    checks = analysis.session.checks
    names: dict[object, str] = {}
    for check, name in zip(checks, check_labels(checks), strict=True):
        names.setdefault(check.range.key, name)
    lines = [describe_problem(one, names) for one in error.problems]
    return "\n".join(lines) + ". " + _("Move one of them; until then nothing is judged.")


def describe_problem(problem: Problem, names: Mapping[object, str]) -> str:
    """Describe a problem with a limit in the visitor's language.

    Args:
        problem: The problem.
        names: The page's label of each range, by the range's key.
    """
    if problem.code != LIMIT_ORDER:
        return problem.told(texts())
    values = problem.params
    text = (
        _("{range}: {above}: expected more than {below} ({low}), got {high}")
        if values["rising"]
        else _("{range}: {above}: expected less than {below} ({low}), got {high}")
    )
    above, below = (_limit_name(str(values[key])) for key in ("limit", "other"))
    name = names.get(values["range"], str(values["range"]))
    return text.format(range=name, above=above, below=below, low=values["other_value"], high=values["got"])


def _limit_name(limit: str) -> str:
    return limit if language() == "en" else _(LIMIT_TITLES[limit])


def _verdict(before: Analysis, after: Analysis, moved: bool) -> None:
    summary = after.summary
    was = (
        _("Was {sign} before the limits moved").format(sign=sign(before.summary.verdict))
        if moved
        else _("With the limits as they came")
    )
    told = headline_of(after, texts())
    verdict_panel.show(summary.verdict, told, kicker=was)


def _changes(before: Analysis, after: Analysis) -> None:
    """List what the moved limits change; this stands beside the sliders so that these stay under the mouse pointer."""
    st.subheader(_("What changes"))
    lines = [*_events(before, after), *_repetitions(before, after)]
    same = _("No event and no repetition comes, goes or changes.")
    st.markdown("\n".join(f"- {plain(line)}" for line in lines) or same)


def _events(before: Analysis, after: Analysis) -> list[str]:
    found = between(before.events, after.events)
    gone, new = _("No longer: {what} at {when} ({sign})"), _("New: {what} at {when} ({sign})")
    lines = [gone.format(what=kind(e.kind).lower(), when=when(e), sign=sign(e.level)) for e in found.went]
    lines += [new.format(what=kind(e.kind).lower(), when=when(e), sign=sign(e.level)) for e in found.came]
    changed = _("Changed: {what} at {when}, {was} → {now}")
    lines += [
        changed.format(what=kind(b.kind).lower(), when=when(b), was=sign(a.level), now=sign(b.level))
        for a, b in found.changed
    ]
    return lines


def _repetitions(before: Analysis, after: Analysis) -> list[str]:
    gone, new, changed = _("No longer: {what}"), _("New: {what}"), _("Changed: {what}: {was} → {now}")
    told = of_repetitions(before.repetitions, after.repetitions)
    lines = [gone.format(what=repetition_table.named(row)) for row in told.went]
    lines += [new.format(what=repetition_table.named(row)) for row in told.came]
    lines += [
        changed.format(what=repetition_table.named(b), was=repetition_table.state(a), now=repetition_table.state(b))
        for a, b in told.changed
    ]
    return lines
