"""The same seed gives the same picture; the committed samples are what their scenes say."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from research.synthetic.__main__ import main
from research.synthetic.output.film import write_clip
from research.synthetic.output.render import Scene, render_clip
from research.synthetic.scene.motion import Step
from research.synthetic.scene.scene import SceneError, load_clip, scene_files
from research.synthetic.scenes import SPLITS, random_clip

SAMPLES = Path(__file__).parents[3] / "sample_videos"
SCENES = sorted(SAMPLES.glob("*.toml"))


@pytest.mark.parametrize("path", [*scene_files(), *SCENES], ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_every_scene_loads(path: Path) -> None:
    clip = load_clip(path)
    assert clip.shows
    assert clip.motion


def test_same_seed_same_pixels() -> None:
    clip = random_clip("chair-twist", 3, size_wh=(160, 120))
    first, second = Scene(clip).picture(20), Scene(clip).picture(20)
    assert np.array_equal(first, second)
    assert first.shape == (120, 160, 3)
    other = Scene(random_clip("chair-twist", 4, size_wh=(160, 120))).picture(20)
    assert not np.array_equal(first, other)


def test_a_frame_does_not_depend_on_the_frames_before() -> None:
    clip = replace(random_clip("standing-twist", 1, size_wh=(96, 72)), fps=5.0)
    in_order = [rgb for rgb, _ in render_clip(clip)]
    assert np.array_equal(in_order[7], Scene(clip).picture(7))


def test_nobody_is_drawn_in_an_empty_room() -> None:
    clip = random_clip("standing-twist", 2, kind="empty", size_wh=(96, 72))
    clip = replace(clip, noise=0.0)
    scene = Scene(clip)
    assert not scene.truth(0).present
    person = Scene(replace(clip, motion=(Step("hold", seconds=1.0),)))
    assert not np.array_equal(scene.picture(0), person.picture(0))


def test_the_splits_share_nothing() -> None:
    dev, test = ([random_clip("chair-twist", i, split) for i in range(40)] for split in SPLITS)
    assert not {c.shape for c in dev} & {c.shape for c in test}
    assert not {c.look for c in dev} & {c.look for c in test}
    assert not {c.camera for c in dev} & {c.camera for c in test}
    assert not {c.seed for c in dev} & {c.seed for c in test}
    assert random_clip("chair-twist", 5, "dev") == random_clip("chair-twist", 5, "dev")


def test_samples_are_few_and_small() -> None:
    films = sorted(SAMPLES.glob("*.mp4"))
    assert 8 <= len(films) <= 14
    assert sum(p.stat().st_size for p in SAMPLES.iterdir()) < 8_000_000
    for film in films:
        assert film.with_suffix(".toml").exists()
        assert film.with_name(f"{film.stem}.truth.json").exists()


@pytest.mark.parametrize("path", SCENES, ids=lambda p: p.stem)
def test_a_sample_is_its_scene(path: Path) -> None:
    truth = json.loads(path.with_name(f"{path.stem}.truth.json").read_text(encoding="utf-8"))
    clip = load_clip(path)
    clip = clip.sized((truth["size_wh"][0], truth["size_wh"][1]))
    scene = Scene(clip)
    assert truth["frames"] == len(scene)
    index = len(scene) // 2
    now = scene.truth(index)
    then = np.array([row[2 * index : 2 * index + 2] for row in truth["image_xy_px"]])
    np.testing.assert_allclose(now.image_xy, then, atol=0.2)
    with av.open(str(path.with_suffix(".mp4"))) as film:
        stream = film.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        for i, frame in enumerate(film.decode(stream)):
            if i == index:
                shown = frame.to_ndarray(format="rgb24").astype(float)
    difference = np.abs(shown - scene.picture(index))
    assert difference.mean() < 5.0
    assert np.percentile(difference, 99) < 30.0


def test_a_clip_is_written_with_its_events(tmp_path: Path) -> None:
    clip = random_clip("chair-twist", 8, size_wh=(64, 48), kind="one-side")
    steps = (
        Step("neutral", seconds=0.6),
        Step("move", to={"trunk_rotation": 55.0}, speed_deg_s=90.0),
        Step("hold", seconds=1),
    )
    clip = replace(clip, motion=steps, fps=10.0, name="short")
    film, truth = write_clip(clip, tmp_path)
    table = json.loads(truth.read_text(encoding="utf-8"))
    assert film.stat().st_size > 500
    stops = [e for e in table["events"] if e["level"] == "stop" and e["kind"] == "over"]
    assert [e["angle"] for e in stops] == ["trunk_rotation"]
    assert 54.0 < stops[0]["worst_deg"] < 58.0
    assert len(table["angles_deg"]["trunk_rotation"]) == table["frames"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('stretch = "handstand"\nseed = 1', "a.toml: stretch: expected one of"),
        ('stretch = "lunge"\nseed = "x"', "a.toml: seed: expected a whole number, found 'x'"),
        ('stretch = "lunge"\nseed = 1', "a.toml: motion: expected at least one step, found none"),
        ('stretch = "lunge"\nseed = 1\n[[motion]]\ndo = "fly"', "a.toml: motion.do: expected one of"),
        (
            'stretch = "lunge"\nseed = 1\n[body]\nweight = 3\n[[motion]]\ndo = "hold"',
            "a.toml: body.weight: expected 0 to 1",
        ),
        (
            'stretch = "lunge"\nseed = 1\n[style]\nhair = 4\n[[motion]]\ndo = "hold"',
            "a.toml: style.hair: expected str, found 4",
        ),
        ("stretch = ", "a.toml: expected TOML, found"),
    ],
)
def test_a_bad_scene_gets_one_clear_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SceneError) as caught:
        load_clip(path)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert "chair-twist-over-rotation" in capsys.readouterr().out
    assert main(["still", "lunge", "--size", "64x48", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "lunge.png").exists()
    assert main(["render", str(tmp_path / "none.toml")]) == 1
    assert "none.toml" in capsys.readouterr().err
