"""The report says what the angles rest on, where that is not landmarks alone."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from posecheck.assessment.analysis import Analysis, judge
from posecheck.core.i18n import ENGLISH, translator
from posecheck.core.worn.phone import SENT, PhoneReading
from posecheck.report.basis import rests_on
from posecheck.results.tables import write_angles
from posecheck.stretches.library import find_stretch
from tests.support.people import track_of, twist

pytestmark = pytest.mark.usefixtures("plain_geometry")


def by_network(until: float) -> Analysis:
    """Return a judged twist with a phone that sent what it measured in so large a part of it."""
    postures = twist(30.0)
    turn = np.array([posture.rotation for posture in postures])
    n, nan = len(turn), np.full(len(turn), np.nan)
    turn[round(until * n) :] = np.nan
    told = np.where(np.isfinite(turn), 1.0, np.nan)
    said = PhoneReading(turn, 0.0 * told, 0.0 * told, SENT * told, told, nan, nan, nan).pack()
    return judge(replace(track_of(postures), phone=said), find_stretch("chair-twist"))


def test_shares_of_what_the_trunks_turn_rests_on_are_told() -> None:
    ((label, text),) = rests_on(by_network(1.0), ENGLISH)
    assert label == "Rests on"
    assert "a phone by network 100%" in text
    ((_, text),) = rests_on(by_network(0.5), translator("de"))
    assert "einem Telefon über das Netz" in text
    assert "von Blättern oder Telefon aus weitergeführt" in text


def test_nothing_is_told_where_all_is_landmarks() -> None:
    assert rests_on(judge(track_of(twist(30.0)), find_stretch("chair-twist")), ENGLISH) == []


def test_the_table_of_angles_says_it_of_each_frame(tmp_path: Path) -> None:
    file = tmp_path / "angles.csv"
    write_angles(file, by_network(0.5))
    head, *rows = [line.split(",") for line in file.read_text(encoding="utf-8").splitlines()]
    told = [row[head.index("trunk_rotation_basis")] for row in rows]
    assert told[60] == "phone_by_network"
    assert told[-1] == "carried_on"
