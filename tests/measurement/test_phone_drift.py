"""The gyroscope's drift is found by the marker's shape, and nothing is made of what only looks like drift."""

from dataclasses import replace

import numpy as np
import pytest

from posecheck.core.pose import PoseTrack
from posecheck.core.worn.phone import PhoneReading
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.kinematics.neutral import neutral_of
from posecheck.measurement.marker_fusion import MarkerFusion
from posecheck.measurement.phone.drift import Drift, beside_deg, camera_of
from posecheck.measurement.readings import Readings
from posecheck.stretches.library import find_stretch
from research.benchmarks.phone.drift import drifts
from tests.support.people import Posture, track_of

TURN = 40.0 * np.sin(np.arange(0.0, 400.0, 0.5) / 4.0)


def test_the_drift_of_minutes_is_taken_out() -> None:
    made = [drifts(seed, 6.0) for seed in range(12)]
    off, left = (np.array([one[i][-1] for one in made]) for i in (0, 1))
    assert off.max() > 1.5
    assert left.max() < 0.5 * off.max()
    assert left.mean() < off.mean()


@pytest.mark.parametrize("camera", [-50.0, -10.0, 0.0, 35.0])
def test_the_side_of_the_camera_is_found_by_the_first_turns(camera: float) -> None:
    seen = np.stack([TURN, np.abs(camera + TURN), np.zeros_like(TURN)], axis=1)
    assert camera_of(seen) == pytest.approx(camera, abs=1.0)
    assert camera_of(seen[:3]) is None


def test_a_person_who_steps_aside_has_not_drifted() -> None:
    beside = beside_deg(np.array([320.0, 480.0]), np.array([640.0, 640.0]))
    assert beside == pytest.approx([0.0, 16.1], abs=0.1)
    drift = Drift()
    for i, turn in enumerate(TURN.tolist()):
        aside = float(beside[int(i > 400)])
        drift.see(0.5 * i, turn, abs(30.0 + turn + aside), aside)
    assert abs(drift.degrees) < 0.5
    assert drift.checked_s is not None


def test_a_screen_seen_from_in_front_tells_nothing() -> None:
    drift = Drift()
    for i in range(500):
        drift.see(0.2 * i, 0.03 * i, abs(10.0), 0.0)
    assert (drift.degrees, drift.checked_s) == (0.0, None)


def drifting(minutes: float) -> PoseTrack:
    """Return somebody who turns slowly to and fro, with a phone that drifts by a degree a minute."""
    time_s = np.arange(0.0, 60.0 * minutes, 0.5)
    true = 35.0 * np.sin(np.maximum(time_s - 2.0, 0.0) / 6.0)
    track = replace(track_of([Posture()] * len(time_s)), time_s=time_s)
    nan, width = np.full(len(time_s), np.nan), float(track.size_wh[0, 0])
    said = PhoneReading(true + time_s / 60.0, nan, nan, nan, np.zeros(len(time_s)), np.abs(30.0 + true),
                        np.full(len(time_s), width / 2), nan)  # fmt: skip
    return replace(track, phone=said.pack())


@pytest.mark.usefixtures("plain_geometry")
def test_a_twist_of_the_tenth_minute_is_that_of_the_first() -> None:
    track = drifting(10.0)
    shape = (len(track), len(ANGLES))
    nothing = Readings(track.time_s, np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, 9, np.uint8))
    read = MarkerFusion().update(track, nothing, neutral_of(track.slice(0, 4)), find_stretch("chair-twist"))
    true = 35.0 * np.sin((track.time_s - 2.0) / 6.0)
    late = track.time_s > 300.0
    assert np.abs(read.value[late, INDEX["shoulder_rotation"]] - true[late]).max() < 2.0
