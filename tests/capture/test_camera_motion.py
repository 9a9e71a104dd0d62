"""Whether the camera has moved, from pictures: drawn walls with marks, moved by known amounts."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from posecheck.capture.pose.camera_motion import ELSEWHERE, Background, displacement
from posecheck.core.pose import Pose

WH = (320, 240)
Rgb = NDArray[np.uint8]


def wall(seed: int = 1, x: float = 0.0, y: float = 0.0, turn: float = 0.0, zoom: float = 1.0, gain: float = 1.0) -> Rgb:
    """Draw a wall with boxes on it, shifted (pixels), turned (degrees, clockwise) and zoomed about the middle."""
    rng = np.random.default_rng(seed)
    big = np.full((720, 960, 3), 120, np.uint8)
    for _ in range(90):
        (left, top), (w, h) = rng.integers(0, (900, 660)), rng.integers(20, 90, 2)
        cv2.rectangle(big, (int(left), int(top)), (int(left + w), int(top + h)), rng.integers(40, 220, 3).tolist(), -1)
    soft = cv2.GaussianBlur(big, (0, 0), 1.2)
    a = zoom * np.exp(1j * np.radians(turn))
    middle, target = 480 + 360j, WH[0] / 2 + x + 1j * (WH[1] / 2 + y)
    b = target - a * middle
    matrix = np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]])
    return np.asarray(np.clip(cv2.warpAffine(soft, matrix, WH).astype(float) * gain, 0, 255), np.uint8)


def person(x: float, width: float = 60.0) -> Pose:
    rng = np.random.default_rng(0)
    image = np.stack([rng.uniform(x - width / 2, x + width / 2, 33), rng.uniform(60, 200, 33)], axis=1)
    return Pose(0.0, image, np.zeros((33, 3)), np.ones(33), WH)


def painted(picture: Rgb, x: float, width: int = 60) -> Rgb:
    out = picture.copy()
    noise = np.random.default_rng(int(x)).integers(0, 255, (140, width, 3))
    left = round(x) - width // 2
    first, last = max(left, 0), min(left + width, WH[0])
    out[60:200, first:last] = noise[:, first - left : last - left]
    return out


@pytest.mark.parametrize(
    ("x", "y", "turn", "zoom"),
    [(0, 0, 0, 1), (8, 0, 0, 1), (-12, 5, 0, 1), (0, 0, 4, 1), (3, 2, -6, 1), (0, 0, 0, 1.06), (20, -14, 3, 0.95)],
)
def test_a_moved_camera_is_measured(x: float, y: float, turn: float, zoom: float) -> None:
    tracker = Background()
    first = tracker.update(wall(), None, 0.0)
    now = tracker.update(wall(x=x, y=y, turn=turn, zoom=zoom), None, 0.1)
    np.testing.assert_allclose(first, [0, 0, 0, 1], atol=1e-9)
    np.testing.assert_allclose(now[:2], [x / WH[0], y / WH[0]], atol=0.003)
    assert now[2] == pytest.approx(turn, abs=0.3)
    assert now[3] == pytest.approx(zoom, abs=0.01)


def test_displacement_is_that_of_the_corners() -> None:
    still = np.array([0.0, 0.0, 0.0, 1.0])
    moved = np.array([[0.03, 0.0, 0.0, 1.0], [0.0, 0.0, 2.0, 1.0], [0.0, 0.0, 0.0, 1.1], [np.nan] * 4])
    far = displacement(moved, still, 0.75)
    np.testing.assert_allclose(far[:3], [0.03, 0.625 * np.radians(2.0), 0.0625], atol=1e-3)
    assert np.isnan(far[3])


def test_a_long_way_is_the_sum_of_its_steps() -> None:
    tracker = Background()
    for i in range(40):
        now = tracker.update(wall(x=-3.0 * i, turn=0.5 * i), None, i / 15)
    assert now[0] == pytest.approx(-117 / WH[0], abs=0.01)
    assert now[2] == pytest.approx(19.5, abs=0.7)


def test_a_person_moving_about_does_not_move_the_background() -> None:
    tracker = Background()
    seen = [tracker.update(painted(wall(), 160 + 3 * i), person(160 + 3 * i), i / 15) for i in range(30)]
    assert displacement(np.array(seen), seen[0], 0.75).max() < 0.003


def test_somebody_else_walking_through_is_outvoted() -> None:
    tracker = Background()
    seen = [tracker.update(painted(painted(wall(), 100), 20 + 6 * i, 40), person(100), i / 15) for i in range(30)]
    known = displacement(np.array(seen), seen[0], 0.75)
    assert np.isfinite(known).mean() > 0.8
    assert np.nanmax(known) < 0.005


def test_a_lamp_switched_on_is_no_movement() -> None:
    tracker = Background()
    first = tracker.update(wall(), None, 0.0)
    far = displacement(np.array([tracker.update(wall(gain=1.25), None, 0.1)]), first, 0.75)
    assert not far[0] > 0.01


def test_a_plain_wall_says_nothing() -> None:
    tracker = Background()
    plain = np.full((WH[1], WH[0], 3), 90, np.uint8)
    assert np.isnan([tracker.update(plain, None, i / 10) for i in range(3)]).all()


def test_someone_who_fills_the_picture_is_no_movement_of_the_camera() -> None:
    tracker = Background()
    first = tracker.update(wall(), None, 0.0)
    seen = [tracker.update(painted(wall(), 160, 310), person(160, 330), i / 10) for i in range(1, 15)]
    after = tracker.update(wall(), None, 2.0)
    assert np.isnan(seen).all()
    assert displacement(np.array([after]), first, 0.75)[0] < 0.003


def test_another_picture_altogether_is_elsewhere() -> None:
    tracker = Background()
    tracker.update(wall(), None, 0.0)
    seen = np.array([tracker.update(wall(seed=2), None, i / 10) for i in range(1, 12)])
    assert np.nanmax(seen[:, 0]) > 0.9 * ELSEWHERE


def test_a_picture_that_changes_its_size_goes_on() -> None:
    tracker = Background()
    tracker.update(wall(), None, 0.0)
    at = tracker.update(wall(x=10), None, 0.1)
    half = cv2.resize(wall(x=10), (80, 60), interpolation=cv2.INTER_AREA)
    np.testing.assert_allclose(tracker.update(np.asarray(half, np.uint8), None, 0.2), at, atol=0.01)


def test_a_bare_skirting_board_does_not_hide_that_the_camera_went_along_it() -> None:
    def room(x: int) -> Rgb:
        picture = np.full((WH[1], WH[0], 3), 150, np.uint8)
        picture[150:158] = 90
        picture[158:] = 110
        for i in range(6):
            cv2.rectangle(
                picture, (20 + 40 * i + x, 20 + 9 * i), (44 + 40 * i + x, 40 + 12 * i), (60, 40 * (i % 3), 90), 2
            )
        return picture

    tracker = Background()
    first = tracker.update(room(0), None, 0.0)
    seen = np.array([tracker.update(room(14), None, i / 10) for i in range(1, 9)])
    far = displacement(seen, first, 0.75)
    assert np.isfinite(far).any()
    assert not (far < 0.03).any()


def test_a_still_background_is_looked_at_now_and_then_and_a_moving_one_in_each_picture() -> None:
    """What it costs is kept low; that the camera was knocked is known a tenth of a second later, and then in full."""
    tracker = Background()
    still = [tracker.update(wall(), None, i / 30) for i in range(30)]
    np.testing.assert_allclose(still, np.broadcast_to([0, 0, 0, 1], (30, 4)), atol=0.002)
    moved = [tracker.update(wall(x=2.0 * i), None, 1 + i / 30) for i in range(30)]
    late = [i for i in range(30) if abs(moved[i][0] - 2.0 * i / WH[0]) > 0.003]
    assert max(late, default=0) <= 3
