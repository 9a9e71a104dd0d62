"""Instructions name the way: what is out of the picture, where to move, which way to turn, how the camera stands."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback.vocabulary import SHORT
from posecheck.feedback.wording import INSTRUCTIONS, TURNS, instruction
from posecheck.kinematics.neutral import Neutral, neutral_of
from posecheck.measurement.framing import level, turn_towards
from posecheck.measurement.readings import read
from posecheck.stretches.library import find_stretch
from posecheck.stretches.stretch import Stretch
from tests.support.people import Posture, skeleton, to_camera, track_of

pytestmark = pytest.mark.usefixtures("plain_geometry")

STANDING, CHAIR = "standing-extension-hand-press", "chair-twist"


def seen_from(azimuth: float, **change: object) -> Neutral:
    return replace(neutral_of(track_of([Posture()] * 5, azimuth=azimuth)), **change)  # type: ignore[arg-type]


def reason_of(track: PoseTrack, stretch: str, angle: str) -> UnjudgedReason:
    from posecheck.kinematics.angles import INDEX

    result = read(track, neutral_of(track.slice(0, 1)), find_stretch(stretch))
    return UnjudgedReason(int(result.reason[1, INDEX[angle]]))


def shifted(x: float, y: float, azimuth: float = 0.0, scale: float = 1.0) -> PoseTrack:
    """Return a neutral frame well in the picture, and one moved by so much of it, what is out of it not seen."""
    track = track_of([Posture()] * 2, azimuth=azimuth)
    image, visibility = track.image_xy.copy(), track.visibility.copy()
    image[1] = 400.0 + scale * (image[1] - 400.0) + np.array([x, y]) * 800
    visibility[1, ((image[1] < 0) | (image[1] > 800)).any(axis=1)] = 0.2
    return replace(track, image_xy=image, visibility=visibility)


@pytest.mark.parametrize(
    ("x", "y", "azimuth", "angle", "expected"),
    [
        (0, 0.2, 0, "stance_width", UnjudgedReason.FEET_OUT),
        (0, 0.6, 0, "trunk_rotation", UnjudgedReason.LEGS_OUT),
        (0, -0.75, 0, "trunk_rotation", UnjudgedReason.HEAD_OUT),
        # Facing the camera: the picture's left is the person's right.
        (-0.5, 0, 0, "trunk_rotation", UnjudgedReason.MOVE_LEFT),
        (0.5, 0, 0, "trunk_rotation", UnjudgedReason.MOVE_RIGHT),
        # Seen from behind it is the other way round.
        (-0.5, 0, 180, "pelvis_obliquity", UnjudgedReason.MOVE_RIGHT),
        # Seen from their left they face the picture's left.
        (-0.55, 0, 90, "trunk_inclination", UnjudgedReason.MOVE_BACK),
        (0.55, 0, 90, "trunk_inclination", UnjudgedReason.MOVE_FORWARD),
        (-0.55, 0, -90, "trunk_inclination", UnjudgedReason.MOVE_FORWARD),
    ],
)
def test_out_of_the_picture_says_which_way_in(
    x: float, y: float, azimuth: float, angle: str, expected: UnjudgedReason
) -> None:
    stretch = STANDING if abs(azimuth) == 90 else CHAIR
    assert reason_of(shifted(x, y, azimuth), stretch, angle) == expected


def test_who_does_not_fit_is_told_to_step_back() -> None:
    assert reason_of(shifted(0, 0, scale=9.0), CHAIR, "trunk_rotation") == UnjudgedReason.TOO_CLOSE


def test_hidden_inside_the_picture_stays_hidden() -> None:
    track = shifted(0, 0)
    track.visibility[1, L.LEFT_HIP] = 0.2
    assert reason_of(track, CHAIR, "trunk_rotation") == UnjudgedReason.HIDDEN


def test_moving_as_told_brings_the_person_into_the_picture() -> None:
    """Whoever moves as told gets nearer to the middle, from every side the camera may stand."""
    from posecheck.measurement.framing import _move

    ways = {
        UnjudgedReason.MOVE_LEFT: (0, 0, -1.0),
        UnjudgedReason.MOVE_RIGHT: (0, 0, 1.0),
        UnjudgedReason.MOVE_FORWARD: (1.0, 0, 0),
        UnjudgedReason.MOVE_BACK: (-1.0, 0, 0),
    }
    for azimuth in range(-180, 180, 15):
        for way in (1.0, -1.0):
            step = np.array(ways[_move(way, seen_from(azimuth))])
            moved = to_camera(skeleton(Posture()) + step, azimuth) - to_camera(skeleton(Posture()), azimuth)
            assert np.sign(moved[0, 0]) == way


@pytest.mark.parametrize("azimuth", [*range(-175, 180, 10)])
@pytest.mark.parametrize("views", [("front",), ("oblique",), ("side",), ("side", "oblique"), ("front", "oblique")])
def test_turning_as_told_leads_to_a_view_the_stretch_is_judged_from(azimuth: int, views: tuple[str, ...]) -> None:
    stretch = find_stretch(CHAIR)
    stretch = stretch.model_copy(update={"camera": stretch.camera.model_copy(update={"views": views})})
    neutral = seen_from(azimuth)
    told = turn_towards(neutral, stretch, views)
    if neutral.view in views:
        assert told is None
        return
    assert told is not None
    sign = 1.0 if told.to_left else -1.0
    assert ("to your left" if told.to_left else "to your right") in TURNS[told]
    for turn in range(1, 181):
        # The person turns; the camera stays.
        now = neutral_of(track_of([Posture(pelvis=sign * turn)] * 2, azimuth=azimuth))
        if now.view in views:
            break
    assert turn <= 150
    assert neutral_of(track_of([Posture(pelvis=-sign * (turn - 1))] * 2, azimuth=azimuth)).view not in views
    if "your left side" in TURNS[told]:
        assert now.azimuth_deg > 0
    if "your right side" in TURNS[told]:
        assert now.azimuth_deg < 0


def test_the_instruction_is_given_only_where_the_camera_stands_wrong() -> None:
    stretch = find_stretch(STANDING)
    assert "to your right" in instruction(UnjudgedReason.VIEW, stretch, neutral=seen_from(10))
    assert "to your left" in instruction(UnjudgedReason.VIEW, stretch, neutral=seen_from(-10))
    assert "put the camera" in instruction(UnjudgedReason.VIEW, stretch, neutral=seen_from(90))
    assert "put the camera" in instruction(UnjudgedReason.VIEW, find_stretch("prone-arch"), neutral=seen_from(10))


def test_every_reason_has_words() -> None:
    assert set(INSTRUCTIONS) == set(SHORT) == set(UnjudgedReason) - {UnjudgedReason.JUDGED}


def _held(roll: float = 0.0, pitch: float = 0.0) -> Neutral:
    """Return the neutral of somebody standing before a camera that is turned or looks down."""
    world = to_camera(skeleton(Posture()), 0.0)
    world = Rotation.from_euler("z", roll, degrees=True).apply(world)
    track = track_of([Posture()] * 2)
    # The model's metres show a good half of how far a camera looks down.
    tilted = Rotation.from_euler("x", 0.6 * pitch, degrees=True).apply(world)
    return neutral_of(
        replace(track, world_xyz=np.stack([tilted] * 2), image_xy=400 + 320 * np.stack([world[:, :2]] * 2))
    )


@pytest.mark.parametrize(
    ("roll", "pitch", "expected"),
    [
        (0, 0, UnjudgedReason.JUDGED),
        (5, 10, UnjudgedReason.JUDGED),
        (-5, -10, UnjudgedReason.JUDGED),
        (12, 0, UnjudgedReason.NOT_LEVEL),
        (-12, 0, UnjudgedReason.NOT_LEVEL),
        (0, 42, UnjudgedReason.TOO_HIGH),
        (0, -42, UnjudgedReason.TOO_LOW),
    ],
)
def test_a_tilted_camera_before_someone_standing_is_seen(roll: float, pitch: float, expected: UnjudgedReason) -> None:
    assert level(_held(roll, pitch), find_stretch(STANDING)) == expected


def test_of_somebody_seated_the_level_is_not_known() -> None:
    assert level(_held(12, 42), find_stretch(CHAIR)) == UnjudgedReason.JUDGED


def test_a_stretch_seen_from_where_it_is_not_judged_is_never_fine() -> None:
    stretch: Stretch = find_stretch(STANDING)
    track = track_of([Posture()] * 3, azimuth=0.0)
    result = read(track, neutral_of(track.slice(0, 1)), stretch)
    from posecheck.kinematics.angles import INDEX

    assert (result.reason[:, INDEX[stretch.primary]] == UnjudgedReason.VIEW).all()
