"""People who come, go and get up: made of their own bodies, and judged as without it."""

from functools import cache

import numpy as np
import pytest

from posecheck.assessment.analysis import Analysis, judge
from posecheck.core.landmarks import BONES
from posecheck.core.pose import PoseTrack
from posecheck.stretches.library import find_stretch
from research.datasets.agreement import said, sides
from research.datasets.coached_rows import Row
from research.datasets.coaching import ROWS
from research.datasets.seen import key, load
from research.disturbed.around import AROUND, Around, coming, going
from research.disturbed.figures import Figure

GOOD = ("chair-twist-3041c118", "seated-overhead-reach-a6591990")
WAYS = AROUND[:4]


@cache
def row_of(name: str) -> Row:
    return next(row for row in ROWS if key(row) == name)


def track_of(name: str) -> PoseTrack:
    return load(row_of(name))[0]


def lengths(track: PoseTrack) -> np.ndarray:
    ends = np.array(BONES)
    bones: np.ndarray = np.linalg.norm(track.world_xyz[:, ends[:, 0]] - track.world_xyz[:, ends[:, 1]], axis=-1)
    return bones


@pytest.mark.parametrize("name", GOOD)
def test_who_comes_ends_in_the_start_position_and_keeps_the_bones(name: str) -> None:
    track = track_of(name)
    figure = Figure.of(track.slice(3, 4))
    came = coming(figure, 10.0, 7)
    assert np.abs(came.image_xy[-1] - figure.frame.image_xy[0]).max() < 6.0
    assert np.abs(came.world_xyz[-1] - figure.xyz).max() < 0.04
    assert np.nanmax(np.abs(lengths(came) - lengths(figure.frame))) < 0.05
    went = going(figure, 10.0, 7)
    assert np.abs(went.image_xy[0] - figure.frame.image_xy[0]).max() < 6.0
    sizes = [np.ptp(part.image_xy[:, 11:13, 0]) for part in (came.slice(2, 3), came.slice(len(came) - 1, len(came)))]
    assert sizes[0] > 1.5 * sizes[1]


@pytest.mark.parametrize("one", AROUND, ids=lambda one: one.name)
def test_a_kind_changes_nothing_of_the_first_frames_of_who_begins_with_them_and_is_repeatable(one: Around) -> None:
    track = track_of(GOOD[0])
    out, again = (one.of(track, 11) for _ in range(2))
    assert len(out) > len(track)
    np.testing.assert_array_equal(out.image_xy, again.image_xy)
    assert (np.diff(out.time_s) > 0).all()
    if one in AROUND[3:]:
        np.testing.assert_array_equal(out.image_xy[:10], track.image_xy[:10])


@cache
def judged(name: str, number: int) -> Analysis:
    return judge(AROUND[number].of(track_of(name), int(name[-8:], 16)), find_stretch(row_of(name).name))


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("number", range(4), ids=[one.name for one in WAYS])
def test_good_form_is_said_to_be_good_whatever_is_around_it(name: str, number: int) -> None:
    """Without posecheck/measurement/start/place.py both who get up in between get a false stop."""
    told, passed = said(judged(name, number))
    assert (told, passed) == (sides(row_of(name)), [])
    assert judged(name, number).summary.verdict in ("clear", "borderline")
