"""The neutral posture from which change is measured: the first moment the person is still, and the view at that time.

A neutral needs at least MIN_S of stillness; at most MAX_S are averaged. A posture that is already rotated or bent is
not taken as neutral, because every later reading would be too small. Nor is an upright posture in a stretch done lying,
or the reverse: an extension on the floor, measured from standing, would look like a forward bend.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.errors import InputError, Setting
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.core.worn.phone import mean_of_phone
from posecheck.core.worn.sheet import is_seen, unseen
from posecheck.kinematics.angles import ANGLES, INDEX, TURNS, Rows, measure
from posecheck.kinematics.camera_view import ViewName, faces_backward, lies, view_of
from posecheck.kinematics.geometry import wrapped
from posecheck.kinematics.observation import Observation

MIN_S, MAX_S = 1.0, 2.0
MAX_TWIST_DEG, MAX_LEAN_DEG = 20.0, 35.0
MAX_RISE_DEG = 15.0
"""Largest rise above level of a trunk that should lie flat: rendered people who lie flat stay within 10 degrees, a held
extension starts at 22."""
MIN_FRAMES = 3
_ZEROED = np.array([row.zeroed for row in ANGLES])
_TURNS = np.array(sorted(TURNS), np.intp)
MARKS = (L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_HIP, L.RIGHT_HIP, L.NOSE)
"""Landmarks that must not move for a person to count as still."""
MAX_SWAY = 0.015
"""Largest standard deviation of a landmark that counts as still, as a share of the trunk's size (trunk_size_px)."""


class NeutralOrigin(StrEnum):
    """Name what a neutral was taken from, the most reliable first.

    Attributes:
        NAMED: Times that the user gave.
        STILL: One to two steady seconds in the start posture.
        CALM: The calmest half second in the start posture.
        UPRIGHT: The moment nearest to upright.
        VERTICAL: A posture that leans, with its lean from the vertical known.
        PHONE: The stillness of a phone while nobody was seen; only what the phone measures is judged.
        UNKNOWN: No posture to measure change from; only angles that need no neutral are judged.
    """

    NAMED = "named"
    STILL = "still"
    CALM = "calm"
    UPRIGHT = "upright"
    VERTICAL = "vertical"
    PHONE = "phone"
    UNKNOWN = "unknown"


def _zeros() -> Floats:
    return np.zeros(len(ANGLES))


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Neutral:
    """Hold the neutral posture of one person in front of one camera.

    Attributes:
        start_s: First of the averaged frames, seconds.
        end_s: Last of the averaged frames, seconds.
        raw: (k,) mean of each row of ANGLES, NaN where none could be measured.
        lean_image_deg: Lean of the trunk line in the picture, positive to the picture's right.
        azimuth_deg: Azimuth of the camera about the person, 0 in front, positive on their left; NaN if they lie.
        view: Name of the view.
        lying: Whether the person lies.
        pose: The mean landmarks, as a track of one frame.
        subject: Number of the person whose neutral it is, see Pose.
        origin: What it was taken from.
        spread: (k,) how far the posture may be from the person's true neutral: half-width that holds about 90 %, in
            the unit of each row of ANGLES; it widens the stated error of each reading.
        zero: (k,) value of each angle in this posture where that is not zero, such as a trunk that already leaned.
        in_stretch: Whether a steady posture was refused as neutral because it was already the stretch.
    """

    start_s: float
    end_s: float
    raw: Floats
    lean_image_deg: float
    azimuth_deg: float
    view: ViewName
    lying: bool
    pose: PoseTrack
    subject: int = 0
    origin: NeutralOrigin = NeutralOrigin.STILL
    spread: Floats = field(default_factory=_zeros)
    zero: Floats = field(default_factory=_zeros)
    in_stretch: bool = False

    @property
    def sure(self) -> bool:
        """Return whether the posture is reliable, so that it adds nothing to a reading or to its error."""
        return self.origin in (NeutralOrigin.NAMED, NeutralOrigin.STILL, NeutralOrigin.PHONE)

    @property
    def blind(self) -> bool:
        """Return whether nobody was seen in it, so that it has no landmarks."""
        return self.origin == NeutralOrigin.PHONE

    @property
    def contrary(self) -> bool:
        """Return whether face and body, seen from the side, point opposite ways, so that no reading means anything."""
        upright = self.view == "side" and not self.lying
        return upright and bool(faces_backward(self.pose, Observation(self.pose).body)[0])

    def change(self, raw: Floats) -> Floats:
        """Subtract the neutral from the zeroed rows of ANGLES; (n, k) in and out."""
        less = np.asarray(raw - np.where(_ZEROED, self.raw, 0.0))
        less[:, _TURNS] = wrapped(less[:, _TURNS])
        return less


def _mean(raw: Floats) -> Floats:
    """Average each row of ANGLES over the frames that have it; directions as angles on a circle; NaN if none has it."""
    mean = np.full(raw.shape[1], np.nan)
    if len(raw) == 1:
        # As live, where every frame is asked whether it could be the start.
        mean = np.where(np.isfinite(raw[0]), raw[0], np.nan)
        turn = np.radians(mean[_TURNS])
        mean[_TURNS] = np.degrees(np.arctan2(np.sin(turn), np.cos(turn)))
        return mean
    for i in range(raw.shape[1]):
        column = raw[:, i][np.isfinite(raw[:, i])]
        if len(column) and i in TURNS:
            turn = np.radians(column)
            mean[i] = np.degrees(np.arctan2(np.sin(turn).mean(), np.cos(turn).mean()))
        elif len(column):
            mean[i] = column.mean()
    return mean


def _mean_code(track: PoseTrack) -> NDArray[np.int8]:
    """Average the body codes (1, 2, CODE) over the frames that have one; zeros where none has."""
    coded = track.coded
    if not coded.any():
        return track.code[:1] * 0
    return np.asarray(np.rint(track.code[coded].mean(axis=0, keepdims=True)), np.int8)


def _mean_pose(track: PoseTrack) -> PoseTrack:
    """Average the landmarks of the frames in which somebody is found, into a track of one frame.

    It shares no arrays with the track, which would otherwise stay in memory as long as the neutral.
    """
    found, one = track.found, track.rows(np.zeros(1, np.intp))
    image, world, visibility = (
        part[found].mean(axis=0, keepdims=True) for part in (track.image_xy, track.world_xyz, track.visibility)
    )
    known = track.background[np.isfinite(track.background[:, 0])]
    background = known.mean(axis=0, keepdims=True) if len(known) else one.background
    phone, belt_phone = mean_of_phone(track.phone)[None], mean_of_phone(track.belt_phone)[None]
    one = replace(one, tags=mean_of_sheets(track.tags)[None], phone=phone, belt_phone=belt_phone)
    one = replace(one, code=_mean_code(track))
    return replace(one, image_xy=image, world_xyz=world, visibility=visibility, background=background)


def neutral_of(track: PoseTrack, rows: Rows = None) -> Neutral:
    """Average all frames of a track into a neutral, without checking that the person is still in them.

    Args:
        track: The frames.
        rows: The rows of ANGLES that are wanted, where only the view and the posture are asked for; others are NaN.
    """
    seen = Observation(track)
    lying = lies(seen.body)
    where, view = view_of(seen.body, lying)
    lean = float(np.nanmean(seen.lean_image_deg))
    raw = _mean(measure(seen, lying, rows))
    subject = int(track.subject[int(np.argmax(track.found))])
    start_s, end_s = float(track.time_s[0]), float(track.time_s[-1])
    return Neutral(start_s, end_s, raw, lean, where, view, lying, _mean_pose(track), subject)


def neutral_between(track: PoseTrack, start_s: float, end_s: float) -> Neutral:
    """Average the frames between two times that the user gave.

    Args:
        track: The recording.
        start_s: First time, seconds.
        end_s: Last time, seconds.

    Returns:
        The neutral, of origin NAMED.

    Raises:
        InputError: Nobody is seen between those times.
    """
    first, last = np.searchsorted(track.time_s, [start_s, end_s + 1e-9])
    part = track.slice(int(first), int(last))
    if len(part) == 0 or not part.found.any():
        raise InputError(
            "nobody_at_neutral",
            "{setting} {span}: expected a time in which a person is seen, found nobody (the recording lasts {whole} s)",
            setting=Setting("neutral"),
            span=f"{start_s:g}-{end_s:g}",
            whole=f"{track.time_s[-1] if len(track) else 0:.1f}",
        )
    return replace(neutral_of(part), origin=NeutralOrigin.NAMED)


def trunk_size_px(image_xy: Floats) -> Floats:
    """Return the size of the trunk in the picture (...,), pixels, from landmarks (..., 33, 2).

    It is the greater of trunk length and shoulder width: sway is divided by it, and the foreshortened trunk of a person
    who lies would make the sway look too large.
    """
    left, right = image_xy[..., L.LEFT_SHOULDER, :], image_xy[..., L.RIGHT_SHOULDER, :]
    line = left + right - image_xy[..., L.LEFT_HIP, :] - image_xy[..., L.RIGHT_HIP, :]
    return np.asarray(np.fmax(np.linalg.norm(line, axis=-1) / 2, np.linalg.norm(left - right, axis=-1)))


def steadiness(track: PoseTrack, window_s: float, min_frames: int) -> tuple[Floats, NDArray[np.intp]]:
    """Measure how much the person sways in the window that begins at each frame.

    Args:
        track: n frames.
        window_s: Length of the windows in seconds.
        min_frames: Least number of frames of a window.

    Returns:
        sway: (n,) largest standard deviation of a landmark, as a share of the trunk's size; NaN where the window is too
            short or shows nobody or another person in some frame.
        last: (n,) the last frame of each window.
    """
    marks = track.image_xy[:, MARKS, :].reshape(len(track), -1)
    scale = trunk_size_px(track.image_xy)
    ends = np.searchsorted(track.time_s, track.time_s + window_s - 1e-6)
    whole = ends < len(track)
    last = np.minimum(ends, len(track) - 1)
    finite = np.nan_to_num(marks)
    origin = finite[: 1 if len(finite) else 0].mean(axis=0) if len(finite) else 0.0
    sums = np.vstack([np.zeros(marks.shape[1]), np.cumsum(finite - origin, axis=0)])
    squares = np.vstack([np.zeros(marks.shape[1]), np.cumsum((finite - origin) ** 2, axis=0)])
    missing = np.concatenate([[0], np.cumsum(~track.found)])
    i = np.arange(len(track))
    count = (last + 1 - i)[:, None]
    variance = (squares[last + 1] - squares[i]) / count - ((sums[last + 1] - sums[i]) / count) ** 2
    sway = np.sqrt(np.maximum(variance, 0).max(axis=1)) / scale
    whole &= track.subject[last] == track.subject
    whole &= (missing[last + 1] == missing[i]) & (count[:, 0] >= min_frames)
    return np.where(whole, sway, np.nan), last


def still_share(track: PoseTrack, window_s: float, steps: int) -> float:
    """Return for how much of a window, which ends at the last frame, the person has been still.

    Args:
        track: The newest frames; somebody is found in the last one.
        window_s: Length of the window in seconds.
        steps: Number of steps in which the share is measured.

    Returns:
        Share from 0 to 1.
    """
    scale = max(float(trunk_size_px(track.image_xy[-1])), 1.0)
    marks, end_s = track.image_xy[:, MARKS], float(track.time_s[-1])
    for step in range(steps, 0, -1):
        seconds = window_s * step / steps
        first = int(np.searchsorted(track.time_s, end_s - seconds - 1e-6))
        if end_s - track.time_s[first] < 0.9 * seconds or not track.found[first:].all():
            continue
        if float(marks[first:].std(axis=0).max()) <= MAX_SWAY * scale:
            return step / steps
    return 0.0


def mean_of_sheets(packed: NDArray[np.float32]) -> NDArray[np.float32]:
    """Average packed sheets (n, 2, 19) over the frames that show them; return (2, 19), NaN for a sheet never seen."""
    out = unseen(packed.shape[1])
    for i in range(packed.shape[1]):
        seen = packed[:, i][is_seen(packed[:, i])]
        if len(seen):
            out[i] = seen.mean(axis=0)
    return out


def is_plausible(neutral: Neutral, lying: bool | None, views: Collection[str] | None, flat: bool) -> bool:
    """Return whether a posture can be the start of a stretch: not already rotated, leaning or raised, nor contrary.

    Args:
        neutral: The posture.
        lying: Whether the stretch is done lying; None accepts either.
        views: Views from which the person has to be seen; None accepts any.
        flat: Whether the trunk has to start level; this is checked on a person who lies, seen from the side.
    """
    if lying is not None and neutral.lying != lying:
        return False
    if views is not None and neutral.view not in views:
        return False
    if neutral.lying:
        # A trunk propped on the arms is not flat: as neutral it would hide the extension that is to be measured.
        return not flat or neutral.view != "side" or abs(abs(neutral.lean_image_deg) - 90.0) <= MAX_RISE_DEG
    if neutral.contrary:
        return False
    twist, lean = neutral.raw[INDEX["trunk_rotation"]], neutral.raw[INDEX["trunk_inclination"]]
    return bool(abs(twist) <= MAX_TWIST_DEG and abs(lean) <= MAX_LEAN_DEG)


def still_postures(track: PoseTrack, *, over: bool = False) -> Iterator[Neutral]:
    """Yield every steady posture of a track in order of time, each averaged over at most MAX_S.

    Args:
        track: The frames.
        over: Whether to leave out one that reaches the last frame, because it may go on.
    """
    if len(track) < MIN_FRAMES:
        return
    sway, ends = steadiness(track, MIN_S, MIN_FRAMES)
    i = 0
    while i < len(track):
        still = np.flatnonzero(sway[i:] <= MAX_SWAY)
        if not len(still):
            return
        start = i + int(still[0])
        stop = int(ends[start])
        limit = track.time_s[start] + MAX_S
        j = start
        while j + 1 < len(track) and sway[j + 1] <= MAX_SWAY and track.time_s[ends[j + 1]] <= limit:
            j += 1
            stop = int(ends[j])
        if over and stop + 1 == len(track):
            return
        yield neutral_of(track.slice(start, stop + 1))
        i = stop + 1


def find_neutral(
    track: PoseTrack, lying: bool | None = None, views: Collection[str] | None = None, flat: bool = False
) -> Neutral | None:
    """Return the first steady, plausible posture of a track, or None when there is none.

    Args:
        track: Frames in order of time.
        lying: Whether the stretch is done lying; None accepts either.
        views: Views from which the person has to be seen; None accepts any.
        flat: Whether the trunk has to start level; a raised one, seen from the side, is then refused.
    """
    return next((held for held in still_postures(track) if is_plausible(held, lying, views, flat)), None)
