"""Find the subject's landmarks in every frame of a recording."""

from collections.abc import Callable

import numpy as np

from posecheck.capture.video.reader import VideoReader
from posecheck.core.errors import InputError, Problem
from posecheck.core.frame import Frame
from posecheck.core.i18n import N_
from posecheck.core.pose import Pose, PoseEstimator, PoseTrack, stages
from posecheck.core.prefetch import BackgroundWorker, Prefetcher
from posecheck.core.spooled import SpooledConcatenation

Progress = Callable[[float], None]
"""Called after each frame with its time in seconds."""
STACKED = 256
"""Number of frames kept as single poses before they are stacked into arrays."""


def detect(reader: VideoReader, estimator: PoseEstimator, progress: Progress | None = None) -> PoseTrack:
    """Find the subject's landmarks in every frame of a recording.

    One thread decodes the video, the calling one finds the subject, and a third completes each pose (camera motion and
    tags).

    Args:
        reader: The recording, open.
        estimator: Finds the subject in each frame.
        progress: Called after each frame.

    Returns:
        The landmarks of all frames; NaN where nobody was found.

    Raises:
        InputError: Nobody is found in any frame.
    """
    times: list[float] = []
    poses: list[Pose | None] = []
    track: SpooledConcatenation[PoseTrack] = SpooledConcatenation()
    found, frames = False, 0
    size_wh = reader.info.size_wh

    def keep(item: tuple[Frame, Pose | None]) -> None:
        nonlocal times, poses, size_wh
        frame, pose = item
        size_wh = frame.rgb.shape[1], frame.rgb.shape[0]
        if len(times) == STACKED:
            track.add(_stacked(times, poses, size_wh, track.last))
            times, poses = [], []
        times.append(frame.time_s)
        poses.append(complete(frame, pose))

    find, complete = stages(estimator)
    with BackgroundWorker(keep) as kept, Prefetcher(reader) as ahead:
        for frame in ahead:
            pose = find(frame)
            kept((frame, pose))
            found, frames = found or (pose is not None and pose.found), frames + 1
            if progress is not None:
                progress(frame.time_s)
    if not found:
        text = "{file}: expected a person in the picture, found nobody in {frames} frames"
        raise InputError("nobody", text, file=reader.info.path, frames=frames)
    track.add(_stacked(times, poses, size_wh, track.last))
    return _in_shots(track.whole(), reader)


def _in_shots(track: PoseTrack, reader: VideoReader) -> PoseTrack:
    """Number the shots of an edited recording, and drop whoever is seen in its still pictures."""
    starts, stills = reader.shots.starts, reader.shots.stills
    if len(starts) == 1:
        return track
    track.shot[:] = np.searchsorted(starts, np.arange(len(track)), side="right") - 1
    for array in (track.image_xy, track.world_xyz, track.visibility):
        array[np.isin(track.shot, stills)] = np.nan
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


def _stacked(
    times_s: list[float], poses: list[Pose | None], size_wh: tuple[int, int], before: PoseTrack | None
) -> PoseTrack:
    """Return frames as a track; until somebody is found in it, it keeps the subject of the track before."""
    track = PoseTrack.of(times_s, poses, size_wh)
    if before is not None:
        track.subject[: int(np.argmax(track.found)) if track.found.any() else len(track)] = before.subject[-1]
    return track
