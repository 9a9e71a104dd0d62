"""The state of a frame in words: what is hidden is never told as a number."""

import re
from dataclasses import replace

import numpy as np
import pytest

from posecheck.assessment.analysis import judge
from posecheck.assessment.grading import Grader
from posecheck.core.i18n import translator
from posecheck.core.levels import Level
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback.frame_state import FrameStatus, state_at
from posecheck.rendering.gauges import gauges_of
from posecheck.stretches.checks import Check
from posecheck.stretches.library import all_stretches
from posecheck.stretches.stretch import Stretch
from tests.support.people import track_of, twist

TWO_SIDED = [stretch for stretch in all_stretches().values() if len(stretch.primary_rows) > 1]


@pytest.mark.usefixtures("plain_geometry")
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("stretch", TWO_SIDED, ids=lambda stretch: stretch.id)
def test_a_hidden_side_is_never_told_as_a_number(stretch: Stretch, language: str) -> None:
    analysis, texts = judge(track_of(twist(20.0, fps=15.0), fps=15.0), stretch), translator(language)
    judged, readings = analysis.judged, analysis.judged.readings
    for far in stretch.primary_rows:
        value, error = np.full_like(readings.value, 0.5), np.full_like(readings.error, 0.1)
        why, signed, levels = np.zeros_like(readings.reason), np.full_like(judged.signed, 0.5), judged.levels.copy()
        value[:, far] = error[:, far] = np.nan
        why[:, far], levels[:] = UnjudgedReason.HIDDEN, Level.CLEAR
        gone = [c for c, check in enumerate(analysis.session.checks) if check.rows == (far,)]
        signed[:, gone], levels[:, gone] = np.nan, Level.UNKNOWN
        one = replace(judged, readings=replace(readings, value=value, error=error, reason=why))
        one = replace(one, signed=signed, levels=levels)
        state = state_at(one, 5, analysis.session, (), True, texts)
        told = [gauge.value_text(one, 5, texts=texts) for gauge in gauges_of(analysis.session.checks)]
        assert not re.search(r"\bnan\b", " | ".join([state.title, state.message, *told]))


LIMITS = [(20.0, 25.0), (None, 25.0), (20.0, None), (0.5, 0.7), (60.0, 90.0)]
ERRORS = [0.0, 2.0, 6.0, 14.0, float("nan")]
STEPS = [-30.0, -5.0, -1.0, -0.2, 0.0, 0.2, 0.6, 1.0, 4.0, 11.0, 40.0]
"""How far past the caution limit a reading is, towards the limit."""
KINDS: dict[tuple[str, str, str, str], tuple[Stretch, int]] = {
    (check.range.measure, check.range.along, check.range.limit, check.unit): (stretch, c)
    for stretch in all_stretches().values()
    for c, check in enumerate(judge(track_of(twist(20.0, fps=15.0), fps=15.0), stretch).session.checks)
    if check.limits and check.range.measure in ("angle", "speed") and stretch.advice != "block"
}
"""An example of each kind of check: angles and speeds, limits above and below, in each direction."""


def with_limits(check: Check, caution: float | None, stop: float | None) -> Check:
    if check.range.limit == "under" and caution is not None and stop is not None:
        caution, stop = stop, caution
    item = check.range.model_copy(update={"caution": caution, "stop": stop, "target": None})
    return replace(check, range=item)


def states(
    kind: tuple[str, str, str, str], limits: tuple[float | None, float | None]
) -> list[tuple[float, FrameStatus]]:
    """Return, for readings and errors around limits, how far past the first limit they are, and what is said."""
    stretch, c = KINDS[kind]
    analysis = judge(track_of(twist(20.0, fps=15.0), fps=15.0), stretch)
    judged, checks = analysis.judged, list(analysis.session.checks)
    check = checks[c] = with_limits(checks[c], *limits)
    analysis.session.checks = tuple(checks)
    readings, item = judged.readings, check.range
    value, error = np.full_like(readings.value, 0.5), np.full_like(readings.error, 0.1)
    readings = replace(readings, value=value, error=error, reason=np.zeros_like(readings.reason))
    first = item.caution if item.caution is not None else item.stop
    assert first is not None
    out = []
    for wide in ERRORS:
        for step in STEPS if first > 1 else [part / 100 for part in STEPS]:
            amount = first + step * item.towards
            level = Grader((check,)).levels(np.array([[amount]]), np.array([[wide]]))[0, 0]
            signed, levels = np.full_like(judged.signed, 0.1), np.zeros_like(judged.levels)
            signed[:, c], levels[:, c] = -amount if item.along == "negative" else amount, level
            one = replace(judged, readings=readings, signed=signed, levels=levels, flags=())
            if level != Level.UNKNOWN:
                out.append((step, state_at(one, 5, analysis.session, (), True)))
    return out


@pytest.mark.usefixtures("plain_geometry")
@pytest.mark.parametrize("limits", LIMITS, ids=str)
@pytest.mark.parametrize("kind", KINDS, ids="-".join)
def test_what_is_said_of_a_limit_fits_the_reading(
    kind: tuple[str, str, str, str], limits: tuple[float | None, float | None]
) -> None:
    """Without a warning, as before it has lasted long enough, and anew after a stop that has ended."""
    said = states(kind, limits)
    assert any(state.level == Level.BORDERLINE for _, state in said)
    for step, state in said:
        if state.level != Level.BORDERLINE:
            assert step < 0
            continue
        numbers = re.findall(r"\d+(?:\.\d+)?", state.message)
        if step < 0:
            assert (state.title, "past" in state.message) == ("Borderline", False)
        elif kind[0] == "speed":
            assert "past the limit" in state.message
        elif "at the limit" in state.message:
            assert (state.title, len(set(numbers))) == ("Borderline", 1)
        else:
            assert (state.title, "past the limit of" in state.message) == ("Past a limit", True)
            assert len(set(numbers)) == 2
