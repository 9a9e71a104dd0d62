"""The sliders of one range: target, caution and stop, remembered only where they differ from the stretch.

A limit wider than a published norm takes effect only once a reason is entered; until then the norm applies.
"""

from datetime import datetime
from math import ceil, floor

import streamlit as st

from posecheck.app.base.labels import FORMATS
from posecheck.app.base.language import _, texts
from posecheck.app.visit.recordings import LoadedRecording
from posecheck.app.visit.workspace import Workspace
from posecheck.core.errors import StretchError
from posecheck.feedback import bands
from posecheck.feedback.safety_notes import describe_suited
from posecheck.feedback.vocabulary import LIMIT_TITLES, MARKS
from posecheck.safety import suited
from posecheck.stretches.checks import Check
from posecheck.stretches.library import find_stretch
from posecheck.stretches.profiles import REASON_CHARS, Limit
from posecheck.stretches.ranges import AngleRange
from posecheck.stretches.stretch import Stretch

SHAPES = {"target": "●", "caution": MARKS["caution"], "stop": MARKS["stop"]}
STEPS = {"deg": 1.0, "deg/s": 1.0, "": 1.0}
FINE_STEP = 0.01
ROOM = 1.6
"""A slider reaches this many times as far as the largest number of its range."""


def sliders(check: Check, space: Workspace) -> bool:
    """Show the sliders of a check's range, and store their values in the workspace.

    Args:
        check: The check; its range holds the limits before they were moved.
        space: The visitor's workspace.

    Returns:
        Whether the values take effect; False where they go past a published norm and no reason is given.
    """
    item = check.range
    kept = space.limits.get(item.key, {})
    bounds, step = _bounds(check)
    stated = limits_of(item)
    said = {name: _slider(check, name, kept.get(name, limit), bounds, step, space) for name, limit in stated.items()}
    space.limits.pop(item.key, None)
    if said == stated:
        space.reasons.pop(item.key, None)
        return True
    if past_norm(item, said) and not _reason(item, space):
        return False
    # All limits of the range, not only the moved ones, so that the recording is judged by exactly what is shown.
    space.limits[item.key] = said
    return True


def stated(loaded: LoadedRecording) -> Stretch:
    """Return the stretch of a recording as its file sets it for the person's age, without profile and answers."""
    held = loaded.analysis.stretch
    try:
        return find_stretch(held.id).for_age(loaded.age)
    except StretchError:  # one of the visitor's own, deleted since
        return held


def capped(stretch: Stretch, loaded: LoadedRecording) -> Stretch:
    """Return a stretch with its limits lowered where the person's health answers ask for it.

    Args:
        stretch: The stretch with moved limits.
        loaded: The recording, which holds the answers.

    Raises:
        NotCoachedError: The answers rule the stretch out.
    """
    return suited(stretch, loaded.answers, datetime.now().astimezone()).stretch


def notes(loaded: LoadedRecording) -> tuple[str, ...]:
    """Return sentences on how the person's health answers affect a recording's limits, in the visitor's language."""
    fit = suited(loaded.analysis.stretch, loaded.answers, datetime.now().astimezone())
    return describe_suited(fit, texts(), _("the Safety page"))


def past_norm(item: AngleRange, said: dict[str, Limit]) -> bool:
    """Return whether limits are wider than a published norm.

    Args:
        item: The range with the limits of its source; only one whose basis is a norm can be passed.
        said: The limits to check, by name.
    """
    if item.basis != "norm":
        return False
    pairs = ((said.get(name), getattr(item, name)) for name in ("caution", "stop"))
    known = ((now, norm) for now, norm in pairs if isinstance(now, float) and isinstance(norm, float))
    return any(item.towards * (now - norm) > 1e-9 for now, norm in known)


def _reason(item: AngleRange, space: Workspace) -> str:
    """Ask why a limit may go past the published norm, and return the answer; empty where there is none."""
    number = space.loaded.number if space.loaded else 0
    st.warning(
        _("This is past the published norm. Why is that right for this person? Until you say so, the norm holds."),
        icon=":material/warning:",
    )
    said = st.text_input(
        _("Reason"),
        value=space.reasons.get(item.key, ""),
        max_chars=REASON_CHARS,
        key=f"reason-{number}-{space.resets}-{item.key}",
        placeholder=_("for example: agreed with the physiotherapist on 3 May"),
    ).strip()
    space.reasons.pop(item.key, None)
    if said:
        space.reasons[item.key] = said
    return said


def limits_of(item: AngleRange) -> dict[str, Limit]:
    """Return the limits of a range by name: those of target, caution and stop that it has, in this order."""
    limits: dict[str, Limit | None] = {"target": item.target, "caution": item.caution, "stop": item.stop}
    return {name: limit for name, limit in limits.items() if limit is not None}


def _bounds(check: Check) -> tuple[tuple[float, float], float]:
    item = check.range
    numbers = [0.0, *bands.numbers(item)]
    step = STEPS.get(check.unit, FINE_STEP)
    high = max(numbers) + (ROOM - 1) * max(max(map(abs, numbers)), 10 * step)
    low = min(numbers) * ROOM
    # Rounded again, since 62 steps of a hundredth are 0.6200000000000001.
    return (round(floor(low / step) * step, 2), round(ceil(high / step) * step, 2)), step


def _slider(check: Check, name: str, limit: Limit, bounds: tuple[float, float], step: float, space: Workspace) -> Limit:
    loaded = space.loaded.number if space.loaded else 0
    value = st.slider(
        f"{SHAPES[name]} {_(LIMIT_TITLES[name])}".strip(),
        *bounds,
        value=limit,
        step=step,
        format=FORMATS.get(check.unit, "localized"),
        key=f"limit-{loaded}-{space.resets}-{check.range.key}-{name}",
    )
    return (float(value[0]), float(value[1])) if isinstance(value, tuple) else float(value)
