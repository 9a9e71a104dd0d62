"""A person's own range: how far the first pain-free repetition goes lowers the stop limit for all later ones.

Norms are means of groups, and the groups differ by twenty degrees; a stiff person strains long before them. The cap is
the person's own range plus MARGIN_DEG, and it never raises a limit.
"""

import datetime

import numpy as np

from posecheck.assessment.analysis import Analysis
from posecheck.core.errors import InputError
from posecheck.core.i18n import N_
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.repetitions.repetition import Repetition, RepetitionEnd
from posecheck.stretches.checks import along
from posecheck.stretches.profiles import Profile
from posecheck.stretches.ranges import AngleRange

OWN = "own pain-free range"
"""What a profile of caps is called, and the beginning of the reason it gives."""
MARGIN_DEG = 5.0
"""Our own judgement: about the difference from one repetition of a person to the next."""
WHOLE = (RepetitionEnd.COMPLETE, RepetitionEnd.SHORT_OF_TARGET, RepetitionEnd.TARGET_NOT_SURE)


def personal_cap(analysis: Analysis, day: datetime.date, name: str) -> Profile:
    """Return the profile that caps a stretch at the range of its first whole repetition.

    With two sides, the first whole repetition of each side is taken, and the smaller range counts.

    Args:
        analysis: The judged recording.
        day: The day on which it was made.
        name: The name of the results, for error messages.

    Raises:
        InputError: If the stretch has no stop limit on its main angle, or the recording no whole repetition, or its
            reading is no larger than its stated error.
    """
    stretch = analysis.stretch
    capped = [item for item in stretch.ranges if _may_cap(item, stretch.primary)]
    if not capped:
        text = N_("{name}: expected a stretch with a stop limit in degrees on its main angle, got {stretch}")
        raise InputError("no_stop_limit", text, name=name, stretch=stretch.id)
    first: dict[str, Repetition] = {}
    for repetition in analysis.repetitions:
        if repetition.reason in WHOLE and repetition.peak == repetition.peak:
            first.setdefault(repetition.side, repetition)
    if not first:
        text = N_("{name}: expected a repetition from start to end, found none of {of}")
        raise InputError("no_whole_repetition", text, name=name, of=len(analysis.repetitions))
    changes, reasons = {}, {}
    for item in capped:
        # A range of one side is capped by the repetition to that side.
        own_side = [one for one in first.values() if _amount(item, one) > 0]
        least = min(own_side or first.values(), key=lambda one: _amount(item, one))
        own, error = _amount(item, least), least.peak_error
        if not error < own:
            text = N_("{name}: expected a range that can be told from its error, found {own}° ± {error}°")
            raise InputError("range_within_error", text, name=name, own=f"{own:.0f}", error=f"{error:.0f}")
        # Whole degrees, as they are shown: what is shown is then also what is judged by.
        changes[item.key] = {"at_most": float(round(own + MARGIN_DEG))}
        reasons[item.key] = f"{OWN} of {day.isoformat()}: {own:.0f}°, and {MARGIN_DEG:.0f}° more"
    return Profile({stretch.id: changes}, OWN, {stretch.id: reasons})


def _may_cap(item: AngleRange, primary: str) -> bool:
    whole = item.measure == "angle" and item.limit == "over" and item.phase == "any" and item.when is None
    return whole and item.angle == primary and item.stop is not None and ANGLES[INDEX[item.rows[0]]].unit == "deg"


def _amount(item: AngleRange, repetition: Repetition) -> float:
    return float(along(np.array([repetition.peak]), item.along)[0])
