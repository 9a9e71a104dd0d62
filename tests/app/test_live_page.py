"""What runs behind the live page, without a browser: frames in, drawn pictures out, places, and what is said."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from posecheck.app.base import pose_model
from posecheck.app.streaming import after_set, capacity, webcam
from posecheck.app.streaming.capacity import Capacity
from posecheck.app.streaming.feed import KEPT_SAYINGS, Feed, Wish
from posecheck.app.streaming.processor import Processor
from posecheck.assessment.analysis import judge
from posecheck.core.errors import InputError, ModelError
from posecheck.core.i18n import ENGLISH
from posecheck.live.coach import Engine
from posecheck.live.guide import GuideStep
from posecheck.live.kept import put_away
from posecheck.live.sets import Set
from posecheck.stretches.library import find_stretch
from research.harness.replayed import STRETCH, TOO_FAR, ReplayedEngine, true_track
from tests.support.people import Posture, track_of

pytestmark = pytest.mark.skipif(not TOO_FAR.is_file(), reason="sample clips are not here")
WISH = Wish(find_stretch(STRETCH).for_age(None))


@pytest.fixture(autouse=True)
def places(monkeypatch: pytest.MonkeyPatch) -> Capacity:
    """Return a machine with two places."""
    held = Capacity(2)
    monkeypatch.setattr("posecheck.app.streaming.processor.places", lambda: held)
    return held


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch, places: Capacity) -> Iterator[list[ReplayedEngine]]:
    """Put replayed engines in place of the model's; every one is closed at the end, and its place is free."""
    made: list[ReplayedEngine] = []

    def new() -> Engine:
        made.append(ReplayedEngine(true_track()))
        return made[-1]

    monkeypatch.setattr(pose_model, "new_engine", new)
    yield made
    assert all(one.closed for one in made)
    assert places.taken == 0


def shot(time_s: float, size_wh: tuple[int, int] = (640, 480)) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(np.full((size_wh[1], size_wh[0], 3), 90, np.uint8), format="rgb24")
    frame.pts, frame.time_base = round(time_s * 90_000), Fraction(1, 90_000)
    return frame


def started(feed: Feed) -> Processor:
    feed.want(WISH)
    return Processor(feed)


def test_the_camera_goes_down_the_same_path(engines: list[ReplayedEngine]) -> None:
    feed = Feed()
    processor = started(feed)
    titles = []
    for i in range(266):
        drawn = processor.recv(shot(i / 25))
        assert (drawn.width, drawn.height) > (639, 480)
        state = feed.newest().state
        assert state is not None
        titles.append(state.title)
    assert any(title.startswith("Stop: arched back too far") for title in titles)
    assert not feed.newest().sets
    processor.on_ended()
    processor.on_ended()
    news = feed.newest()
    assert [done.summary.verdict for done in news.sets] == ["stop"]
    last = shot(11)
    assert processor.recv(last) is last
    assert len(news.sayings) <= KEPT_SAYINGS
    assert any(one.level == "stop" for _, one in news.sayings)
    numbers = [number for number, _ in news.sayings]
    assert numbers == sorted(set(numbers))


def test_a_warning_is_drawn_into_the_returned_picture(engines: list[ReplayedEngine]) -> None:
    feed = Feed()
    processor = started(feed)
    warned: list[NDArray[np.int64]] = []
    calm: list[NDArray[np.int64]] = []
    for i in range(200):
        drawn = np.asarray(processor.recv(shot(i / 25)).to_ndarray(format="rgb24"))
        state = feed.newest().state
        assert state is not None
        (warned if state.title.startswith("Stop") else calm).append(drawn[4, 4].astype(int))
    processor.on_ended()
    # The header is red on a stop, and at no other time.
    assert warned
    assert all(abs(pixel - (168, 56, 0)).max() < 12 for pixel in warned)
    assert all(abs(pixel - (168, 56, 0)).max() > 60 for pixel in calm)


def test_times_from_the_camera_grow_and_sizes_may_change(engines: list[ReplayedEngine]) -> None:
    feed = Feed()
    processor = started(feed)
    times = []
    for time_s, size in [(0, (640, 480)), (0.2, (320, 240)), (0.1, (480, 640)), (0.1, (640, 480))]:
        drawn = processor.recv(shot(time_s, size))
        assert drawn.width == (960 if size[0] > size[1] else size[0])
        moment = feed.newest().moment
        assert moment is not None
        times.append(moment.frame.time_s)
    assert times == sorted(set(times))
    processor.on_ended()


def test_a_set_knows_whether_the_lighter_model_read_it_or_a_part_of_it() -> None:
    track = true_track()
    done = put_away(Set(judge(track, WISH.stretch), datetime(2026, 5, 4, 12, tzinfo=UTC), "asked"))
    feed = Feed()
    for light, other in ((False, False), (True, True), (True, True), (False, True), (False, False)):
        feed.light = light
        feed.add([])
        feed.add([done])
        assert feed.newest().sets[-1].other_model is other


@pytest.mark.usefixtures("plain_geometry")
def test_both_hands_up_before_a_set_ask_to_fill_the_window(monkeypatch: pytest.MonkeyPatch, places: Capacity) -> None:
    # Seen from the front, so that the guide asks this person to turn before anything is measured.
    track = track_of([Posture(shoulder_flexion=(175.0, 175.0))] * 60, azimuth=0.0)
    made = ReplayedEngine(track)
    monkeypatch.setattr(pose_model, "new_engine", lambda: made)
    feed = Feed()
    processor = started(feed)
    for i in range(60):
        processor.recv(shot(i / 25))
    moment = feed.newest().moment
    assert moment is not None
    assert (moment.phase, moment.guidance.step) == ("guide", GuideStep.VIEW)
    assert feed.newest().fills == 1
    processor.on_ended()


def test_another_stretch_ends_the_set_and_begins_anew(engines: list[ReplayedEngine]) -> None:
    feed = Feed()
    processor = started(feed)
    for i in range(100):
        processor.recv(shot(i / 25))
    feed.want(Wish(WISH.stretch, age=70))
    processor.recv(shot(4.0))
    news = feed.newest()
    assert news.moment is not None
    assert news.moment.phase == "guide"
    assert len(news.sets) == 1
    assert len(engines) == 1
    processor.on_ended()


def test_what_the_page_asks_for_reaches_the_coach(engines: list[ReplayedEngine]) -> None:
    feed = Feed()
    processor = started(feed)
    for i in range(100):
        processor.recv(shot(i / 25))
    feed.ask("toggle")
    processor.recv(shot(4.0))
    news = feed.newest()
    assert news.moment is not None
    assert news.moment.phase == "paused"
    feed.ask("end")
    processor.recv(shot(4.1))
    assert len(feed.newest().sets) == 1
    processor.on_ended()
    assert len(feed.newest().sets) == 1


def test_who_comes_when_it_is_full_is_told_so(engines: list[ReplayedEngine], places: Capacity) -> None:
    present = [started(Feed()), started(Feed())]
    for processor in present:
        processor.recv(shot(0.0))
    feed = Feed()
    late = started(feed)
    drawn = late.recv(shot(0.0))
    assert places.full
    assert "as many people as it can" in (feed.newest().problem or "")
    assert drawn.height > 480
    assert len(engines) == 2
    present[0].on_ended()
    late.on_ended()
    again = started(feed)
    again.recv(shot(0.0))
    assert feed.newest().problem is None
    for processor in (present[1], again):
        processor.on_ended()


def test_a_place_left_without_a_word_is_free_again(monkeypatch: pytest.MonkeyPatch) -> None:
    places = Capacity(1)
    place = places.enter()
    assert place is not None
    assert places.enter() is None
    monkeypatch.setattr(capacity, "IDLE_S", 0.0)
    time.sleep(0.01)
    assert places.enter() is not None
    place.leave()
    place.leave()


def test_a_machine_at_its_limit_takes_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    places = Capacity(9)
    place = places.enter()
    assert place is not None
    clock = [time.monotonic()]
    monkeypatch.setattr("posecheck.app.streaming.capacity.time.monotonic", lambda: clock[0])
    for _ in range(120):  # 5 frames a second, each of which takes all of its time
        clock[0] += 0.2
        place.served(0.19)
    assert place.slow
    assert places.enter() is None
    for _ in range(120):  # the same rate from a slow camera
        clock[0] += 0.2
        place.served(0.02)
    assert not place.slow
    assert places.enter() is not None


def test_who_was_served_slowly_and_closed_the_page_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    places = Capacity(9)
    place = places.enter()
    assert place is not None
    clock = [time.monotonic()]
    monkeypatch.setattr("posecheck.app.streaming.capacity.time.monotonic", lambda: clock[0])
    for _ in range(120):
        clock[0] += 0.2
        place.served(0.19)
    assert places.full
    clock[0] += capacity.WINDOW_S
    assert not places.full


@pytest.mark.parametrize("wrong", ["0", "-1", "many", "1.5"])
def test_the_number_of_places_is_a_number(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv(capacity.MOST, wrong)
    with pytest.raises(InputError, match="expected a whole number above 0"):
        capacity.most()
    monkeypatch.setenv(capacity.MOST, "7")
    assert capacity.most() == 7


def test_a_model_that_is_missing_is_told_to_the_page(monkeypatch: pytest.MonkeyPatch, places: Capacity) -> None:
    def missing() -> Engine:
        raise ModelError("model full: nowhere to be had")

    monkeypatch.setattr(pose_model, "new_engine", missing)
    feed = Feed()
    processor = started(feed)
    assert processor.recv(shot(0.0)).height > 480
    assert feed.newest().problem == "model full: nowhere to be had"
    assert places.taken == 0


def test_an_engine_that_dies_for_good_frees_the_place(
    engines: list[ReplayedEngine], places: Capacity, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = Feed()
    processor = started(feed)
    processor.recv(shot(0.0))

    def dead(frame: object) -> None:
        raise ModelError("the pose engine ended 3 times")

    monkeypatch.setattr(engines[0], "estimate", dead)
    processor.recv(shot(0.1))
    assert feed.newest().problem == "the pose engine ended 3 times"
    assert places.taken == 0


def test_a_camera_that_falls_silent_is_noticed(engines: list[ReplayedEngine], monkeypatch: pytest.MonkeyPatch) -> None:
    feed = Feed()
    processor = started(feed)
    assert not feed.newest().silent
    processor.recv(shot(0.0))
    assert not feed.newest().silent
    monkeypatch.setattr("posecheck.app.streaming.feed.SILENT_S", 0.0)
    time.sleep(0.01)
    assert feed.newest().silent
    processor.on_ended()


def test_many_connects_leave_nothing(engines: list[ReplayedEngine], places: Capacity) -> None:
    before = threading.active_count()
    for _ in range(20):
        feed = Feed()
        processor = started(feed)
        processor.recv(shot(0.0))
        processor.on_ended()
    assert places.taken == 0
    assert threading.active_count() == before


def test_a_set_is_opened_as_a_recording_without_a_picture_of_the_person(
    engines: list[ReplayedEngine], tmp_path_factory: pytest.TempPathFactory
) -> None:
    feed = Feed()
    processor = started(feed)
    for i in range(120):
        processor.recv(shot(i / 25))
    processor.on_ended()
    done = feed.newest().sets[0].opened()
    folder = tmp_path_factory.mktemp("set")
    loaded = after_set.loaded(done, folder, lambda share, text: None)
    assert loaded.analysis is done.analysis
    names = {path.name for path in folder.iterdir()}
    assert {"annotated.mp4", "landmarks.npz", "summary.json", "angles.csv", "events.csv"} <= names
    with av.open(str(folder / "annotated.mp4")) as film:
        pictures = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    assert len(pictures) == len(done.analysis.track)
    corner = pictures[0][150:170, 5:25].reshape(-1, 3).mean(axis=0)
    np.testing.assert_allclose(corner, after_set.GROUND, atol=6)
    assert ENGLISH.gettext(done.name) == done.name


def test_an_engine_is_started_ahead_taken_once_and_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[ReplayedEngine] = []

    def start() -> Engine:
        made.append(ReplayedEngine(true_track()))
        return made[-1]

    spare = pose_model.Spare(start)
    spare.prepare()
    spare.prepare()
    assert len(made) == 1
    assert spare.take() is made[0]
    assert spare.take() is made[1]
    assert [one.closed for one in made] == [0, 0]
    monkeypatch.setattr(pose_model, "SPARE_S", 0.01)
    spare.prepare()
    end = time.monotonic() + 10
    while not made[2].closed and time.monotonic() < end:
        time.sleep(0.01)
    assert made[2].closed == 1
    spare.drop()


def test_no_server_outside_is_asked_unless_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(webcam.ICE_SERVERS, raising=False)
    assert webcam.ice_servers() == []
    monkeypatch.setenv(webcam.ICE_SERVERS, '[{"urls": "turn:example.org:3478"}]')
    assert webcam.ice_servers() == [{"urls": "turn:example.org:3478"}]
    for wrong in ("stun:x", "{}", "[1]"):
        monkeypatch.setenv(webcam.ICE_SERVERS, wrong)
        with pytest.raises(InputError, match="expected a JSON list"):
            webcam.ice_servers()
