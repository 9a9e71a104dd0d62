"""A clip with printed sheets: they are painted where they belong, and a clip without them is as it ever was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from research.synthetic.output.render import Scene
from research.synthetic.scene import tags
from research.synthetic.scene.scene import SceneError, clip_from_table
from research.synthetic.scene.tags import Tags, random_tags
from research.synthetic.scenes import random_clip

SIZE = (160, 120)


def test_without_tags_nothing_changes() -> None:
    clip = random_clip("standing-twist", 3, size_wh=SIZE, arms="down", azimuth_deg=0.0)
    assert clip.tags is None
    bare, worn = Scene(clip).picture(10), Scene(replace(clip, tags=Tags())).picture(10)
    changed = np.abs(bare.astype(int) - worn).max(axis=2) > 0
    scene = Scene(clip)
    xy = scene.truth(10).image_xy
    rows, cols = np.nonzero(changed)
    assert changed.sum() > 60
    assert rows.min() > xy[0, 1]
    assert rows.max() < xy[25, 1]
    assert cols.min() > min(xy[11, 0], xy[12, 0]) - 12
    assert cols.max() < max(xy[11, 0], xy[12, 0]) + 12
    # None of it comes from the random stream that everything else is drawn from.
    assert np.array_equal(scene.truth(10).world, Scene(replace(clip, tags=Tags())).truth(10).world)


def test_the_chest_sheet_turns_with_the_rib_cage_and_the_belt_with_the_pelvis() -> None:
    clip = random_clip("standing-twist", 1, size_wh=SIZE, arms="down", fps=5.0)
    clip = replace(clip, tags=Tags(hold=1.0, loose_deg=0.0, wrinkle_mm=0.0))
    scene = Scene(clip)
    index = int(np.argmax([abs(scene.truth(i).bones.trunk[0]) for i in range(len(scene))]))
    chest, belt = (
        [sheet.posed(scene.skeleton(i), 0.0) for i in (0, index)] for sheet in tags.wear(
            clip.tags or Tags(), scene.stage.body, scene._actor.figure.vertices, clip.camera
        )
    )  # fmt: skip

    def turn(pair: list[np.ndarray]) -> float:
        first, last = (p - p.mean(axis=0) for p in pair)
        u, _, vt = np.linalg.svd(first.T @ last)
        rotation = (vt.T * np.array([1.0, 1.0, np.sign(np.linalg.det(vt.T @ u.T))])) @ u.T
        return float(np.degrees(np.arctan2(rotation[0, 2], rotation[2, 2])))

    true = [scene.truth(i).bones.trunk[0] for i in (0, index)]
    assert abs(true[1] - true[0]) > 5.0
    assert turn(chest) - turn(belt) == pytest.approx(true[1] - true[0], abs=1.5)


def test_drawn_wearers_differ() -> None:
    rng = np.random.default_rng(3)
    first, second = random_tags(rng), random_tags(rng)
    assert first != second
    assert 0.9 < first.scale <= 1.0


@pytest.mark.parametrize(
    ("table", "message"),
    [({"worn": ["hat"]}, "tags.worn: expected some of chest, belt"), ({"size": 3}, "tags.size: expected one of")],
)
def test_a_wrong_tag_table_is_named(table: dict[str, object], message: str) -> None:
    scene = {"stretch": "chair-twist", "seed": 1, "motion": [{"do": "neutral"}], "tags": table}
    with pytest.raises(SceneError, match=message):
        clip_from_table(scene, "x", "x.toml")
