"""A rendered person's phone: its marker is the program's, though drawn independently; its sensors err as they may."""

import numpy as np
import pytest

from posecheck.capture.markers.phone.code import Message, grid
from research.synthetic.scene.phone import Phone, cells, random_phone, run, texture
from research.synthetic.scene.scene import SceneError, clip_from_table


def test_both_draw_the_same_cells() -> None:
    for number in [*range(0, 65536, 997), 65535]:
        np.testing.assert_array_equal(cells(number), grid(number))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_minute_of_measuring_drifts_by_less_than_four_degrees(seed: int) -> None:
    # Rounding to 0.1 degrees a second leaves up to half of that as a bias.
    time_s = np.arange(0.0, 60.0, 1 / 15)
    true = np.stack([40.0 * np.sin(time_s / 3.0), 5.0 + 0.0 * time_s, -3.0 + 0.0 * time_s], axis=1)
    screen = run(Phone(seed=seed), time_s, true)
    turned = np.interp(screen.log[:, 0], time_s, true[:, 0])
    off = np.abs(screen.log[:, 1] - turned)
    assert off.max() < 4.0
    assert off[:600].max() < 1.0
    said = [Message.of(int(number)) for number in screen.message]
    leans = [message.slow for message in said if message.kind == "lean"]
    sides = [message.slow for message in said if message.kind == "side"]
    assert np.mean(leans) == pytest.approx(5.0, abs=0.5)
    assert np.mean(sides) == pytest.approx(-3.0, abs=0.5)
    shown = np.array([message.turn for message in said])
    # A marker says what the turn will be in the middle of its time on the screen.
    due = np.interp(screen.time_s + 0.025, time_s, true[:, 0])
    assert np.abs(shown - due)[5:].max() < 5.0


def test_a_screen_may_show_two_numbers() -> None:
    phone = Phone(white=1.0, black=0.0)
    first, second = texture(phone, 1, 1, 1.0), texture(phone, 2, 2, 1.0)
    both = texture(phone, 1, 2, 0.5)
    half = len(both) // 2
    np.testing.assert_array_equal(both[: half - 1], first[: half - 1])
    np.testing.assert_array_equal(both[half + 1 :], second[half + 1 :])


def test_a_scene_file_may_hold_a_phone() -> None:
    scene = {"stretch": "chair-twist", "seed": 1, "motion": [{"do": "neutral"}], "phone": {"crooked_deg": 4.0}}
    clip = clip_from_table(scene, "one", "one.toml")
    assert clip.phone == Phone(crooked_deg=4.0)
    with pytest.raises(SceneError, match="phone"):
        clip_from_table(scene | {"phone": {"colour": 1.0}}, "one", "one.toml")
    assert random_phone(np.random.default_rng(1)) == random_phone(np.random.default_rng(1))
