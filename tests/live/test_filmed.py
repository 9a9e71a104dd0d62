"""A film that the browser made goes with the set: also over pauses, and only in the form that our page sends."""

import numpy as np
import pytest

from posecheck.live.remote import wire
from posecheck.live.remote.filmed import BEGUN, FACT, MOST_PARTS, Filmed
from posecheck.live.remote.viewer import RemoteViewer, Wish
from posecheck.live.remote.wire import Received
from tests.support.remote import FPS, STRETCH, frames

NAME = "posecheck-2026-11-30-141105"
BEGIN_S = 2.0
LATER_S = 500.0
"""The page was opened long before the first frame."""


def told(
    pause_s: float = 0.0, block: int = 1, film: bool = True, late_s: float = 0.0
) -> tuple[Filmed | None, np.ndarray]:
    """Return what is noted of a film, and the moments of the set by its own clock.

    Args:
        pause_s: How long the set is paused after 60 % of its frames.
        block: How many frames come together.
        film: Whether there is a film.
        late_s: How much later all arrives from that moment on.
    """
    viewer = RemoteViewer(Wish(STRETCH))
    if film:
        viewer.ask(f"film {round(1000 * (LATER_S + BEGIN_S))} {NAME}")
    sent = frames()
    cut = round(0.6 * len(sent)) // block * block
    number = 0
    for k, part in [(i, sent[i : i + block]) for i in range(0, len(sent), block)]:
        if k == cut and pause_s:
            viewer.ask("toggle")
            for _ in range(round(pause_s * FPS)):
                number += 1
                still = Received(LATER_S + number / FPS, number, (640, 480), sent[k].pose)
                viewer.frames(wire.write([still]), number / FPS)
            viewer.ask("toggle")
        timed = []
        for one in part:
            number += 1
            timed.append(Received(LATER_S + number / FPS, number, one.size_wh, one.pose))
        viewer.frames(wire.write(timed), number / FPS + (late_s if k >= cut else 0.0))
    viewer.end()
    (kept,) = viewer.sets()
    track = kept.opened().analysis.track
    return Filmed.of(track.about), track.time_s[track.found]


@pytest.mark.parametrize("block", [1, 3])
@pytest.mark.parametrize("pause_s", [0.0, 7.0])
def test_a_moment_of_the_set_is_found_in_the_film(pause_s: float, block: int) -> None:
    filmed, set_s = told(pause_s, block)
    assert filmed is not None
    assert filmed.name == NAME
    film_s = filmed.at(set_s)
    # The last frame is the last that was sent, and each is a twenty-fifth of a second after the one before.
    total = len(frames()) + (round(pause_s * FPS) if pause_s else 0)
    assert film_s[-1] == pytest.approx(total / FPS - BEGIN_S, abs=0.01)
    steps = np.diff(film_s)
    assert np.median(steps) == pytest.approx(1 / FPS, abs=1e-3)
    long = steps[steps > 1.5 / FPS]
    assert len(long) == (1 if pause_s else 0)
    assert long.sum() == pytest.approx(pause_s and pause_s + 1 / FPS, abs=0.05)


def test_a_server_that_falls_behind_moves_nothing_in_the_film() -> None:
    filmed, set_s = told(late_s=6.0)
    assert filmed is not None
    assert len(filmed.set_s) == 2
    film_s = filmed.at(set_s)
    assert film_s[-1] == pytest.approx(len(frames()) / FPS - BEGIN_S, abs=0.01)
    np.testing.assert_allclose(np.diff(film_s), 1 / FPS, atol=1e-3)


def test_without_a_film_nothing_is_noted() -> None:
    assert told(film=False)[0] is None


@pytest.mark.parametrize(
    "fact",
    [
        "",
        NAME,
        f"{NAME};",
        f"{NAME};0.0000:1",
        f"{NAME};nan:1.0000",
        f"{NAME};1.0000:2.0000;0.5000:1.0000",
        f"../{NAME};0.0000:1.0000",
        NAME + MOST_PARTS * ";1.0000:1.0000",
        NAME + "".join(f";{i}.0000:1.0000" for i in range(MOST_PARTS + 1)),
    ],
)
def test_a_fact_of_another_form_is_none(fact: str) -> None:
    assert Filmed.of({FACT: fact}) is None


@pytest.mark.parametrize(
    "said", ["film", f"film -1 {NAME}", f"film 1e9 {NAME}", f"film 12 {NAME};x", "film 12 <b>", "end"]
)
def test_what_no_page_says_of_a_film_is_not_taken(said: str) -> None:
    assert BEGUN.fullmatch(said) is None
