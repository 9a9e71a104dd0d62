"""The sliders of one range: target, caution and stop, remembered only where they differ from the file.

A limit wider than a published norm counts only with a reason: until one is written, the norm holds.
"""

from datetime import datetime
from math import ceil, floor

import streamlit as st

from posecheck.app.base.labels import FORMATS, LIMITS
from posecheck.app.base.language import _, texts
from posecheck.app.base.problems import without_commands
from posecheck.app.visit.recordings import LoadedRecording
from posecheck.app.visit.workspace import Workspace
from posecheck.core.errors import StretchError
from posecheck.safety import suited
from posecheck.stretches.checks import Check
from posecheck.stretches.library import find_stretch
from posecheck.stretches.profiles import REASON_CHARS, Limit
from posecheck.stretches.ranges import AngleRange
from posecheck.stretches.stretch import Stretch

SHAPES = {"target": "●", "caution": "▲", "stop": "■"}
STEPS = {"deg": 1.0, "deg/s": 1.0, "": 1.0}
FINE_STEP = 0.01
ROOM = 1.6
"""How far past the largest number in the file a slider reaches."""


def sliders(check: Check, space: Workspace) -> bool:
    """Show the sliders of a check's range (as the file states it, at the person's age) and keep what they say.

    Returns whether what they say holds; not so where a reason is lacking.
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
    # All of them, also those not moved: what is judged is exactly what the sliders show.
    space.limits[item.key] = said
    return True


def stated(loaded: LoadedRecording) -> Stretch:
    """Return the stretch of a recording as its file sets it at the person's age, without profile and answers."""
    held = loaded.analysis.stretch
    try:
        return find_stretch(held.id).for_age(loaded.age)
    except StretchError:  # one of the visitor's own, deleted since
        return held


def capped(stretch: Stretch, loaded: LoadedRecording) -> Stretch:
    """Return a stretch with what the person's answers ask for laid over it: no slider goes past that."""
    return suited(stretch, loaded.answers, datetime.now().astimezone(), texts()).stretch


def notes(loaded: LoadedRecording) -> tuple[str, ...]:
    """Return what a recording's limits owe to the person's answers, in the reader's language."""
    fit = suited(loaded.analysis.stretch, loaded.answers, datetime.now().astimezone(), texts())
    return tuple(without_commands(note, texts()) for note in fit.notes)


def past_norm(item: AngleRange, said: dict[str, Limit]) -> bool:
    """Return whether limits are wider than a published norm."""
    if item.basis != "norm":
        return False
    sign = -1.0 if item.limit == "under" else 1.0
    pairs = ((said.get(name), getattr(item, name)) for name in ("caution", "stop"))
    return any(isinstance(now, float) and isinstance(norm, float) and sign * (now - norm) > 1e-9 for now, norm in pairs)


def _reason(item: AngleRange, space: Workspace) -> str:
    """Ask why a limit may go past the norm, and return the answer."""
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
    """Return the limits a range has, in the order a person meets them."""
    limits: dict[str, Limit | None] = {"target": item.target, "caution": item.caution, "stop": item.stop}
    return {name: limit for name, limit in limits.items() if limit is not None}


def _bounds(check: Check) -> tuple[tuple[float, float], float]:
    item = check.range
    numbers = [0.0, *(v for v in (item.caution, item.stop) if v is not None), *(item.target or ())]
    step = STEPS.get(check.unit, FINE_STEP)
    high = max(numbers) + (ROOM - 1) * max(max(map(abs, numbers)), 10 * step)
    low = min(numbers) * ROOM
    return (floor(low / step) * step, ceil(high / step) * step), step


def _slider(check: Check, name: str, limit: Limit, bounds: tuple[float, float], step: float, space: Workspace) -> Limit:
    loaded = space.loaded.number if space.loaded else 0
    value = st.slider(
        f"{SHAPES[name]} {_(LIMITS[name])}".strip(),
        *bounds,
        value=limit,
        step=step,
        format=FORMATS.get(check.unit, "%.2f"),
        key=f"limit-{loaded}-{space.resets}-{check.range.key}-{name}",
    )
    return (float(value[0]), float(value[1])) if isinstance(value, tuple) else float(value)
