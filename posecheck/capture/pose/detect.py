"""Find the subject's landmarks in every frame of a recording."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from posecheck.capture.pose.appearance import Box, StillPerson, covered
from posecheck.capture.video.edits.leaps import is_leap
from posecheck.capture.video.edits.splits import Split, SplitFinder
from posecheck.capture.video.reader import VideoReader
from posecheck.core.arrays import Bools
from posecheck.core.errors import InputError, Problem
from posecheck.core.frame import Frame
from posecheck.core.i18n import N_
from posecheck.core.landmarks import Landmark
from posecheck.core.memory.spooled import SpooledTrack
from posecheck.core.pose import Pose, PoseEstimator, PoseTrack, stages
from posecheck.core.prefetch import BackgroundWorker, Prefetcher
from posecheck.core.reasons import UnjudgedReason

Progress = Callable[[float], None]
"""Called after each frame with its time in seconds."""
MOST_PHOTOGRAPHS = 3
"""Most photographs of people in one shot that are covered, each found by a search of its own."""
BETWEEN_S, SEARCH_SHOTS = 1.0, 1_000_000
"""Seconds between two searches of a recording and difference of their shot numbers, as the estimator is told."""
IN_COMPANY, ON_ONE_SIDE = 0.5, 0.95
"""Share of the frames in which a second person is seen, as mostly in a split screen, and in which the one who is
followed stays on one side of its middle."""
TRUNK = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
JUDGED = {
    Split.BESIDE: (
        N_("{file}: a split screen; only the picture on the left was judged"),
        N_("{file}: a split screen; only the picture on the right was judged"),
    ),
    Split.ABOVE: (
        N_("{file}: a split screen; only the upper picture was judged"),
        N_("{file}: a split screen; only the lower picture was judged"),
    ),
}
"""What is said of a split screen by the half, the first or the second one, in which somebody was followed."""
SETTLED_S = 0.25
"""Time for which MediaPipe smooths the landmarks after a leap, as it would a movement."""


def detect(reader: VideoReader, estimator: PoseEstimator, progress: Progress | None = None) -> PoseTrack:
    """Find the subject's landmarks in every frame of a recording.

    Where the one who was followed turns out to be a photograph beside the person who moves, as in a split screen, the
    photograph is covered and the recording is searched again.

    Args:
        reader: The recording, open.
        estimator: Finds the subject in each frame.
        progress: Called after each frame.

    Returns:
        The landmarks of all frames; NaN where nobody was found.

    Raises:
        InputError: Nobody is found in any frame.
    """
    photographs: dict[int, list[Box]] = {}
    done_s = 0.0
    for search in range(MOST_PHOTOGRAPHS + 1):
        split = SplitFinder()
        track, watched = _followed(reader, estimator, progress, photographs, search, done_s, split)
        new = {shot: box for shot, person in watched.items() if (box := person.photograph) is not None}
        if not new or search == MOST_PHOTOGRAPHS:
            break
        for shot, box in new.items():
            photographs.setdefault(shot, []).append(box)
        done_s += float(track.time_s[-1]) + BETWEEN_S
        reader.restart()
    if photographs:
        text = N_("{file}: a photograph of a person beside the one who moves was left out")
        reader.note(Problem("photograph", text, {"file": reader.info.path.name}))
    if not track.found.any():
        text = "{file}: expected a person in the picture, found nobody in {frames} frames"
        if photographs:
            text = "{file}: expected a person in the picture, found only a photograph of one in {frames} frames"
        raise InputError("nobody", text, file=reader.info.path, frames=len(track))
    if not photographs:
        _note_split(track, split, reader)
    return _in_pieces(_in_shots(track, reader), reader)


def _followed(
    reader: VideoReader,
    estimator: PoseEstimator,
    progress: Progress | None,
    photographs: dict[int, list[Box]],
    search: int,
    done_s: float,
    split: SplitFinder,
) -> tuple[PoseTrack, dict[int, StillPerson]]:
    """Search the recording once; return the landmarks, and for each shot who was followed.

    One thread decodes the video, the calling one finds the subject, and a third completes each pose (camera motion and
    tags). The estimator is told of a later search as of a later shot, because times and shots must not go back for it.

    Args:
        reader: The recording, at its beginning.
        estimator: Finds the subject in each frame.
        progress: Called after each frame.
        photographs: The boxes that are covered in each shot.
        search: Number of the search, from 0.
        done_s: How long the estimator has been busy with earlier searches, in seconds of the recording.
        split: Is shown every picture.
    """
    track = SpooledTrack()
    watched: dict[int, StillPerson] = {}

    def keep(item: tuple[float, Frame, Pose | None]) -> None:
        time_s, frame, pose = item
        track.add(time_s, complete(frame, pose), (frame.rgb.shape[1], frame.rgb.shape[0]))

    find, complete = stages(estimator)
    with BackgroundWorker(keep) as kept, Prefetcher(reader) as ahead:
        for frame in ahead:
            split.update(frame.rgb, frame.time_s)
            shown = replace(
                frame,
                rgb=covered(frame.rgb, photographs.get(frame.shot, ())),
                time_s=done_s + frame.time_s,
                shot=frame.shot + search * SEARCH_SHOTS,
            )
            pose = find(shown)
            kept((frame.time_s, shown, pose))
            if pose is not None and pose.found:
                watched.setdefault(frame.shot, StillPerson()).update(shown.rgb, pose)
            if progress is not None:
                progress(frame.time_s)
    return track.whole(), watched


def _note_split(track: PoseTrack, finder: SplitFinder, reader: VideoReader) -> None:
    """Say which half of a split screen was judged, if the person who is followed stays in one of them."""
    found = track.found
    split = finder.found(float((track.people[found] >= 2).mean()) >= IN_COMPANY)
    if split is None:
        return
    # The trunk alone: hands that leave one of the two pictures are guessed to be in the other.
    place = track.image_xy[found][:, TRUNK, split] - track.size_wh[found, split, None] / 2
    first, second = (float((way * place > 0).all(axis=1).mean()) for way in (-1, 1))
    if max(first, second) >= ON_ONE_SIDE:
        reader.note(Problem("split_screen", JUDGED[split][first < second], {"file": reader.info.path.name}))


def _in_shots(track: PoseTrack, reader: VideoReader) -> PoseTrack:
    """Number the shots of an edited recording, and drop whoever is seen in its still pictures."""
    starts, stills = reader.shots.starts, reader.shots.stills
    if len(starts) == 1:
        return track
    track.shot[:] = np.searchsorted(starts, np.arange(len(track)), side="right") - 1
    _leave_out(track, np.isin(track.shot, stills), UnjudgedReason.STILL_PICTURE)
    name = reader.info.path.name
    if stills:
        edges = [*track.time_s[list(starts)].tolist(), float(track.time_s[-1])]
        when = ", ".join(f"{edges[shot]:.1f}–{edges[shot + 1]:.1f}" for shot in stills)
        text = N_("{file}: still pictures were left out ({when} s)")
        reader.note(Problem("still_pictures", text, {"file": name, "when": when}))
    if len(starts) - len(stills) > 1:
        reader.note(
            Problem("cuts", N_("{file}: cut together of several shots; each was judged for itself"), {"file": name})
        )
    return track


def _in_pieces(track: PoseTrack, reader: VideoReader) -> PoseTrack:
    """Number the pieces of a shot of one still camera that was cut, and drop the subject until they are found anew."""
    leaps = [index for index, changed in reader.shots.leaps.items() if is_leap(track, index, changed)]
    if not leaps:
        return track
    track.piece[:] = np.searchsorted(leaps, np.arange(len(track)), side="right")
    for index in leaps:
        after = (track.time_s >= track.time_s[index]) & (track.time_s < track.time_s[index] + SETTLED_S)
        _leave_out(track, after & (track.shot == track.shot[index]), UnjudgedReason.JUST_CUT)
    when = ", ".join(f"{time_s:.1f}" for time_s in track.time_s[leaps].tolist())
    text = N_("{file}: cut from one moment to another at {when} s; no repetition and no speed goes over a cut")
    reader.note(Problem("leaps", text, {"file": reader.info.path.name, "when": when}))
    return track


def _leave_out(track: PoseTrack, frames: Bools, reason: UnjudgedReason) -> None:
    """Drop whoever is seen in some of the frames (n,), and say why."""
    for array in (track.image_xy, track.world_xyz, track.visibility):
        array[frames] = np.nan
    # Otherwise it would be said that somebody else is in the picture.
    track.people[frames] = 0
    track.left_out[frames] = reason
