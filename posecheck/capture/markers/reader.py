"""Find the printed sheets in each picture and follow them from picture to picture.

OpenCV's ArUco detector looks for the tags only now and then and only on the person's trunk, because it is slow and
needs a clear view of them. A sheet once found is followed by its whole printed motif (alignment.py). That also works
when the sheet is turned far or blurred, and shows whether the followed area is still the sheet.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck.capture.markers.alignment import Bend, Gray, Lens, Placed, align, bent, moved, surface
from posecheck.capture.markers.sheet import BOARDS, DICTIONARY, Board
from posecheck.core.arrays import Floats
from posecheck.core.frame import Rgb
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import Pose
from posecheck.core.worn.sheet import MarkerPose, unseen

Box = tuple[int, int, int, int]

FOV_DEG = 60.0
"""Field of view assumed for a camera that is not calibrated: most webcams have between 55 and 78 degrees."""
LIKE, SEEN = 0.80, 0.35
"""Least likeness of picture and motif, and least visible share of the sheet, with which it counts as found."""
MEMORY_S = 1.0
"""A sheet out of sight for longer is searched for anew, not at its expected place."""
BENDS = (2.0, 6.0)
_BENT = tuple(bent(bend) for bend in BENDS)
DOUBTS, DOUBT_EVERY = 5, 15
"""In the first pictures, and then in every fifteenth, a flatter and a rounder sheet are tried too; the best fit is
taken."""
WORSE, FORGIVEN = 0.012, 0.002
"""If the likeness falls by WORSE below the usual, the fit may have stuck at a wrong place, and the tags are searched
for again. The usual likeness falls by FORGIVEN per picture, because light and folds change."""
EVERY, PATIENT_S, SELDOM = 8, 10.0, 45
"""Tags are searched for in every EVERY-th picture, and in every SELDOM-th after PATIENT_S without a sheet."""
HEADING_S = 0.3
ANEW, SHY, BETTER = 0.85, 0.025, 0.004
"""A sheet found by its tags needs a likeness of ANEW, at most SHY less than usual, and BETTER more than the followed
one."""
LEAP_DEG, LEAP_DEG_S = 25.0, 40.0
"""Farthest that a sheet can have turned since it was last seen: degrees, and degrees for each second since."""
JUST_S, LOST_S, SOON = 0.25, 2.0, 2
"""After a sheet is lost it is searched for in every picture for JUST_S, then in every second one until LOST_S."""
TORSO_PX = 320.0
"""Height in pixels to which a trunk is enlarged before tags are searched for."""


def lens_of(size_wh: tuple[int, int], fov_deg: float = FOV_DEG) -> Lens:
    """Return the lens of a camera with a given field of view.

    Args:
        size_wh: Width and height of the picture in pixels.
        fov_deg: Field of view along the longer edge, degrees.
    """
    width, height = size_wh
    return Lens(max(size_wh) / 2 / float(np.tan(np.radians(fov_deg) / 2)), (width / 2, height / 2))


def new_detector() -> cv2.aruco.ArucoDetector:
    """Return a detector of the four tags only: with fewer tags to tell apart, more damage to one can be corrected."""
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
    """Find tags in a picture or a part of it.

    Args:
        detector: From new_detector.
        gray: (h, w) brightness.
        box: x0, y0, x1, y1 in pixels; None for the whole picture.
        zoom: Factor by which the part is enlarged first.

    Returns:
        By number of the tag, its corners (4, 2) in pixels of the picture, clockwise from the tag's own top left.
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
        # The detector tolerates many errors, so a letter or a speck may be read as a tag: the larger one is kept.
        if int(number) not in out or _spread(at) > _spread(out[int(number)]):
            out[int(number)] = at
    return out


def _spread(corners: Floats) -> float:
    """Return the size of a tag in the picture: its width plus its height, pixels."""
    return float(np.ptp(corners, axis=0).sum())


def place_by_corners(board: Board, corners: dict[int, Floats], lens: Lens, bend: Bend) -> Placed | None:
    """Compute where a sheet lies from the corners of its tags.

    Args:
        board: The sheet.
        corners: By number of the tag, its corners (4, 2) in pixels; tags of other sheets are ignored.
        lens: The camera's lens.
        bend: The assumed bend of the sheet.

    Returns:
        The sheet in space, or None when none of its tags was found or their corners do not fit a sheet.
    """
    numbers = [i for i in board.ids if i in corners]
    if not numbers:
        return None
    flat = np.concatenate([board.corners(i) for i in numbers])
    image = np.concatenate([corners[i] for i in numbers])
    body, _ = surface(flat, bend.mean)
    try:
        ok, turn, place = cv2.solvePnP(body, image, lens.matrix, None, flags=cv2.SOLVEPNP_SQPNP)
    except cv2.error:  # corners that coincide: a speck was misread as a tag
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
        """Find the sheet near its expected place; None when it is not there."""
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
        """Find the sheet by the tags in this picture, and return the better of that and `other`, the followed one."""
        bend = self._bend.forgotten() if time_s - self.last_s > MEMORY_S else self._bend
        laid = [place_by_corners(self.board, corners, lens, Bend(b, bend.covariance)) for b in (bend.mean, *_BENT)]
        starts = [moved(one, one.turn, one.place, bend, one.bend.mean) for one in laid if one is not None]
        found = self._best(image, lens, starts)
        if found is None or found.likeness < max(ANEW, self._usual - SHY):
            return other
        # A person cannot have turned farther than this since the sheet was last seen, so a tag was misread.
        leap = LEAP_DEG + LEAP_DEG_S * min(time_s - self.last_s, MEMORY_S)
        if self._last is not None and _apart_deg(found, self._last) > leap:
            return other
        return found if other is None or found.likeness > other.likeness + BETTER else other

    def doubts(self, one: Placed | None) -> bool:
        """Return whether the followed sheet is lost, or fits so badly that it may have stuck at a wrong place."""
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
    """Return the angle between two estimates of a sheet's orientation, degrees."""
    return float(np.degrees(np.linalg.norm(cv2.Rodrigues(one.turn @ other.turn.T)[0])))


def packed(one: Placed | None) -> NDArray[np.float32]:
    """Return a sheet as a packed MarkerPose (19,), all NaN if it is not seen."""
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
        """Start without knowing where the sheets are.

        Args:
            lens: The camera's lens; None assumes a field of view of FOV_DEG.
        """
        self._lens = lens
        self._detector = new_detector()
        self._followers = [_Follower(board) for board in BOARDS.values()]
        self._wait = 0
        self._since_s: float | None = None
        self._size = (0, 0)

    def read(self, rgb: Rgb, time_s: float, pose: Pose | None = None) -> NDArray[np.float32]:
        """Find the sheets in the next picture.

        Args:
            rgb: (h, w, 3) picture.
            time_s: Its time in seconds, later than that of the one before.
            pose: The wearer's pose, to search only their trunk; None searches the whole picture.

        Returns:
            (2, 19) the packed chest and belt sheet, see MarkerPose; NaN where a sheet is not seen.
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
        """Return after how many pictures tags are searched for again."""
        last_s = max(follower.last_s for follower in self._followers)
        if any(0 < time_s - follower.last_s < LOST_S for follower in self._followers):
            return SOON
        return SELDOM if time_s - max(last_s, self._since_s or 0.0) > PATIENT_S else EVERY


def _trunk(pose: Pose | None, height: int, width: int) -> tuple[Box | None, float]:
    """Return the part of the picture with the trunk, where the sheets are worn, and the factor to enlarge it by."""
    if pose is None or not pose.found:
        return None, float(np.clip(960.0 / height, 1.0, 2.0))
    xy = pose.image_xy[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_HIP, L.RIGHT_HIP]]
    low, high = xy.min(axis=0), xy.max(axis=0)
    tall = max(float(high[1] - low[1]), 0.7 * float(high[0] - low[0]), 16.0)
    low, high = low - 0.35 * tall, high + 0.35 * tall
    x0, y0 = np.clip(low, 0, (width, height)).astype(int)
    x1, y1 = np.clip(high, 0, (width, height)).astype(int)
    return (int(x0), int(y0), int(x1), int(y1)), float(np.clip(TORSO_PX / tall, 1.0, 3.0))
