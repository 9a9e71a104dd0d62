"""The page that moves limits and judges the loaded recording again at once, from its landmarks."""

import re

import streamlit as st

from posecheck.analysis import Analysis, judge
from posecheck.checks import Check
from posecheck.errors import StretchError
from posecheck.profiles import Profile
from posecheck.ui import verdict_panel
from posecheck.ui.analyse import run
from posecheck.ui.analysing import Order
from posecheck.ui.changes import between
from posecheck.ui.curve import chart
from posecheck.ui.labels import BASIS, check_labels, plain, primary_check, sign, when
from posecheck.ui.limits import sliders
from posecheck.ui.look import colours
from posecheck.ui.samples import all_samples
from posecheck.ui.workspace import Loaded, Workspace, mine
from posecheck.words import KINDS


def page() -> None:
    """Show the page."""
    st.title("Adjust the thresholds")
    loaded = mine().loaded
    if loaded is None:
        _offer_sample()
    else:
        _adjust(loaded, mine())


def _offer_sample() -> None:
    st.info(
        "No recording is loaded yet. Analyse one of your own on the Analyse page, or begin with a sample.",
        icon=":material/info:",
    )
    samples = [sample for sample in all_samples() if sample.stretch]
    if not samples:
        return
    sample = st.selectbox("Sample clip", samples, format_func=lambda item: item.label)
    if st.button("Load this sample", type="primary", icon=":material/play_arrow:") and sample.stretch:
        run(Order(sample.path, sample.path.name, sample.stretch, None))


def _adjust(loaded: Loaded, space: Workspace) -> None:
    st.write(f"{plain(loaded.analysis.stretch.name)} · {plain(loaded.name)}. Every move judges the recording again.")
    verdict = st.container()
    curve, controls = st.columns([3, 2], gap="medium")
    i = _choose(loaded.analysis, space, controls)
    check = loaded.analysis.session.checks[i]
    with controls:
        sliders(check, space)
        _origin(check)
        _reset(loaded.analysis, space)
    try:
        moved = _judged(loaded, space)
    except StretchError as error:
        with verdict:
            verdict_panel.panel("These limits do not fit together", colours().unknown, _worded(error, loaded.analysis))
        return
    with verdict:
        _verdict(loaded.analysis, moved, bool(space.limits))
    with curve:
        before = check.range if check.range.key in space.limits else None
        st.altair_chart(chart(moved, i, colours(), before))
        st.caption("Bands: target, caution and stop as the sliders say. Dashed: where they stood before.")


def _choose(analysis: Analysis, space: Workspace, place: st.delta_generator.DeltaGenerator) -> int:
    """Let the visitor choose the range to move."""
    checks = analysis.session.checks
    main = primary_check(checks, analysis.stretch)

    names = check_labels(checks)
    order = [main, *(i for i in range(len(checks)) if i != main)]
    number = space.loaded.number if space.loaded else 0
    i: int = place.selectbox("Range", order, format_func=names.__getitem__, key=f"range-{number}")
    return i


def _origin(check: Check) -> None:
    """Say where a range's numbers come from."""
    item = check.range
    st.caption(f"**Where the numbers come from: {BASIS[item.basis]}.** {plain(item.source)}.")


def _reset(analysis: Analysis, space: Workspace) -> None:
    count = len(space.limits)
    text = "Nothing moved yet" if not count else f"Reset {count} moved {'range' if count == 1 else 'ranges'}"
    st.button(text, icon=":material/undo:", disabled=not count, on_click=space.reset)
    checks = analysis.session.checks
    moved = [name for check, name in zip(checks, check_labels(checks), strict=True) if check.range.key in space.limits]
    if moved:
        st.caption("Moved: " + plain("; ".join(moved)) + ".")


def _judged(loaded: Loaded, space: Workspace) -> Analysis:
    """Judge the kept landmarks with the moved limits; StretchError when they do not fit together."""
    if not space.limits:
        return loaded.analysis
    before = loaded.analysis
    stretch = Profile({before.stretch.id: space.limits}, "limits").over(before.stretch)
    return judge(before.track, stretch, before.neutral)


def _worded(error: StretchError, analysis: Analysis) -> str:
    """Return the error with what each range is about in place of its key."""
    text = str(error).replace("limits: ", "")
    checks = analysis.session.checks
    for check, name in zip(checks, check_labels(checks), strict=True):
        text = re.sub(rf"\b{re.escape(check.range.key)}\.", f"{name}: ", text)
    return f"{text}. Move one of them; until then nothing is judged."


def _verdict(before: Analysis, after: Analysis, moved: bool) -> None:
    summary = after.summary
    was = f"Was {sign(before.summary.verdict)} before the limits moved" if moved else "With the limits as they came"
    verdict_panel.show(summary.verdict, summary.headline, kicker=was)
    if not moved:
        return
    found = between(before.events, after.events)
    lines = [f"No longer: {KINDS[e.kind].lower()} at {when(e)} ({sign(e.level)})" for e in found.went]
    lines += [f"New: {KINDS[e.kind].lower()} at {when(e)} ({sign(e.level)})" for e in found.came]
    lines += [
        f"Changed: {KINDS[b.kind].lower()} at {when(b)}, {sign(a.level)} → {sign(b.level)}" for a, b in found.changed
    ]
    st.markdown("\n".join(f"- {plain(line)}" for line in lines) or "No event comes, goes or changes.")
