"""Whether a recording clearly shows another stretch of the catalogue than the one it was judged by.

It is said only where two things hold. The stretch does not fit: the person is in another posture throughout, or stands
straight in one done on a chair, the floor or the knees in which nothing could be judged, or its main angle was read
throughout and never moved. And another one does: the same landmarks hold at least one whole
repetition of it, in its posture. Nothing is said where too many would do, or where the picture may only be turned.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from posecheck.assessment.analysis import Analysis, judge
from posecheck.core.arrays import Floats
from posecheck.core.landmarks import Landmark as L
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.observation import Observation
from posecheck.measurement.posture import both_knees_bent, in_other_posture, thighs_down
from posecheck.repetitions.phases import NEUTRAL_SHARE, Progress
from posecheck.stretches.library import all_stretches
from posecheck.stretches.stretch import Stretch

LONGEST_S, RATE = 60.0, 10.0
"""At most this much of a recording is looked at, and about this many frames of each second."""
THROUGHOUT = 0.8
"""Share of the frames in which the posture must contradict, or the main angle must have been read."""
HARDLY = 0.02
"""Share of the frames in which the posture of a stretch that is named may contradict."""
MOST_NAMES = 2
STRAIGHT_COSINE, STRAIGHT_KNEE_DEG, STRAIGHT_LENGTH = 0.9, 30.0, 0.65
"""Whoever stands straight at some time reaches these: cosine of the thighs from straight down, bend of the knees, and
height of the thighs in the picture as a share of the trunk. Rendered people who stand reach 0.96, 20 degrees and 0.70;
those who sit 0.88 and 0.64."""
UPRIGHT = frozenset({"standing", "seated", "floor-seated", "kneeling"})
"""Positions in which the trunk is upright."""
ARMS = ("shoulder_rise", "elbow_gap", "arm_elevation")
"""Main angles of arms and shoulders, which a trunk that moves carries along; the reverse does not happen."""


class Mismatch(StrEnum):
    """Name what does not fit.

    Attributes:
        POSTURE: The person is in another posture than that of the stretch.
        UNMOVED: The main angle of the stretch did not move.
    """

    POSTURE = "posture"
    UNMOVED = "unmoved"


@dataclass(frozen=True, slots=True)
class OtherStretch:
    """Hold which stretches a recording shows instead of the chosen one.

    Attributes:
        code: What does not fit.
        chosen: The stretch that it was judged by.
        meant: One or two stretches that fit.
    """

    code: Mismatch
    chosen: Stretch
    meant: tuple[Stretch, ...]


def other_stretch(analysis: Analysis) -> OtherStretch | None:
    """Return which stretch a judged recording clearly shows instead of the chosen one; None where that is not clear.

    Args:
        analysis: The judged recording.
    """
    track = _part(analysis.track)
    if not track.found.any() or len(analysis.track.parts("shot")) > 1:
        return None
    seen, chosen = Observation(track), analysis.stretch
    code = _mismatch(analysis, seen)
    if code is None or (code == Mismatch.POSTURE and _is_turned(track, chosen)):
        return None
    straight = _stands_straight(seen)
    fitting = [one for one in all_stretches().values() if _may_be(one, chosen, seen, straight)]
    meant = _named([one for one in fitting if _is_done(track, one)])
    return OtherStretch(code, chosen, meant) if meant else None


def _part(track: PoseTrack) -> PoseTrack:
    """Return the beginning of a recording, with few enough frames to be judged many times."""
    if len(track) < 2:
        return track
    part = track.slice(0, int(np.searchsorted(track.time_s, track.time_s[0] + LONGEST_S)))
    step = max(1, int(1 / (RATE * max(float(np.median(np.diff(track.time_s))), 1e-3))))
    part = part.rows(np.arange(0, len(part), step))
    return part.of_subject(part.main_subject())


def _mismatch(analysis: Analysis, seen: Observation) -> Mismatch | None:
    if _contradiction(seen, analysis.stretch) >= THROUGHOUT or _stands_instead(analysis, seen):
        return Mismatch.POSTURE
    progress = Progress.of(analysis.stretch, analysis.neutral)
    if progress is None or analysis.summary.verdict not in ("clear", "borderline"):
        return None
    share, found = progress.share(analysis.judged.readings.value), analysis.track.found
    known = share[np.isfinite(share)]
    if len(known) < THROUGHOUT * found.sum() or float(np.percentile(known, 98)) >= NEUTRAL_SHARE:
        return None
    return Mismatch.UNMOVED


def _stands_instead(analysis: Analysis, seen: Observation) -> bool:
    """Return whether somebody stands at some time in a stretch done upright without standing, and nothing is judged."""
    elsewhere = analysis.stretch.position in UPRIGHT - {"standing"}
    return elsewhere and analysis.summary.verdict == "cannot_judge" and bool(_stands_straight(seen))


def _contradiction(seen: Observation, stretch: Stretch) -> float:
    """Return the share of the frames with a person in which they are clearly in another posture."""
    return float(in_other_posture(seen, stretch)[seen.found].mean())


def _may_be(stretch: Stretch, chosen: Stretch, seen: Observation, straight: bool | None) -> bool:
    """Return whether a stretch can be named, before its landmarks are judged."""
    if stretch.advice == "block" or stretch.id == chosen.id or straight is None:
        return False
    if stretch.position in UPRIGHT and (stretch.position == "standing") != straight:
        return False
    return _contradiction(seen, stretch) <= HARDLY


def _stands_straight(seen: Observation) -> bool | None:
    """Return whether the person stands straight at some time; None where the body and the picture disagree."""
    found, xy = seen.found, seen.track.image_xy[seen.found]
    hips, knees, shoulders = (
        (xy[:, a] + xy[:, b]) / 2
        for a, b in ((L.LEFT_HIP, L.RIGHT_HIP), (L.LEFT_KNEE, L.RIGHT_KNEE), (L.LEFT_SHOULDER, L.RIGHT_SHOULDER))
    )
    length = (knees - hips)[:, 1] / np.linalg.norm(shoulders - hips, axis=1)
    body = _reached(thighs_down(seen)[found], 80) >= STRAIGHT_COSINE
    body &= _reached(both_knees_bent(seen)[found], 20) <= STRAIGHT_KNEE_DEG
    picture = _reached(length, 80) > STRAIGHT_LENGTH
    return body if body == picture else None


def _reached(values: Floats, percent: float) -> float:
    known = values[np.isfinite(values)]
    return float(np.percentile(known, percent)) if len(known) else float("nan")


def _is_done(track: PoseTrack, stretch: Stretch) -> bool:
    """Return whether the landmarks hold a whole repetition of a stretch, and its main angle was read."""
    found = judge(track, stretch)
    return found.summary.verdict != "cannot_judge" and any(one.complete for one in found.repetitions)


def _is_turned(track: PoseTrack, stretch: Stretch) -> bool:
    """Return whether the chosen stretch would be seen if the picture were stored sideways or upside down."""
    for _ in range(3):
        track = _turned(track)
        if _is_done(track, stretch):
            return True
    return False


def _turned(track: PoseTrack) -> PoseTrack:
    """Return the landmarks of a picture that is turned by a quarter, clockwise, without its body codes."""
    x, y = track.image_xy[..., 0], track.image_xy[..., 1]
    across, up, towards = (track.world_xyz[..., i] for i in range(3))
    return replace(
        track,
        image_xy=np.stack([track.size_wh[:, 1:] - y, x], axis=-1),
        world_xyz=np.stack([-up, across, towards], axis=-1),
        size_wh=track.size_wh[:, ::-1].copy(),
        code=np.zeros_like(track.code),  # of the picture as it is stored
    )


def _named(fitting: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Return at most two stretches to name; none where more than two kinds of movement fit.

    Stretches in the same posture with the same main angle are of one kind, which a camera hardly tells apart; those
    with fewer cautions come first.
    """
    kinds: dict[tuple[str, str, str], list[Stretch]] = {}
    found = list(fitting)
    others = [one for one in found if one.followed[0] not in ARMS]
    for one in sorted(others or found, key=lambda one: (one.advice != "coach", one.id)):
        kinds.setdefault((one.position, *one.followed), []).append(one)
    if len(kinds) > MOST_NAMES:
        return ()
    if len(kinds) == 1:
        return tuple(next(iter(kinds.values()))[:MOST_NAMES])
    return tuple(same[0] for same in kinds.values())
