"""Helpers of the speed benchmarks: clips of any length and size, MediaPipe alone, and a process to measure.

Run as a module with CLIP OUT (replayed LANDMARKS | MediaPipe) it checks a clip and prints the peak memory as JSON.
"""

import json
import resource
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np

from posecheck.capture.pose.detect import detect
from posecheck.capture.pose.model_file import ensure
from posecheck.capture.video.reader import VideoReader
from posecheck.capture.video.writer import VideoWriter
from posecheck.core.frame import Frame
from posecheck.core.pose import Pose, PoseTrack

ROOT = Path(__file__).parents[2]
CLIP, STRETCH = ROOT / "sample_videos" / "standing-extension-too-far.mp4", "standing-extension-hands-behind-head"
PEOPLE = {
    "standing-extension-too-far": STRETCH,
    "chair-twist-over-rotation": "chair-twist",
    "childs-pose": "childs-pose",
}
HOUR = 108_000
"""Frames in an hour at 30 a second."""


def looped(source: Path, target: Path, seconds: float) -> Path:
    """Write a clip that repeats another one; its packets are copied, not encoded again.

    Args:
        source: The clip to repeat.
        target: The clip to write.
        seconds: Its least length; it ends at the next key frame, or at the end of a repetition.

    Returns:
        The target.
    """
    with av.open(str(target), "w") as out:
        stream, at = None, 0
        while True:
            with av.open(str(source)) as clip:
                picture = clip.streams.video[0]
                if stream is None:
                    stream = out.add_stream_from_template(picture)
                assert picture.time_base is not None
                assert picture.duration is not None
                for packet in clip.demux(picture):
                    if packet.dts is None or packet.pts is None:
                        continue
                    if (at + packet.pts) * picture.time_base >= seconds and packet.is_keyframe:
                        return target
                    packet.pts, packet.dts, packet.stream = packet.pts + at, packet.dts + at, stream
                    out.mux(packet)
                at += picture.duration
                if at * picture.time_base >= seconds:
                    return target


def resized(source: Path, target: Path, size_wh: tuple[int, int]) -> Path:
    """Write a clip in another size.

    Args:
        source: The clip to read.
        target: The clip to write.
        size_wh: Width and height in pixels.

    Returns:
        The target.
    """
    import cv2

    with VideoReader(source) as reader, VideoWriter(target, size_wh, reader.info.fps) as writer:
        for frame in reader:
            writer.write(
                np.asarray(cv2.resize(frame.rgb, size_wh, interpolation=cv2.INTER_AREA), np.uint8), frame.time_s
            )
    return target


def bare(clip: Path, model: Path) -> int:
    """Decode a clip and find one person in every frame with MediaPipe, in the shortest possible loop.

    Args:
        clip: The clip.
        model: The pose model file.

    Returns:
        The number of frames.
    """
    import mediapipe as mp
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model)), running_mode=vision.RunningMode.VIDEO
    )
    n = 0
    with vision.PoseLandmarker.create_from_options(options) as landmarker, av.open(str(clip)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=frame.to_ndarray(format="rgb24"))
            landmarker.detect_for_video(image, round((frame.time or 0.0) * 1000))
            n += 1
    return n


@cache
def track_of(clip: Path) -> PoseTrack:
    """Return the landmarks that MediaPipe finds in a clip."""
    from posecheck.capture.pose.mediapipe import MediaPipeEstimator

    with VideoReader(clip) as reader, MediaPipeEstimator(ensure()) as estimator:
        return detect(reader, estimator)


def hour_of(track: PoseTrack, n: int = HOUR) -> PoseTrack:
    """Return a track repeated up to a number of frames.

    Args:
        track: The track to repeat.
        n: The number of frames, at 30 a second.
    """
    rows = np.resize(np.arange(len(track)), n)
    arrays: dict[str, Any] = {
        name: getattr(track, name)[rows]
        for name in track.__slots__
        if isinstance(getattr(track, name), np.ndarray) and name != "time_s"
    }
    return replace(track, time_s=np.arange(n) / 30.0, **arrays)


class Replayed:
    """Replay the landmarks of the looped clip in place of MediaPipe, so that only the other work is measured."""

    def __init__(self, track: PoseTrack) -> None:
        self._track = track

    def estimate(self, frame: Frame) -> Pose | None:
        """Return the pose that the clip has at this frame's index; None where nobody was found."""
        pose = self._track.pose(frame.index % len(self._track))
        return None if pose is None else replace(pose, time_s=frame.time_s)

    def close(self) -> None:
        """Do nothing: there is nothing to release."""

    def __enter__(self) -> "Replayed":
        return self

    def __exit__(self, *_: object) -> None:
        return None


def main() -> None:
    """Check a clip and print the peak memory of the process."""
    clip, out, how = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    from posecheck.capture.pose import mediapipe
    from posecheck.capture.pose.landmark_file import load_track
    from posecheck.recordings import check
    from posecheck.recordings.request import Request

    if how == "replayed":
        track = load_track(Path(sys.argv[4]))
        mediapipe.MediaPipeEstimator = lambda *_, **__: Replayed(track)  # type: ignore[misc, assignment]
    done = check.check(Request(clip, STRETCH, out))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"peak_mb": peak, "frames": len(done.analysis.track)}))


if __name__ == "__main__":
    main()
