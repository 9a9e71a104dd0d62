"""People whose true turns are known while they move: scripts as a camera sees them, and people of the training set.

The training people are filmed at 5 frames a second, but turn at up to 260 degrees a second; the scripts at 10.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from posecheck.assessment.analysis import Analysis, judge
from posecheck.core.arrays import Bools, Floats
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.features import USED
from posecheck.measurement.motion import Midway, slope
from posecheck.measurement.rates import TURNS, facing, from_hips, trunk_px
from posecheck.stretches.library import find_stretch
from research.datasets.coached import truths
from research.datasets.coached_rows import Row
from research.datasets.coaching import ROWS
from research.datasets.scoring import TRUE_NAME
from research.datasets.seen import drawn, load, to_be_seen, to_tune
from research.synthetic.output.film import clip_angles
from research.training.people_set import UPRIGHT, load_people

SIZE = 2 * len(USED)
STILL_EVERY = 16
"""One in this many people is taken of those whose trunk is still while all else moves: all of them made true turns too
slow by half, none let a moving head and arms pass for a turn."""


@dataclass(frozen=True, slots=True, eq=False)
class Moving:
    """Hold one person in n frames.

    Attributes:
        velocity: (n, SIZE) of the landmarks in the picture, trunk lengths per second.
        turned: (n, 2) cosine and sine of the shoulders' turn away from the camera.
        true: (n, turns) true rates, degrees per second.
    """

    velocity: Floats
    turned: Floats
    true: Floats


def moving(time_s: Floats, image_xy: Floats, world_xyz: Floats, still: Bools, truth: Floats) -> Moving:
    """Return what a person's rates are fitted to.

    Args:
        time_s: (n,) seconds.
        image_xy: (n, 33, 2) pixels.
        world_xyz: (n, 33, 3) metres.
        still: (n,) which frames are neutral.
        truth: (n, turns) true angles, degrees.
    """
    velocity = slope(time_s, from_hips(image_xy)) / trunk_px(np.nanmean(image_xy[still], axis=0))
    return Moving(velocity, Midway().update(time_s, facing(world_xyz)), slope(time_s, truth))


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """Hold a script as a camera sees it: its row, its analysis, and its true angles (n,) by name, since neutral."""

    row: Row
    analysis: Analysis
    truth: dict[str, Floats]

    def true(self, angle: str) -> Floats | None:
        """Return the truth of an angle (n,); None where it is not known."""
        rolled = "trunk_rotation" if angle == "lying_roll" else angle
        return self.truth.get(TRUE_NAME.get(rolled, rolled))


def scripts(*, tuning: bool) -> Iterator[Script]:
    """Yield the scripts for tuning, or the other half, whose neutral is found and which limit a speed."""
    for row in to_be_seen(ROWS):
        stretch = find_stretch(row.name)
        if to_tune(row) != tuning:
            continue
        track, seed = load(row)
        analysis = judge(track, stretch)
        if analysis.neutral is not None:
            scene = drawn(row, seed)
            yield Script(row, analysis, dict(clip_angles(scene, truths(scene))))


def people_to_fit() -> Iterator[Moving]:
    """Yield the scripts for tuning in which nobody lies, and the training people gathered so far."""
    for script in scripts(tuning=True):
        track, neutral = script.analysis.track, script.analysis.neutral
        if neutral is None or neutral.lying:
            continue
        still = (track.time_s >= neutral.start_s) & (track.time_s <= neutral.end_s)
        truth = np.stack([script.truth[name] for name in TURNS], axis=-1)
        yield moving(track.time_s, track.image_xy, track.world_xyz, still, truth)
    columns = [UPRIGHT.names.index(name) for name in TURNS]
    turning, still_trunk = (load_people(replace(UPRIGHT, sets={name: 1})) for name in ("upright", "still"))
    for person in (*turning, *islice(still_trunk, 0, None, STILL_EVERY)):
        time_s = person.track().time_s
        truth = np.asarray(person.truth[:, columns], np.float64)
        yield moving(time_s, person.image_xy, person.world_xyz, person.neutral, truth)


def rows_of_speeds(script: Script) -> list[tuple[str, int]]:
    """Return name and row of the angles whose speed a script's stretch limits."""
    names = {item.angle for item in script.analysis.stretch.ranges if item.measure == "speed" and item.angle in INDEX}
    return [(name, INDEX[name]) for name in sorted(names)]
