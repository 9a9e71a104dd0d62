"""MediaPipe's pose landmarker as a PoseEstimator: the only module that imports mediapipe (which takes 2 s)."""

import contextlib
import os
import sys
import threading
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Self

import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

from posecheck.capture.pose.camera_motion import Background
from posecheck.capture.pose.offline import PROXY_GUARD
from posecheck.capture.pose.subject_finder import SubjectFinder
from posecheck.core.errors import ModelError
from posecheck.core.frame import Frame, Rgb
from posecheck.core.pose import Pose

MAX_PEOPLE = 3
"""The subject and bystanders, of whom the landmarker for several people tells."""


class _NoContact:
    """Keep MediaPipe from reporting its use: it has no switch, but its HTTP client (libcurl) obeys a proxy.

    Seen with 1.2.2: at close, and every minute before, it looks up a logging server. While any landmarker lives,
    native code is given a proxy of a kind that does not exist, at which libcurl gives up before it opens a
    socket. putenv changes what native code sees and leaves os.environ, and with it Python's own downloads, alone.
    """

    _lock = threading.Lock()
    _users: ClassVar[int] = 0

    @classmethod
    def begin(cls) -> None:
        with cls._lock:
            for name, value in PROXY_GUARD.items():
                os.putenv(name, value)
            cls._users += 1

    @classmethod
    def end(cls) -> None:
        with cls._lock:
            cls._users -= 1
            if cls._users:
                return
            for name in PROXY_GUARD:
                if name in os.environ:
                    os.putenv(name, os.environ[name])
                else:
                    os.unsetenv(name)


class _Quiet:
    """Keep native chatter off the terminal: it goes to file descriptor 2, past Python. Safe with many threads."""

    _lock = threading.Lock()
    _users: ClassVar[int] = 0
    _kept: ClassVar[int | None] = None

    def __enter__(self) -> None:
        with self._lock:
            if type(self)._users == 0:
                if sys.stderr is not None:
                    sys.stderr.flush()
                with contextlib.suppress(OSError):  # a process without file descriptor 2 has nothing to silence
                    type(self)._kept = os.dup(2)
                    nowhere = os.open(os.devnull, os.O_WRONLY)
                    os.dup2(nowhere, 2)
                    os.close(nowhere)
            type(self)._users += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            type(self)._users -= 1
            kept = type(self)._kept
            if type(self)._users == 0 and kept is not None:
                os.dup2(kept, 2)
                os.close(kept)
                type(self)._kept = None


class _Landmarker:
    """Hold one landmarker in VIDEO mode; made and first used with native chatter kept off the terminal."""

    def __init__(self, model: Path, people: int) -> None:
        options = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model)),
            running_mode=vision.RunningMode.VIDEO,
            num_poses=people,
        )
        try:
            with _Quiet():
                self._landmarker: Any = vision.PoseLandmarker.create_from_options(options)
        except (RuntimeError, ValueError, OSError) as error:
            why = " ".join(str(error).split())[:160]
            text = "{file}: expected a pose model MediaPipe can load, got: {why}"
            raise ModelError("not_loadable", text, file=model, why=why) from error
        self._last_ms = -1
        self._chatty = True

    def find(self, rgb: Rgb, time_s: float) -> list[Pose]:
        """Return everybody found. MediaPipe wants whole milliseconds that grow; time_s itself is kept."""
        self._last_ms = max(round(time_s * 1000), self._last_ms + 1)
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(rgb))
        with _Quiet() if self._chatty else contextlib.nullcontext():
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
            # The interpreter is ending, and MediaPipe's own thread has: the system frees the memory. Its __del__
            # would try once more and print a traceback, unless there is nothing left to free.
            landmarker._handle = None


class MediaPipeEstimator:
    """Find the subject with MediaPipe; one estimator for one source of frames. See SubjectFinder."""

    def __init__(self, model: Path, max_people: int = MAX_PEOPLE, *, silence_contact: bool = True) -> None:
        """model: a verified .task file. max_people: 1 follows whoever MediaPipe finds, without looking around.

        silence_contact: off only to prove that the guard is needed. An estimator that nobody closes closes
        itself when it is forgotten or the interpreter ends, where MediaPipe would print a traceback.
        """
        opened = contextlib.ExitStack()
        if silence_contact:
            _NoContact.begin()
            opened.callback(_NoContact.end)
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
        self._release = weakref.finalize(self, opened.close)

    def estimate(self, frame: Frame) -> Pose | None:
        """Return the subject's pose, or None when they are not found. Times must not go back."""
        return self.complete(frame, self.find(frame))

    def find(self, frame: Frame) -> Pose | None:
        """Return the subject's pose without the background; complete must be called for each frame after it."""
        if not self._release.alive:
            raise ValueError("expected an open estimator, this one is closed")
        return self._subject.find(frame.rgb, frame.time_s)

    def complete(self, frame: Frame, pose: Pose | None) -> Pose | None:
        """Return what find returned for a frame with how the background lies; frames in the same order."""
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
    """Turn MediaPipe's landmark lists into arrays, once; image coordinates from shares into pixels."""
    image = np.array([(mark.x, mark.y) for mark in image_marks]) * np.array(size_wh, np.float64)
    world = np.array([(mark.x, mark.y, mark.z) for mark in world_marks])
    visibility = np.array([mark.visibility for mark in image_marks], np.float64)
    return Pose(time_s, image, world, visibility, size_wh)
