"""MediaPipe's pose landmarker as a PoseEstimator: the only module that imports mediapipe (which takes 2 s)."""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Self

import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

from posecheck.errors import ModelError
from posecheck.frame import Frame
from posecheck.pose import Pose
from posecheck.subject import SubjectPicker

MAX_PEOPLE = 3
"""The subject and bystanders; with one, a bystander can be the one that is followed throughout."""


class _NoContact:
    """Keep MediaPipe from reporting its use: it has no switch, but honours the process's https proxy.

    Seen with 1.2.2: at close, and now and then before, it looks up a logging server. While any landmarker
    lives, https traffic of this process is pointed at a port nobody listens on; afterwards all is as before.
    """

    _lock = threading.Lock()
    _users: ClassVar[int] = 0
    _before: ClassVar[dict[str, str | None]] = {}
    _GUARD: ClassVar[dict[str, str | None]] = {"https_proxy": "http://127.0.0.1:9", "no_proxy": None, "NO_PROXY": None}

    @classmethod
    def begin(cls) -> None:
        with cls._lock:
            if cls._users == 0:
                cls._before = {name: os.environ.get(name) for name in cls._GUARD}
                cls._set(cls._GUARD)
            cls._users += 1

    @classmethod
    def end(cls) -> None:
        with cls._lock:
            cls._users -= 1
            if cls._users == 0:
                cls._set(cls._before)

    @staticmethod
    def _set(values: dict[str, str | None]) -> None:
        for name, value in values.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep native start-up chatter off the terminal: it goes to file descriptor 2, past Python."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)


class MediaPipeEstimator:
    """Find the subject with MediaPipe's landmarker in VIDEO mode; one estimator for one source of frames."""

    def __init__(self, model: Path, max_people: int = MAX_PEOPLE, *, silence_contact: bool = True) -> None:
        """model: a verified .task file. silence_contact: off only to prove that the guard is needed."""
        self._guarded = silence_contact
        if self._guarded:
            _NoContact.begin()
        options = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model)),
            running_mode=vision.RunningMode.VIDEO,
            num_poses=max_people,
        )
        self._landmarker: Any = None
        try:
            with _quiet():
                self._landmarker = vision.PoseLandmarker.create_from_options(options)
        except (RuntimeError, ValueError, OSError) as error:
            self.close()
            raise ModelError(f"{model}: expected a pose model MediaPipe can load, got: {error}") from error
        self._picker = SubjectPicker()
        self._last_ms = -1

    def estimate(self, frame: Frame) -> Pose | None:
        """Return the subject's pose, or None when they are not found. Times must not go back."""
        self._last_ms = max(round(frame.time_s * 1000), self._last_ms + 1)
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(frame.rgb))
        found = self._landmarker.detect_for_video(image, self._last_ms)
        size = (frame.rgb.shape[1], frame.rgb.shape[0])
        people = [
            _to_pose(frame.time_s, image_marks, world_marks, size)
            for image_marks, world_marks in zip(found.pose_landmarks, found.pose_world_landmarks, strict=True)
        ]
        return self._picker.pick(people)

    def close(self) -> None:
        """Free the model; harmless when repeated."""
        if self._landmarker is not None:
            self._landmarker.close()
            self._landmarker = None
        if self._guarded:
            self._guarded = False
            _NoContact.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _to_pose(time_s: float, image_marks: Any, world_marks: Any, size_wh: tuple[int, int]) -> Pose:
    """Turn MediaPipe's landmark lists into arrays, once; image coordinates from shares into pixels."""
    image = np.array([(mark.x, mark.y) for mark in image_marks]) * np.array(size_wh, np.float64)
    world = np.array([(mark.x, mark.y, mark.z) for mark in world_marks])
    visibility = np.array([mark.visibility for mark in image_marks], np.float64)
    return Pose(time_s, image, world, visibility, size_wh)
