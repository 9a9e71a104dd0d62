"""What a browser says about all but the person: where the still background is, and who else is in the picture.

A message is HEAD, ABOUT, and so many people of PERSON, little-endian; a browser sends it now and then, and it holds for
the frames that follow. Of the others only their places in the picture are sent, which tell whether they touch or hide
the person, and whether it is still the same one who is followed.
"""

from dataclasses import dataclass

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import N_LANDMARKS
from posecheck.core.pose import N_BACKGROUND, Pose
from posecheck.live.remote.wire import FARTHEST, LARGEST, SMALLEST, HostileError

HEAD = b"PS\x01"
ABOUT = np.dtype(
    [
        ("width", "<u2"),
        ("height", "<u2"),
        # Whether people were looked for, and how many follow.
        ("looked", "u1"),
        ("people", "u1"),
        ("spare", "u1", (2,)),
        ("background", "<f4", (N_BACKGROUND,)),
    ]
)
PERSON = np.dtype([("marks", "<f4", (N_LANDMARKS, 3))])
"""x and y as shares of the picture, and visibility."""
MOST_PEOPLE = 3
MOST_BYTES = len(HEAD) + ABOUT.itemsize + MOST_PEOPLE * PERSON.itemsize
_LEAST = np.array([-FARTHEST, -FARTHEST, -360.0, 0.05])
_MOST = np.array([FARTHEST, FARTHEST, 360.0, 20.0])


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """Hold one message.

    Attributes:
        background: (4,) as in Pose; NaN where it is not known.
        people: Everybody found, without world landmarks; None where nobody was looked for.
    """

    background: Floats
    people: tuple[Pose, ...] | None


def read(message: bytes) -> Surroundings:
    """Read a message.

    Args:
        message: What came, from anybody.

    Raises:
        HostileError: It has another size or form, or a number is out of its range.
    """
    start = len(HEAD)
    if not message.startswith(HEAD) or len(message) < start + ABOUT.itemsize:
        raise HostileError("another form or size")
    about = np.frombuffer(message, ABOUT, 1, start)[0]
    count, looked = int(about["people"]), int(about["looked"])
    if count > MOST_PEOPLE or looked > 1 or (count and not looked):
        raise HostileError("people that nobody looked for")
    if len(message) != start + ABOUT.itemsize + count * PERSON.itemsize:
        raise HostileError("another form or size")
    size_wh = (int(about["width"]), int(about["height"]))
    if not all(SMALLEST <= edge <= LARGEST for edge in size_wh):
        raise HostileError("a picture of another size")
    background = about["background"].astype(np.float64)
    known = not np.isnan(background).all()
    if known and not ((background >= _LEAST) & (background <= _MOST)).all():
        raise HostileError("a background that is nowhere")
    marks = np.frombuffer(message, PERSON, count, start + ABOUT.itemsize)["marks"].astype(np.float64)
    if not ((np.abs(marks[..., :2]) <= FARTHEST).all() and (np.abs(marks[..., 2] - 0.5) <= 0.501).all()):
        raise HostileError("landmarks that nobody has")
    people = [
        Pose(0.0, one[:, :2] * size_wh, np.zeros((N_LANDMARKS, 3)), np.clip(one[:, 2], 0.0, 1.0), size_wh)
        for one in marks
    ]
    return Surroundings(background, tuple(people) if looked else None)


def write(size_wh: tuple[int, int], background: Floats, people: list[Pose] | None) -> bytes:
    """Return a message as the page's own script makes it; for measurements and tests.

    Args:
        size_wh: Width and height of the picture, pixels.
        background: (4,) as in Pose.
        people: Everybody found; None where nobody was looked for.
    """
    about = np.zeros(1, ABOUT)
    about["width"], about["height"] = size_wh
    about["background"] = background
    about["looked"], about["people"] = people is not None, len(people or ())
    records = np.zeros(len(people or ()), PERSON)
    for record, pose in zip(records, people or (), strict=True):
        record["marks"][:, :2] = pose.image_xy / size_wh
        record["marks"][:, 2] = pose.visibility
    return HEAD + about.tobytes() + records.tobytes()
