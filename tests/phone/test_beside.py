"""What phones send while a camera watches is laid beside its poses: a made-up phone sends over localhost."""

import datetime
import http.client
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from posecheck.capture.markers.phone.absence import UNSEEN_S
from posecheck.capture.markers.phone.beside import LAG_S, LOST_S, Beside
from posecheck.capture.markers.phone.stream import KEPT, SILENT_S, Said, Sent, Streams
from posecheck.core.arrays import Floats
from posecheck.core.frame import Frame
from posecheck.core.pose import Pose, is_there
from posecheck.core.worn.phone import SENT, PhoneReading, is_read
from posecheck.phone.certificate import certificate
from posecheck.phone.server import STATUS, Server
from tests.support.people import Posture, track_of

AGE_S = 0.11
"""How old the made-up camera's pictures are when they come."""
CAMERA_S, PHONE_S = 40.0, 700.0
"""What the clocks of camera and phone are ahead of this computer's."""


def turn_at(time_s: float) -> float:
    return 40.0 * float(np.sin(2 * np.pi * time_s / 5.0))


class Clock:
    """This computer's clock, set by the test."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Phone:
    """A phone that measures 50 times a second and sends every 60 ms to whoever takes it."""

    def __init__(
        self, take: Callable[[bytes], int], *, belt: bool = False, page: str = "p1", gain: float = 1.0
    ) -> None:
        self.take, self.belt, self.page, self.gain = take, belt, page, gain
        self.zero_s = PHONE_S + 77.0 * belt
        self.measured_s = 100.0
        self.lean_deg, self.epoch = 2.0, 1
        self.waiting: list[list[float]] = []
        self.answers: list[int] = []

    def until(self, now: float) -> None:
        """Measure and send what it does until a time by this computer's clock, which is then."""
        while self.measured_s + 0.02 < now:
            self.measured_s += 0.02
            turn = self.gain * turn_at(self.measured_s) + 3.0
            self.waiting.append([self.measured_s + self.zero_s, turn, self.lean_deg, -1.0, self.epoch])
        if len(self.waiting) >= 3:
            told = {"page": self.page, "belt": self.belt, "rows": self.waiting}
            self.answers.append(self.take(json.dumps(told).encode()))
            self.waiting = []


def straight(streams: Streams) -> Callable[[bytes], int]:
    def take(body: bytes) -> int:
        sent = Sent.read(body)
        assert sent is not None
        return STATUS[streams.add(sent)]

    return take


def frame_at(time_s: float, brightness: int = 120) -> Frame:
    return Frame(0, time_s, np.full((80, 80, 3), brightness, np.uint8))


class Watched:
    """A camera that sees somebody turn, with pictures AGE_S old, and what is laid beside its poses."""

    def __init__(self, streams: Streams, clock: Clock, phones: list[Phone], read: Callable[[float], float]) -> None:
        self.beside, self.clock, self.phones, self.read = Beside(streams), clock, phones, read
        self.gain = 0.8
        self.subject, self.beside_px, self.walks_px_s = 0, 0.0, 0.0
        self.poses: list[Pose | None] = []
        self.times: list[float] = []

    def until(self, end_s: float, *, seen: bool = True, brightness: int = 120) -> None:
        while self.clock.now < end_s:
            self.clock.now += 1 / 30
            self.beside_px += self.walks_px_s / 30
            taken_s = self.clock.now - AGE_S
            frame = frame_at(taken_s + AGE_S + CAMERA_S, brightness)
            self.beside.came(frame.time_s)
            for phone in self.phones:
                phone.until(self.clock.now)
            pose = self._pose(taken_s) if seen else None
            self.poses.append(self.beside.lay(frame, pose))
            self.times.append(taken_s)

    def _pose(self, taken_s: float) -> Pose:
        found = track_of([Posture(rotation=self.gain * turn_at(taken_s))]).pose(0)
        assert found is not None
        time_s, image_xy = taken_s + AGE_S + CAMERA_S, found.image_xy + np.array([self.beside_px, 0.0])
        found = replace(found, time_s=time_s, image_xy=image_xy, subject=self.subject)
        turn = self.read(taken_s)
        nan = float("nan")
        if not np.isfinite(turn):
            return found
        return replace(found, phone=PhoneReading(round(turn), nan, nan, nan, 1.0, 20.0, 300.0, 300.0).pack())

    def state(self) -> str:
        return self.beside.state

    def said(self, *, belt: bool = False, last: int = 150) -> tuple[Floats, PhoneReading]:
        """Return when the last pictures were taken, and what was laid beside them."""
        packed = [pose.belt_phone if belt else pose.phone for pose in self.poses[-last:] if pose is not None]
        return np.array(self.times[-last:]), PhoneReading.unpack(np.array(packed, np.float64))


def hidden(taken_s: float) -> float:
    return float("nan")


def test_clocks_meet_by_the_motion_where_the_screen_is_never_seen() -> None:
    clock = Clock()
    streams = Streams(clock)
    phone = Phone(straight(streams))
    watched = Watched(streams, clock, [phone], hidden)
    watched.until(102.0)
    assert (watched.beside.lag_s, watched.beside.lag_by) == (LAG_S, "nothing")
    watched.until(115.0)
    assert watched.beside.lag_by == "motion"
    # Half of what the shoulders say, and half of what cameras usually have.
    assert watched.beside.lag_s == pytest.approx((AGE_S + LAG_S) / 2, abs=0.02)
    assert watched.state() == "on"
    times, said = watched.said()
    assert said.turn_deg == pytest.approx([turn_at(t) + 3.0 for t in times], abs=2.0)
    assert (said.quality == SENT).all()
    assert (said.epoch == 1).all()
    assert said.lean_deg == pytest.approx(2.0)


def test_clocks_meet_by_the_screen_where_it_is_seen_now_and_then_and_the_second_phones_with_them() -> None:
    clock = Clock()
    streams = Streams(clock)
    phones = [Phone(straight(streams)), Phone(straight(streams), belt=True, page="p2", gain=0.1)]

    def sometimes(taken_s: float) -> float:
        return turn_at(taken_s) + 3.0 if int(taken_s * 3) % 2 else float("nan")

    watched = Watched(streams, clock, phones, sometimes)
    watched.until(112.0)
    assert watched.beside.lag_by == "screen"
    assert watched.beside.lag_s == pytest.approx(AGE_S, abs=0.02)
    times, said = watched.said()
    assert said.turn_deg == pytest.approx([turn_at(t) + 3.0 for t in times], abs=1.2)
    # Where the screen is seen as well, its shape is kept, and it does not count as sent alone.
    seen = np.isfinite(said.facing_deg)
    assert 0.3 < seen.mean() < 0.7
    assert (said.quality[~seen] == SENT).all()
    assert not (said.quality[seen] == SENT).any()
    _, belt = watched.said(belt=True)
    assert belt.turn_deg == pytest.approx([0.1 * turn_at(t) + 3.0 for t in times], abs=0.3)


def test_a_phone_that_sends_nothing_any_more_is_lost_and_goes_on_no_longer_than_its_last_turn() -> None:
    clock = Clock()
    streams = Streams(clock)
    phone = Phone(straight(streams))
    watched = Watched(streams, clock, [phone], hidden)
    watched.until(110.0)
    watched.phones = []
    watched.until(110.0 + LOST_S / 2)
    assert watched.state() == "on"
    assert not is_read(np.array([pose.phone for pose in watched.poses[-5:] if pose is not None])).any()
    watched.until(111.5)
    assert watched.state() == "lost"
    watched.phones = [phone]
    watched.until(113.0)
    assert watched.state() == "on"


def test_a_phones_clock_that_stood_still_is_noticed_and_what_was_held_up_is_not_taken_for_that() -> None:
    clock = Clock()
    streams = Streams(clock)
    phone = Phone(straight(streams))
    watched = Watched(streams, clock, [phone], hidden)
    watched.until(110.0)
    # The network is away for four seconds: what was measured then comes late.
    watched.phones = []
    watched.until(114.0)
    watched.phones = [phone]
    watched.until(116.0)
    times, said = watched.said(last=30)
    assert said.turn_deg == pytest.approx([turn_at(t) + 3.0 for t in times], abs=2.5)
    phone.zero_s -= 4.0
    phone.waiting, phone.measured_s = [], clock.now + 4.0
    watched.until(122.0)
    assert watched.state() == "lost"
    watched.until(165.0)
    assert watched.state() == "on"
    times, said = watched.said(last=30)
    assert said.turn_deg == pytest.approx([turn_at(t) + 3.0 for t in times], abs=2.5)


def test_a_page_that_is_opened_anew_counts_from_another_zero_on_the_screen_too() -> None:
    clock = Clock()
    streams = Streams(clock)
    phone = Phone(straight(streams))
    watched = Watched(streams, clock, [phone], lambda taken_s: turn_at(taken_s) + 3.0)
    watched.until(106.0)
    again = Phone(straight(streams), page="p9")
    again.measured_s, again.zero_s = clock.now, 5.0
    watched.phones = [phone, again]
    watched.until(109.0)
    assert set(again.answers) == {423}, "the first one sends still"
    assert (watched.said(last=30)[1].epoch == 1).all()
    again.waiting, again.measured_s = [], clock.now + SILENT_S
    watched.phones = [again]
    watched.until(118.0)
    assert set(again.answers) == {423, 204}
    times, said = watched.said(last=60)
    assert (said.epoch == 3).all()
    assert said.turn_deg == pytest.approx([turn_at(t) + 3.0 for t in times], abs=2.0)
    watched.phones = []
    watched.until(118.5)
    assert (watched.said(last=5)[1].epoch == 3).all()
    assert phone.take(json.dumps({"page": "p1", "belt": False, "rows": [[999.0, 1, 1, 1, 1]]}).encode()) == 409


def test_in_the_dark_a_phone_that_sends_stands_for_its_wearer_as_long_as_it_is_dark() -> None:
    clock = Clock()
    streams = Streams(clock)
    watched = Watched(streams, clock, [Phone(straight(streams))], hidden)
    watched.until(104.0)
    watched.until(104.0 + 3 * UNSEEN_S, seen=False, brightness=5)
    dark = watched.poses[-1]
    assert dark is not None
    assert not dark.found
    assert dark.people == 0
    assert np.isfinite(dark.phone[0])


def test_in_the_light_a_phone_stands_for_its_wearer_for_a_bounded_time() -> None:
    clock = Clock()
    streams = Streams(clock)
    watched = Watched(streams, clock, [Phone(straight(streams))], hidden)
    watched.until(101.0, seen=False)
    assert watched.poses[-1] is None, "nobody was seen before"
    watched.until(104.0)
    watched.until(104.0 + UNSEEN_S - 0.2, seen=False)
    assert all(is_there(pose) for pose in watched.poses[-30:])
    watched.until(104.0 + UNSEEN_S + 0.3, seen=False)
    assert watched.poses[-1] is None


def test_whoever_leaves_the_picture_or_puts_the_phone_down_is_not_stood_for() -> None:
    def lost_after(moved: Callable[[Watched, Phone], None]) -> Pose | None:
        clock = Clock()
        streams = Streams(clock)
        phone = Phone(straight(streams))
        watched = Watched(streams, clock, [phone], hidden)
        watched.until(104.0)
        moved(watched, phone)
        watched.until(clock.now + 0.6, seen=False)
        return watched.poses[-1]

    def walks(watched: Watched, _: Phone) -> None:
        watched.walks_px_s = 300.0
        watched.until(watched.clock.now + 1.0)

    def at_the_edge(watched: Watched, _: Phone) -> None:
        watched.beside_px = 390.0
        watched.until(watched.clock.now + 1.0)

    def puts_it_down(_: Watched, phone: Phone) -> None:
        phone.lean_deg = 80.0

    def opens_its_page_again(watched: Watched, phone: Phone) -> None:
        phone.epoch = 0

    assert lost_after(lambda watched, phone: None) is not None
    for moved in (walks, at_the_edge, puts_it_down, opens_its_page_again):
        assert lost_after(moved) is None, moved


def test_who_is_found_again_where_they_were_lost_is_the_same_person_and_elsewhere_another_one() -> None:
    for beside_px, subject in ((0.0, 0), (200.0, 1)):
        clock = Clock()
        streams = Streams(clock)
        watched = Watched(streams, clock, [Phone(straight(streams))], hidden)
        watched.until(104.0)
        watched.until(108.0, seen=False)
        # Whoever appears after three seconds counts as another person.
        watched.subject, watched.beside_px = 1, beside_px
        watched.until(108.5)
        found = watched.poses[-1]
        assert found is not None
        assert found.subject == subject
        # What is known of them is known on.
        watched.until(109.5, seen=False)
        again = watched.poses[-1]
        assert again is not None
        assert again.subject == subject


def test_readings_of_an_hour_take_no_more_room_than_those_of_a_minute() -> None:
    clock = Clock()
    streams = Streams(clock)
    for i in range(40):
        rows = [[i * 600 + k + 1.0, 1.0, 0.0, 0.0, 0] for k in range(600)]
        assert streams.add(Sent("a", False, np.array(rows, np.float64))) is Said.TAKEN
    heard = streams.heard()
    assert heard is not None
    assert KEPT <= len(heard.record.time_s) <= 2 * KEPT
    assert heard.record.time_s[-1] == 24_000.0


@pytest.fixture
def link(tmp_path: Path) -> Iterator[tuple[Clock, Streams, Callable[[bytes], int]]]:
    secret = certificate(tmp_path, ["127.0.0.1"], datetime.datetime.now(datetime.UTC))
    clock = Clock()
    streams = Streams(clock)
    with Server("127.0.0.1", 0, secret, None, "en", streams=streams) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        context = ssl.create_default_context(cafile=str(secret))
        over = http.client.HTTPSConnection("127.0.0.1", server.server_address[1], context=context, timeout=20)

        def take(body: bytes) -> int:
            over.request("POST", "/readings", body, {"X-Posecheck": server.key})
            answer = over.getresponse()
            answer.read()
            return answer.status

        yield clock, streams, take
        over.close()
        server.shutdown()


def test_what_comes_over_a_connection_is_laid_beside_the_poses(
    link: tuple[Clock, Streams, Callable[[bytes], int]],
) -> None:
    clock, streams, take = link
    phone = Phone(take)
    watched = Watched(streams, clock, [phone], hidden)
    watched.until(108.0)
    assert set(phone.answers) == {204}
    assert watched.beside.lag_by == "motion"
    times, said = watched.said(last=60)
    assert said.turn_deg == pytest.approx([turn_at(t) + 3.0 for t in times], abs=2.0)
