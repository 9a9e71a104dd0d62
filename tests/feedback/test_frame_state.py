"""The state of a frame in words: what is hidden is never told as a number."""

import re
from dataclasses import replace

import numpy as np
import pytest

from posecheck.assessment.analysis import judge
from posecheck.core.i18n import translator
from posecheck.core.levels import Level
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback.frame_state import state_at
from posecheck.rendering.gauges import gauges_of
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
