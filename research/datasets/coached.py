"""Scripted people as a perfect observer sees them: movements and expected output are known exactly.

The generator poses a body frame by frame; nothing is drawn and no pose is estimated. The readings are its true angles
with a small stated error, or come from the geometry of its true joints where there is no such true angle. So these
scripts test the rules alone: repetitions, holds and events. test_coaching_seen.py tests them as seen by a camera.
"""

from dataclasses import dataclass, replace

import numpy as np

from posecheck.assessment.events import Event
from posecheck.assessment.session import Session
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import ANGLES, INDEX, measure
from posecheck.kinematics.image_plane import from_the_side
from posecheck.kinematics.neutral import Neutral, find_neutral
from posecheck.measurement.motion import slope
from posecheck.measurement.rates import Rates
from posecheck.measurement.readings import Readings
from posecheck.repetitions.repetition import Repetition
from posecheck.repetitions.series import Series, series
from posecheck.stretches.library import find_stretch
from posecheck.stretches.stretch import Stretch
from research.synthetic.output.film import clip_angles
from research.synthetic.output.render import FrameTruth, Scene
from research.synthetic.raster.camera import Camera
from research.synthetic.scene.motion import Step
from research.synthetic.scene.scene import Clip, default_camera
from research.synthetic.scene.stage import Habits

FPS = 10.0
ERROR = {"deg": 1.0, "ratio": 0.01}
"""Stated error of the true readings, by unit."""


@dataclass(frozen=True)
class Coached:
    """Hold the output for one performance: repetitions, events, series of repetitions, landmarks and readings."""

    repetitions: tuple[Repetition, ...]
    events: tuple[Event, ...]
    series: Series
    track: PoseTrack
    readings: Readings

    @property
    def told(self) -> list[tuple[str, int, str, int]]:
        """Side, peak (degrees, or hundredths of a ratio), why incomplete, and seconds held, for each repetition."""
        return [
            (r.side, round(r.peak * (1 if r.unit == "deg" else 100)), r.reason.value, round(r.hold_s))
            for r in self.repetitions
        ]

    @property
    def passed(self) -> list[tuple[str, str]]:
        """Key and level of each event in order of time, without the times that could not be judged."""
        return [(event.key, event.level) for event in self.events if event.kind != "cannot_judge"]


def neutral(seconds: float = 2.0) -> Step:
    """Return the step of keeping still at the start, whether standing, sitting or lying."""
    return Step("neutral", seconds=seconds)


def move(seconds: float, **to: float) -> Step:
    """Return a move to new values of the generator's channels.

    Args:
        seconds: How long it takes.
        **to: The values at its end, by channel (see synthetic/scene/motion.py); other channels keep theirs.
    """
    return Step("move", seconds=seconds, to=to)


def hold(seconds: float) -> Step:
    """Return the step of holding the position."""
    return Step("hold", seconds=seconds)


def back(seconds: float = 2.0) -> Step:
    """Return the step that goes back to the start."""
    return Step("return", seconds=seconds)


def bounce(size_deg: float, times: float, channel: str) -> Step:
    """Return a step of bouncing, 0.8 s for each swing.

    Args:
        size_deg: Size and direction of a swing, in degrees.
        times: The number of swings.
        channel: The channel that swings.
    """
    return Step("bounce", size_deg=size_deg, times=times, channel=channel)


def staged(
    name: str, *steps: Step, azimuth: float = 0.0, elevation: float = 4.0, side: str = "left", arms: str = ""
) -> Scene:
    """Return the scene of a person who does a stretch without swaying.

    Args:
        name: The stretch.
        *steps: What the person does.
        azimuth: Where the camera stands, degrees: 0 in front, 90 at the person's left.
        elevation: How steeply the camera looks down, degrees.
        side: The side that arms and legs are arranged for, left or right.
        arms: An arm style; empty for that of the stretch.
    """
    camera: Camera = replace(default_camera(name), azimuth_deg=azimuth, elevation_deg=elevation)
    habits = Habits(arms=arms, head="free", side=1.0 if side == "left" else -1.0, sway=0.0, camera_azimuth_deg=azimuth)
    return Scene(Clip("scripted", name, 11, steps, camera=camera, habits=habits, fps=FPS))


def truths(scene: Scene) -> list[FrameTruth]:
    """Return the truth of every frame; a posture that repeats is computed once."""
    columns = list(scene.curves.values.values())
    known: dict[tuple[float, ...], FrameTruth] = {}
    out = []
    for i in range(len(scene)):
        posture = tuple(float(column[i]) for column in columns)
        if posture not in known:
            known[posture] = scene.truth(i)
        out.append(replace(known[posture], index=i, time_s=float(scene.curves.time_s[i])))
    return out


def track_of(scene: Scene, frames: list[FrameTruth]) -> PoseTrack:
    """Return the true landmarks as a track, all of them fully visible.

    Args:
        scene: The scene.
        frames: The truth of its frames.
    """
    n = len(frames)
    ones = np.ones(n, np.int16)
    return PoseTrack(
        np.array([frame.time_s for frame in frames]),
        np.array([frame.image_xy for frame in frames]),
        np.array([frame.camera_xyz for frame in frames]),
        np.ones((n, 33)),
        ones,
        ones * 0,
        np.full((n, 2), scene.clip.camera.size_wh, np.int32),
    )


def true_readings(scene: Scene, frames: list[FrameTruth], track: PoseTrack, still: Neutral) -> Readings:
    """Return readings that equal the truth.

    Args:
        scene: The scene.
        frames: The truth of its frames.
        track: Its true landmarks.
        still: The neutral found in them.
    """
    value = still.change(measure(track, still.lying))
    known = clip_angles(scene, frames)
    first = scene.neutral
    for name, angle in known.items():
        if name in INDEX:
            row = INDEX[name]
            start = angle[first][np.isfinite(angle[first])]
            value[:, row] = angle - (start.mean() if ANGLES[row].zeroed and len(start) else 0.0)
    if still.view == "side":
        shown = from_the_side(track, still)
        for name in ("hip_rise", "trunk_travel"):
            value[:, INDEX[name]] = shown[INDEX[name]]
    if still.lying:
        value[:, INDEX["trunk_rotation"]] = value[:, INDEX["lying_roll"]]
    error = np.broadcast_to([ERROR[row.unit] for row in ANGLES], value.shape)
    return Readings(track.time_s, value, np.where(np.isfinite(value), error, np.nan), np.zeros(value.shape, np.uint8))


def judged(stretch: Stretch, still: Neutral, track: PoseTrack, readings: Readings) -> Coached:
    """Judge readings by a stretch.

    Args:
        stretch: The stretch with its limits.
        still: The neutral that the readings are counted from.
        track: The landmarks.
        readings: The readings of the same frames.
    """
    session = Session(stretch, still)
    speed = slope(track.time_s, readings.value)
    told = session.judge(track, readings, Rates(speed, np.zeros(speed.shape), readings.value, np.zeros(speed.shape)))
    events = tuple(sorted((*told.events, *session.finish()), key=lambda event: event.start_s))
    repetitions = (*told.repetitions, *session.finish_repetitions())
    return Coached(repetitions, events, series(stretch, repetitions), track, readings)


def watched(scene: Scene, stretch: Stretch | None = None) -> Coached:
    """Judge a scene by its true angles.

    Args:
        scene: The scene.
        stretch: The stretch to judge by; None for the one of the scene.
    """
    stretch = find_stretch(scene.clip.stretch) if stretch is None else stretch
    frames = truths(scene)
    track = track_of(scene, frames)
    still = find_neutral(track, stretch.lying)
    assert still is not None
    return judged(stretch, still, track, true_readings(scene, frames, track, still))


def coach(name: str, *steps: Step, azimuth: float = 0.0, side: str = "left", arms: str = "") -> Coached:
    """Judge a person who does a stretch, by their true angles.

    Args:
        name: The stretch.
        *steps: What the person does.
        azimuth: Where the camera stands, degrees: 0 in front, 90 at the person's left.
        side: The side that arms and legs are arranged for, left or right.
        arms: An arm style; empty for that of the stretch.
    """
    return watched(staged(name, *steps, azimuth=azimuth, side=side, arms=arms))
