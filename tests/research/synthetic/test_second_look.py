"""The second look changes how a take is seen, and nothing of what is true in it."""

from dataclasses import replace

import numpy as np

from research.datasets import second_look, takes
from research.synthetic.output.render import Scene
from research.synthetic.scenes import random_clip

CLIP = random_clip("standing-twist", 3, "test", azimuth_deg=0.0, size_wh=(160, 120), fps=12.0)


def test_who_moves_how_and_the_camera_stay() -> None:
    made = second_look.of(CLIP)
    assert (made.shape, made.motion, made.camera, made.habits, made.limits) == (
        CLIP.shape, CLIP.motion, CLIP.camera, CLIP.habits, CLIP.limits,
    )  # fmt: skip
    assert made == second_look.of(CLIP)
    assert made.look != CLIP.look
    assert made.shutter_s > 0.0
    before, after = Scene(CLIP), Scene(made)
    for i in (0, 30):
        np.testing.assert_array_equal(before.truth(i).image_xy, after.truth(i).image_xy)


def test_the_film_has_every_picture_and_loses_detail() -> None:
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 255, (48, 64, 3), np.uint8) for _ in range(9)]
    seen = list(second_look.recorded(iter(pictures), CLIP))
    assert len(seen) == 9
    assert all(one.shape == (48, 64, 3) and one.dtype == np.uint8 for one in seen)
    assert np.mean(seen) < 0.95 * np.mean(pictures)
    assert np.std(seen[4].astype(float)) < np.std(pictures[4].astype(float))


def test_takes_of_both_looks_have_their_own_names() -> None:
    assert all(spec.look == "first" for spec in takes.test(2))
    assert takes.Spec("lunge", 1, "test").name != takes.Spec("lunge", 1, "test", look="second").name


def test_a_longer_shutter_blurs_only_what_moves() -> None:
    open_long = Scene(replace(CLIP, shutter_s=0.05))
    sharp = Scene(CLIP)
    np.testing.assert_array_equal(open_long.backdrop().small, sharp.backdrop().small)
    moving = int(np.argmax(np.abs(np.diff([sharp.truth(i).image_xy[11, 0] for i in range(len(sharp))]))))
    assert np.abs(open_long.picture(moving).astype(int) - sharp.picture(moving)).max() > 8
