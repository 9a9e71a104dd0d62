"""What the angles of a recording rest on, where that is not landmarks alone: printed sheets, or phones."""

import numpy as np

from posecheck.assessment.analysis import BLOCK, Analysis
from posecheck.core.i18n import Translator
from posecheck.core.memory.spooled import release
from posecheck.feedback.vocabulary import RESTS
from posecheck.feedback.wording import words_for
from posecheck.kinematics.angles import INDEX
from posecheck.measurement.readings import FUSED, Basis


def rests_on(analysis: Analysis, texts: Translator) -> list[tuple[str, str]]:
    """Return what the stretch's angles rest on and in which share of their readings, as a row of a table, or none.

    Args:
        analysis: The judged recording.
        texts: The reader's language.
    """
    used = {check.angle for check in analysis.session.checks}
    told = []
    for name, counts in _counts(analysis).items():
        if name not in used or counts.sum() == counts[Basis.LANDMARKS]:
            continue
        most = sorted((basis for basis in Basis if counts[basis]), key=lambda basis: -counts[basis])
        shares = (f"{texts.gettext(RESTS[basis])} {texts.share(counts[basis] / counts.sum())}" for basis in most)
        told.append(f"{words_for(name, texts)}: {', '.join(shares)}")
    return [(texts.gettext("Rests on"), "; ".join(told))] if told else []


def _counts(analysis: Analysis) -> dict[str, np.ndarray[tuple[int], np.dtype[np.intp]]]:
    """Return, by angle, how many of its readings rest on each Basis."""
    readings = analysis.judged.readings
    out = {name: np.zeros(len(Basis), np.intp) for name in FUSED}
    for first in range(0, len(readings.time_s), BLOCK):
        part = readings.slice(slice(first, first + BLOCK))
        for column, (name, counts) in enumerate(out.items()):
            known = np.isfinite(part.value[:, INDEX[name]])
            counts += np.bincount(part.basis[known, column], minlength=len(Basis))
        release(readings)
    return out
