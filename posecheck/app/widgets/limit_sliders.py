"""The sliders of one range with their number boxes: target, caution and stop, remembered where they differ.

A limit that is moved past its neighbour pushes it along, so that the three always stay in their order.
A limit wider than a published norm takes effect only once a reason is entered; until then the norm applies.
"""

from collections.abc import Mapping
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
BOX_PX = 88
"""The width of a number box."""
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
    bounds, step = _bounds(check, kept)
    stated = limits_of(item)
    said = {name: _row(check, name, kept.get(name, limit), bounds, step, space) for name, limit in stated.items()}
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


def _bounds(check: Check, kept: Mapping[str, Limit]) -> tuple[tuple[float, float], float]:
    """Return the ends of the sliders, which hold the moved limits too, and their step."""
    item = check.range
    numbers = [0.0, *bands.numbers(item)]
    step = STEPS.get(check.unit, FINE_STEP)
    high = max(numbers) + (ROOM - 1) * max(max(map(abs, numbers)), 10 * step)
    low = min(numbers) * ROOM
    moved = [edge for limit in kept.values() for edge in _edges(limit)]
    low, high = min([low, *moved]), max([high, *moved])
    # Rounded again, since 62 steps of a hundredth are 0.6200000000000001.
    return (round(floor(low / step) * step, 2), round(ceil(high / step) * step, 2)), step


def _edges(limit: Limit) -> tuple[float, ...]:
    return limit if isinstance(limit, tuple) else (limit,)


def _row(check: Check, name: str, limit: Limit, bounds: tuple[float, float], step: float, space: Workspace) -> Limit:
    """Show the slider of a limit, its number boxes beside it, and return where it stands."""
    key = _key(check, name, space)
    st.session_state.setdefault(key, limit)
    value: Limit = st.session_state[key]
    title = _(LIMIT_TITLES[name])
    told = (_("{limit} from"), _("{limit} to")) if isinstance(value, tuple) else (_("{limit} as a number"),)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.slider(
            f"{SHAPES[name]} {title}",
            *bounds,
            step=step,
            format=FORMATS.get(check.unit, "localized"),
            key=key,
            on_change=_moved,
            args=(check, name, bounds, space),
        )
        with st.container(width=BOX_PX, gap="small"):
            for i, (edge, label) in enumerate(zip(_edges(value), told, strict=True)):
                _set(f"{key}-{i}", edge)
                st.number_input(
                    label.format(limit=title),
                    *bounds,
                    step=step,
                    format="%g" if step >= 1 else "%.2f",
                    key=f"{key}-{i}",
                    label_visibility="collapsed",
                    on_change=_typed,
                    args=(check, name, i, bounds, space),
                )
    return value


def _key(check: Check, name: str, space: Workspace) -> str:
    loaded = space.loaded.number if space.loaded else 0
    return f"limit-{loaded}-{space.resets}-{check.range.key}-{name}"


def _typed(check: Check, name: str, i: int, bounds: tuple[float, float], space: Workspace) -> None:
    """Take over what was typed into a number box; the two ends of a target stay in order."""
    key = _key(check, name, space)
    typed, edges = float(st.session_state[f"{key}-{i}"]), list(_edges(st.session_state[key]))
    edges[i] = typed
    if len(edges) == 2:
        other = 1 - i
        edges[other] = max(edges[other], typed) if other else min(edges[other], typed)
    _set(key, (edges[0], edges[1]) if len(edges) == 2 else edges[0])
    _moved(check, name, bounds, space)


def _moved(check: Check, name: str, bounds: tuple[float, float], space: Workspace) -> None:
    """Remember where the limits stood, for an undo, and push the neighbours of the moved limit along."""
    space.remember()
    keys = {one: _key(check, one, space) for one in limits_of(check.range)}
    said = {one: st.session_state[key] for one, key in keys.items() if key in st.session_state}
    for one, limit in pushed(name, said, check.range.limit, bounds, STEPS.get(check.unit, FINE_STEP)).items():
        _set(keys[one], limit)


def _set(key: str, value: Limit) -> None:
    """Set a slider or a number box, unless it stands there.

    Setting makes the browser move it. Whoever moves a slider on meanwhile would find it back where this run began.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def pushed(
    moved: str, said: Mapping[str, Limit], limit: str, bounds: tuple[float, float], step: float
) -> dict[str, Limit]:
    """Return limits in their order: those that a moved one has passed are pushed along with it.

    Args:
        moved: The name of the limit that was moved.
        said: Where the limits stand, by name, in the order target, caution, stop.
        limit: `over` where caution and stop lie above the target, `under` where they lie below.
        bounds: The ends of the sliders; a limit pushed against one holds up those that push it.
        step: The least distance of caution and stop.
    """
    way = -1.0 if limit == "under" else 1.0
    inner = 0 if limit == "under" else 1
    names = list(said)
    edges = [way * (one[inner] if isinstance(one, tuple) else one) for one in said.values()]
    room = [step if names[i] == "caution" else 0.0 for i in range(len(names) - 1)]
    at, low, high = names.index(moved), *sorted(way * end for end in bounds)
    for i in range(at + 1, len(edges)):
        edges[i] = max(edges[i], edges[i - 1] + room[i - 1])
    for i in range(at - 1, -1, -1):
        edges[i] = min(edges[i], edges[i + 1] - room[i])
    for i in range(len(edges)):  # held up at the lower end, then at the upper one
        edges[i] = max(edges[i], low if i == 0 else edges[i - 1] + room[i - 1])
    for i in range(len(edges) - 1, -1, -1):
        edges[i] = min(edges[i], high if i == len(edges) - 1 else edges[i + 1] - room[i])
    out: dict[str, Limit] = {}
    for name, edge in zip(names, edges, strict=True):
        before, now = said[name], round(way * edge, 2)
        if not isinstance(before, tuple):
            out[name] = now
        elif inner:
            out[name] = (min(before[0], now), now)
        else:
            out[name] = (now, max(before[1], now))
    return out
