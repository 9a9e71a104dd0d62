"""Look for the sheets in every picture, and follow them: a picture in, where each sheet lies out.

Tags are looked for with OpenCV's ArUco detector, now and then and only on the person's trunk, because that is slow and
needs them to be seen well; a sheet once found is followed by its whole motif (tag_alignment.py), which also tells it
turned far and blurred, and says itself whether what it follows is still the sheet.
"""

from dataclasses import replace
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck.capture.markers.alignment import Bend, Gray, Lens, Placed, align, bent, moved, surface
from posecheck.capture.markers.sheet import BOARDS, DICTIONARY, Board
from posecheck.core.arrays import Floats
from posecheck.core.frame import Frame, Rgb
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import MarkerPose, Pose, PoseEstimator, stages, unseen

Box = tuple[int, int, int, int]

FOV_DEG = 60.0
"""Horizontal field of view of a camera that nobody has calibrated: most webcams lie between 55 and 78."""
LIKE, SEEN = 0.80, 0.35
"""Least likeness of picture and motif, and least share of the sheet in sight, at which it counts as found."""
MEMORY_S = 1.0
"""A sheet out of sight for longer is looked for anew instead of where it was heading."""
BENDS = (2.0, 6.0)
_BENT = tuple(bent(bend) for bend in BENDS)
DOUBTS, DOUBT_EVERY = 5, 15
"""In the first pictures, and now and then after, a flatter and a rounder sheet are tried too: whichever fits best."""
WORSE, FORGIVEN = 0.012, 0.002
"""Where the likeness falls by so much, the sheet may have got stuck on the way, and its tags are looked for at once.
What is usual is forgotten slowly, picture by picture, because light changes and folds come."""
EVERY, PATIENT_S, SELDOM = 8, 10.0, 45
"""Tags are looked for in every eighth picture, and more seldom when none was found for a while."""
HEADING_S = 0.3
ANEW, SHY, BETTER = 0.85, 0.025, 0.004
"""Likeness that a sheet taken up anew must have, how little less than is usual for it, and how much more than where
it was followed to."""
LEAP_DEG, LEAP_DEG_S = 25.0, 40.0
JUST_S, LOST_S, SOON = 0.25, 2.0, 2
"""For so long after a sheet was lost it is looked for in every picture, and then in every second one."""
TORSO_PX = 320.0
"""Height that a trunk is enlarged to before tags are looked for."""


def lens_of(size_wh: tuple[int, int], fov_deg: float = FOV_DEG) -> Lens:
    """Return the lens of a picture size with a field of view in degrees along its longer edge."""
    width, height = size_wh
    return Lens(max(size_wh) / 2 / float(np.tan(np.radians(fov_deg) / 2)), (width / 2, height / 2))


def new_detector() -> cv2.aruco.ArucoDetector:
    """Return a detector of the four tags alone: the fewer there are, the more of a damaged one may be mended."""
    known = cv2.aruco.getPredefinedDictionary(DICTIONARY)
    count = max(max(board.ids) for board in BOARDS.values()) + 1
    dictionary = cv2.aruco.Dictionary(known.bytesList[:count], known.markerSize, 2)
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    parameters.cornerRefinementWinSize = 3
    parameters.adaptiveThreshWinSizeMin = 7
    parameters.adaptiveThreshWinSizeMax = 47
    parameters.adaptiveThreshWinSizeStep = 10
    parameters.minMarkerPerimeterRate = 0.02
    parameters.polygonalApproxAccuracyRate = 0.06
    parameters.errorCorrectionRate = 1.0
    parameters.maxErroneousBitsInBorderRate = 0.4
    parameters.perspectiveRemovePixelPerCell = 6
    return cv2.aruco.ArucoDetector(dictionary, parameters)


def find(
    detector: cv2.aruco.ArucoDetector, gray: NDArray[np.uint8], box: Box | None = None, zoom: float = 1.0
) -> dict[int, Floats]:
    """Find tags inside a box (x0, y0, x1, y1) of a picture, enlarged by `zoom`.

    Returns number to corners (4, 2) in pixels of the picture, clockwise from the tag's own top left.
    """
    x0, y0, x1, y1 = box or (0, 0, gray.shape[1], gray.shape[0])
    part = gray[y0:y1, x0:x1]
    if min(part.shape) < 16:
        return {}
    if zoom != 1.0:
        part = np.asarray(cv2.resize(part, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC), np.uint8)
    corners, ids, _ = detector.detectMarkers(np.ascontiguousarray(part))
    if ids is None:
        return {}
    out: dict[int, Floats] = {}
    for number, marks in zip(np.asarray(ids).ravel(), corners, strict=True):
        at = (np.asarray(marks, np.float64).reshape(4, 2) + 0.5) / zoom + (x0, y0)
        # Of two that read alike the smaller is a letter or a speck: so few tags are told apart generously.
        if int(number) not in out or _spread(at) > _spread(out[int(number)]):
            out[int(number)] = at
    return out


def _spread(corners: Floats) -> float:
    """Return how large a tag looks, in pixels."""
    return float(np.ptp(corners, axis=0).sum())


def place_by_corners(board: Board, corners: dict[int, Floats], lens: Lens, bend: Bend) -> Placed | None:
    """Lay a sheet over the corners of its tags, bent as is thought; None when none was found."""
    numbers = [i for i in board.ids if i in corners]
    if not numbers:
        return None
    flat = np.concatenate([board.corners(i) for i in numbers])
    image = np.concatenate([corners[i] for i in numbers])
    body, _ = surface(flat, bend.mean)
    try:
        ok, turn, place = cv2.solvePnP(body, image, lens.matrix, None, flags=cv2.SOLVEPNP_SQPNP)
    except cv2.error:  # corners that fall together: a misread speck, no sheet
        return None
    if not ok or not place[2] > 0.2:
        return None
    return Placed(np.asarray(cv2.Rodrigues(turn)[0], np.float64), np.asarray(place, np.float64).ravel(), bend)


class _Follower:
    """Follow one sheet from picture to picture."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.last_s = -np.inf
        self._last: Placed | None = None
        self._turning = np.zeros(3)
        self._going = np.zeros(3)
        self._bend = Bend.unknown()
        self._count = 0
        self._usual = 0.0

    def follow(self, image: Gray, lens: Lens, time_s: float) -> Placed | None:
        """Find the sheet near where it was heading; None when it is not there."""
        last, passed = self._last, time_s - self.last_s
        if last is None or passed > MEMORY_S:
            return None
        turn = np.asarray(cv2.Rodrigues(self._turning * passed)[0]) @ last.turn
        starts = [moved(last, turn, last.place + self._going * passed, self._bend)]
        if np.linalg.norm(self._turning) * passed > 0.05:
            starts.append(moved(last, last.turn, last.place, self._bend))
        self._count += 1
        if self._count <= DOUBTS or self._count % DOUBT_EVERY == 0:
            starts += [moved(last, last.turn, last.place, self._bend, bent(bend)) for bend in BENDS]
        return self._best(image, lens, starts)

    def take(
        self, image: Gray, lens: Lens, time_s: float, corners: dict[int, Floats], other: Placed | None
    ) -> Placed | None:
        """Find the sheet by tags found in this picture; the better of that and the other answer."""
        bend = self._bend.forgotten() if time_s - self.last_s > MEMORY_S else self._bend
        laid = [place_by_corners(self.board, corners, lens, Bend(b, bend.covariance)) for b in (bend.mean, *_BENT)]
        starts = [moved(one, one.turn, one.place, bend, one.bend.mean) for one in laid if one is not None]
        found = self._best(image, lens, starts)
        if found is None or found.likeness < max(ANEW, self._usual - SHY):
            return other
        # Nobody turns farther than this since the sheet was last seen: a tag was misread.
        leap = LEAP_DEG + LEAP_DEG_S * min(time_s - self.last_s, MEMORY_S)
        if self._last is not None and _apart_deg(found, self._last) > leap:
            return other
        return found if other is None or found.likeness > other.likeness + BETTER else other

    def doubts(self, one: Placed | None) -> bool:
        """Tell whether the sheet is not where it was followed to, or may have got stuck on the way."""
        return one is None or one.likeness < self._usual - WORSE

    def keep(self, one: Placed, time_s: float) -> None:
        """Remember where the sheet lies in this picture."""
        passed = time_s - self.last_s
        if self._last is not None and 0 < passed < HEADING_S:
            turned = cv2.Rodrigues(one.turn @ self._last.turn.T)[0]
            self._turning = np.asarray(turned, np.float64).ravel() / passed
            self._going = (one.place - self._last.place) / passed
        else:
            self._turning, self._going = np.zeros(3), np.zeros(3)
        self._usual = max(one.likeness, self._usual - FORGIVEN)
        self._bend = one.bend.looser()
        self._last, self.last_s = one, time_s

    def _best(self, image: Gray, lens: Lens, starts: list[Placed]) -> Placed | None:
        tried = [align(image, lens, self.board.name, start) for start in starts]
        good = [one for one in tried if one is not None and one.likeness >= LIKE and one.share >= SEEN]
        return min(good, key=lambda one: one.cost, default=None)


def _apart_deg(one: Placed, other: Placed) -> float:
    """Return by how much two answers are turned against each other."""
    return float(np.degrees(np.linalg.norm(cv2.Rodrigues(one.turn @ other.turn.T)[0])))


def packed(one: Placed | None) -> NDArray[np.float32]:
    """Return a sheet as a packed MarkerPose (19,), NaN where it is not seen."""
    if one is None or one.by_bend is None:
        return unseen()
    return MarkerPose(
        turn=np.asarray(cv2.Rodrigues(one.turn)[0]).ravel(),
        place=one.place,
        shape=one.bend.mean,
        slope=np.degrees(one.turn[:, 1] @ one.by_bend),
        turn_sd_deg=np.asarray(one.turn_sd_deg),
        covariance=one.bend.covariance[np.triu_indices(len(one.bend.mean))],
    ).pack()


class TagReader:
    """Find the sheets in pictures that come in order of time."""

    def __init__(self, lens: Lens | None = None) -> None:
        """lens: of the camera, where it is known."""
        self._lens = lens
        self._detector = new_detector()
        self._followers = [_Follower(board) for board in BOARDS.values()]
        self._wait = 0
        self._since_s: float | None = None
        self._size = (0, 0)

    def read(self, rgb: Rgb, time_s: float, pose: Pose | None = None) -> NDArray[np.float32]:
        """Return what is kept of each sheet (2, 19), in the order of BOARDS, NaN where one is not seen.

        pose: the wearer's, to look on their trunk only.
        """
        height, width = rgb.shape[:2]
        if self._size != (width, height):
            self._size, self._followers = (width, height), [_Follower(board) for board in BOARDS.values()]
        self._since_s = time_s if self._since_s is None else self._since_s
        active = [time_s - follower.last_s <= MEMORY_S for follower in self._followers]
        self._wait -= 1
        if not any(active) and self._wait > 0:
            return np.stack([packed(None)] * len(self._followers))
        gray = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        image = np.asarray(gray, np.float32)
        lens = self._lens or lens_of((width, height))
        out = [follower.follow(image, lens, time_s) for follower in self._followers]
        doubtful = [i for i, follower in enumerate(self._followers) if follower.doubts(out[i])]
        if doubtful and (self._wait <= 0 or any(time_s - self._followers[i].last_s < JUST_S for i in doubtful)):
            corners = find(self._detector, gray, *_trunk(pose, height, width))
            for i in doubtful:
                out[i] = self._followers[i].take(image, lens, time_s, corners, out[i])
            self._wait = self._pause(time_s)
        for follower, one in zip(self._followers, out, strict=True):
            if one is not None:
                follower.keep(one, time_s)
        return np.stack([packed(one) for one in out])

    def _pause(self, time_s: float) -> int:
        """Return after how many pictures tags are looked for again."""
        last_s = max(follower.last_s for follower in self._followers)
        if any(0 < time_s - follower.last_s < LOST_S for follower in self._followers):
            return SOON
        return SELDOM if time_s - max(last_s, self._since_s or 0.0) > PATIENT_S else EVERY


def _trunk(pose: Pose | None, height: int, width: int) -> tuple[Box | None, float]:
    """Return the part of the picture where the sheets are worn, and how much to enlarge it."""
    if pose is None:
        return None, float(np.clip(960.0 / height, 1.0, 2.0))
    xy = pose.image_xy[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_HIP, L.RIGHT_HIP]]
    low, high = xy.min(axis=0), xy.max(axis=0)
    tall = max(float(high[1] - low[1]), 0.7 * float(high[0] - low[0]), 16.0)
    low, high = low - 0.35 * tall, high + 0.35 * tall
    x0, y0 = np.clip(low, 0, (width, height)).astype(int)
    x1, y1 = np.clip(high, 0, (width, height)).astype(int)
    return (int(x0), int(y0), int(x1), int(y1)), float(np.clip(TORSO_PX / tall, 1.0, 3.0))


class TagEstimator:
    """A PoseEstimator that also looks for the sheets, and lays what it finds beside the pose."""

    def __init__(self, estimator: PoseEstimator, lens: Lens | None = None) -> None:
        """estimator: finds the pose, and is closed with this."""
        self._estimator = estimator
        self._find, self._complete = stages(estimator)
        self._reader = TagReader(lens)

    def estimate(self, frame: Frame) -> Pose | None:
        """Return the subject's pose with the sheets they wear, or None when they are not found."""
        return self.complete(frame, self.find(frame))

    def find(self, frame: Frame) -> Pose | None:
        """Return the subject's pose without the sheets; complete must be called for each frame after it."""
        return self._find(frame)

    def complete(self, frame: Frame, pose: Pose | None) -> Pose | None:
        """Return what find returned for a frame with the sheets; frames in the same order."""
        pose = self._complete(frame, pose)
        tags = self._reader.read(frame.rgb, frame.time_s, pose)
        return None if pose is None else replace(pose, tags=tags)

    def close(self) -> None:
        """Free the model; harmless when repeated."""
        self._estimator.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
