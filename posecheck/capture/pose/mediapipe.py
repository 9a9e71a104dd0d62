"""MediaPipe's pose landmarker as a PoseEstimator: the only module that imports mediapipe (which takes 2 s)."""

import contextlib
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

from posecheck.capture.pose.camera_motion import Background
from posecheck.capture.pose.native import NoContact, Quiet
from posecheck.capture.pose.subject_finder import SubjectFinder
from posecheck.core.errors import ModelError
from posecheck.core.frame import Frame, Rgb
from posecheck.core.pose import Pose

MAX_PEOPLE = 3
"""Most people that the landmarker for several people looks for: the subject and two bystanders."""


class _Landmarker:
    """Hold one landmarker in VIDEO mode; its messages while it is made and first used are suppressed."""

    def __init__(self, model: Path, people: int) -> None:
        options = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model)),
            running_mode=vision.RunningMode.VIDEO,
            num_poses=people,
        )
        try:
            with Quiet():
                self._landmarker: Any = vision.PoseLandmarker.create_from_options(options)
        except (RuntimeError, ValueError, OSError) as error:
            why = " ".join(str(error).split())[:160]
            text = "{file}: expected a pose model MediaPipe can load, got: {why}"
            raise ModelError("not_loadable", text, file=model, why=why) from error
        self._last_ms = -1
        self._chatty = True

    def find(self, rgb: Rgb, time_s: float) -> list[Pose]:
        """Return everybody found; MediaPipe needs increasing whole milliseconds, but the poses keep time_s."""
        self._last_ms = max(round(time_s * 1000), self._last_ms + 1)
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(rgb))
        with Quiet() if self._chatty else contextlib.nullcontext():
            found = self._landmarker.detect_for_video(image, self._last_ms)
        self._chatty = self._chatty and not found.pose_landmarks
        size = (rgb.shape[1], rgb.shape[0])
        pairs = zip(found.pose_landmarks, found.pose_world_landmarks, strict=True)
        return [_to_pose(time_s, image_marks, world_marks, size) for image_marks, world_marks in pairs]

    def close(self) -> None:
        """Free the model; harmless when repeated."""
        landmarker, self._landmarker = self._landmarker, None
        if landmarker is None:
            return
        try:
            landmarker.close()
        except RuntimeError:
            # The interpreter is ending and MediaPipe's own thread has ended; the system frees the memory. Without
            # this, MediaPipe's __del__ would try again and print a traceback.
            landmarker._handle = None


class MediaPipeEstimator:
    """A PoseEstimator that finds the subject with MediaPipe; use one for each source of frames. See SubjectFinder."""

    def __init__(self, model: Path, max_people: int = MAX_PEOPLE, *, silence_contact: bool = True) -> None:
        """Load the model.

        An estimator that is never closed closes itself when it is garbage-collected or the interpreter ends, where
        MediaPipe would print a traceback.

        Args:
            model: A verified .task file.
            max_people: How many people to look for; 1 follows whoever MediaPipe finds, without looking for others.
            silence_contact: Whether to block MediaPipe's usage reports; False only to test that this is needed.

        Raises:
            ModelError: MediaPipe cannot load the model.
        """
        opened = contextlib.ExitStack()
        if silence_contact:
            NoContact.begin()
            opened.callback(NoContact.end)
        try:
            one = _Landmarker(model, 1)
            opened.callback(one.close)
            several = _Landmarker(model, max_people) if max_people > 1 else None
            if several is not None:
                opened.callback(several.close)
        except BaseException:
            opened.close()
            raise
        self._subject = SubjectFinder(one, several)
        self._background = Background()
        self._shots = 0, 0
        self._release = weakref.finalize(self, opened.close)

    def estimate(self, frame: Frame) -> Pose | None:
        """Return the subject's pose, or None when the subject is not found; frames must come in order of time."""
        return self.complete(frame, self.find(frame))

    def find(self, frame: Frame) -> Pose | None:
        """Return the subject's pose without the background; call complete for each frame afterwards."""
        if not self._release.alive:
            raise ValueError("expected an open estimator, this one is closed")
        if frame.shot != self._shots[0]:
            self._subject.restart()
        self._shots = frame.shot, self._shots[1]
        return self._subject.find(frame.rgb, frame.time_s)

    def complete(self, frame: Frame, pose: Pose | None) -> Pose | None:
        """Add the position of the background to a pose; frames must come in the same order as to find.

        Args:
            frame: The picture.
            pose: What find returned for it.
        """
        if frame.shot != self._shots[1]:
            self._background = Background()
        self._shots = self._shots[0], frame.shot
        background = self._background.update(frame.rgb, pose, frame.time_s)
        return None if pose is None else replace(pose, background=background)

    def close(self) -> None:
        """Free the models; harmless when repeated."""
        self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _to_pose(time_s: float, image_marks: Any, world_marks: Any, size_wh: tuple[int, int]) -> Pose:
    """Turn MediaPipe's landmark lists into arrays, and picture coordinates from shares of its size into pixels."""
    image = np.array([(mark.x, mark.y) for mark in image_marks]) * np.array(size_wh, np.float64)
    world = np.array([(mark.x, mark.y, mark.z) for mark in world_marks])
    visibility = np.array([mark.visibility for mark in image_marks], np.float64)
    return Pose(time_s, image, world, visibility, size_wh)
