"""The phone's page in a real browser: the same bits as in Python, and the turn of made-up sensors."""

import datetime
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect, sync_playwright

from posecheck.capture.markers.phone.code import UNKNOWN, Message, all_grids
from posecheck.capture.markers.phone.record_file import load_records
from posecheck.capture.markers.phone.stream import SILENT_S, Streams
from posecheck.phone.certificate import certificate
from posecheck.phone.page import WORDS
from posecheck.phone.server import Server
from research.harness import browser_app

pytestmark = pytest.mark.skipif(not browser_app.CHROMIUM.is_file(), reason="chromium is not here")

ONE_LINE = "(numbers) => numbers.map((n) => marker.grid(n).flat().join(''))"
SAID = "(messages) => messages.map((m) => marker.number(m))"
HELD = """(plan) => {
  // A phone held upright: gravity along y, turned about the vertical, then leant forward and to the right.
  const instrument = new Instrument(), sender = new Sender(instrument), out = [];
  let time = 0;
  for (const [seconds, rate, lean, side] of plan) {
    for (let i = 0; i < seconds * 60; i++) {
      time += 1000 / 60;
      const l = lean * Math.PI / 180, s = side * Math.PI / 180;
      const up = [Math.sin(s) * Math.cos(l), Math.cos(s) * Math.cos(l), -Math.sin(l)];
      const rates = up.map((v, k) => v * rate + [0.2, -0.3, 0.1][k]);
      instrument.motion({
        timeStamp: time,
        accelerationIncludingGravity: { x: 9.81 * up[0] * SIGN, y: 9.81 * up[1] * SIGN, z: 9.81 * up[2] * SIGN },
        rotationRate: { alpha: rates[0], beta: rates[1], gamma: rates[2] },
      });
    }
    const { turn, lean: leant, side: bent, zeroed, epoch, quality } = instrument;
    out.push({ turn, lean: leant, side: bent, zeroed, epoch, quality, next: sender.next(0.05) });
  }
  return out;
}"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file that the server keeps readings in."""
    return tmp_path_factory.mktemp("kept") / "phone.csv"


@pytest.fixture(scope="module")
def streams() -> Streams:
    """Return what takes readings as they come."""
    return Streams()


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory, kept: Path, streams: Streams) -> Iterator[Page]:
    secret = certificate(tmp_path_factory.mktemp("phone"), ["127.0.0.1"], datetime.datetime.now(datetime.UTC))
    with Server("127.0.0.1", 0, secret, "chair-twist", "en", kept, streams) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = browser_app.launch(playwright)
        page = browser.new_page(ignore_https_errors=True, viewport={"width": 390, "height": 844})
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
        page.goto(server.address("127.0.0.1"))
        yield page
        browser.close()
        server.shutdown()
        # A page without an icon of its own asks for one and gets none.
        # What one of the tests keeps from arriving, or sends by another name, is reported too.
        known = ("404", "409", "423", "ERR_FAILED")
        assert [problem for problem in problems if not any(one in problem for one in known)] == []


@pytest.fixture
def another(phone: Page) -> Iterator[Page]:
    """Return the page, opened once more."""
    browser = phone.context.browser
    assert browser is not None
    page = browser.new_page(ignore_https_errors=True, viewport={"width": 390, "height": 844})
    page.goto(phone.url)
    yield page
    page.close()


def test_every_kind_of_marker_has_the_bits_of_python(phone: Page) -> None:
    numbers = [*range(0, 131072, 197), 65535, 131071]
    drawn = phone.evaluate(ONE_LINE, numbers)
    assert drawn == ["".join(map(str, all_grids()[number].tolist())) for number in numbers]
    messages = [
        Message(turn, epoch, kind, slow)  # type: ignore[arg-type]
        for turn in (-200, UNKNOWN, -127, -1, 0, 45, 127, 300)
        for epoch, kind, slow in ((0, "lean", -60.0), (1, "lean", 0.75), (0, "side", -2.25), (1, "side", 99.0),
                                  (0, "lean", 2.25), (1, "quality", 0), (0, "quality", 3))
    ]  # fmt: skip
    given = [{"turn": m.turn, "epoch": m.epoch, "kind": m.kind, "slow": m.slow} for m in messages]
    assert phone.evaluate(SAID, given) == [m.number() for m in messages]
    second = [one | {"belt": True} for one in given]
    assert phone.evaluate(SAID, second) == [replace(m, belt=True).number() for m in messages]


@pytest.mark.parametrize("sign", [1, -1])
def test_the_turn_is_counted_from_stillness_whatever_sign_gravity_has(phone: Page, sign: int) -> None:
    plan = [[0.5, 0, 0, 0], [1.5, 0, 0, 0], [1.0, 40, 0, 0], [2.0, 0, 10, -6], [2.0, -30, 0, 0], [60, 0, 0, 0]]
    before, zero, left, leant, right, rested = phone.evaluate(HELD.replace("SIGN", str(sign)), plan)
    assert not before["zeroed"]
    assert zero["zeroed"]
    assert zero["turn"] == pytest.approx(0.0, abs=0.1)
    assert left["turn"] == pytest.approx(40.0, abs=0.7)
    assert leant["lean"] == pytest.approx(10.0, abs=1.5)
    assert leant["side"] == pytest.approx(-6.0, abs=1.5)
    assert right["turn"] == pytest.approx(-20.0, abs=0.7)
    assert rested["turn"] == pytest.approx(-20.0, abs=0.7)
    assert Message.of(left["next"]).turn == pytest.approx(43, abs=1)  # what it will be when the camera sees it
    assert Message.of(before["next"]).turn == UNKNOWN
    assert (zero["quality"], rested["quality"], before["quality"]) == (0, 1, 3)


def test_a_pause_of_the_sensors_counts_anew(phone: Page) -> None:
    told = phone.evaluate(
        """() => {
          const instrument = new Instrument();
          const held = (from, to, rate) => {
            for (let t = from; t < to; t += 20) instrument.motion({ timeStamp: t,
              accelerationIncludingGravity: { x: 0, y: 9.8, z: 0 }, rotationRate: { alpha: 0, beta: rate, gamma: 0 } });
            return [instrument.zeroed, instrument.epoch];
          };
          return [held(0, 1500, 0), held(1500, 2500, 30), held(4000, 4400, 0), held(4400, 6000, 0)];
        }"""
    )
    assert told == [[True, 1], [True, 1], [False, 1], [True, 0]]


def test_axes_in_another_order_are_noticed(phone: Page) -> None:
    swapped = phone.evaluate(
        """() => ["xyz", "zxy"].map((order) => {
          const instrument = new Instrument();
          for (let i = 0; i < 90; i++) {
            const angle = i < 60 ? i / 60 : 1, rate = i < 60 ? 60 * 180 / Math.PI / 60 : 0;
            // Lifted into the hand: turned about x, from lying to upright.
            const rates = order === "xyz" ? [rate, 0, 0] : [0, rate, 0];
            instrument.motion({ timeStamp: i * 1000 / 60,
              accelerationIncludingGravity: { x: 0, y: 9.81 * Math.sin(angle), z: 9.81 * Math.cos(angle) },
              rotationRate: { alpha: rates[0], beta: rates[1], gamma: rates[2] } });
          }
          return instrument.swapped;
        })"""
    )
    assert swapped == [False, True]


def shown(phone: Page) -> int:
    """Return the message on the page's screen, from a picture of it."""
    shot = np.frombuffer(phone.locator("#marker").screenshot(), np.uint8)
    picture = np.asarray(cv2.imdecode(shot, cv2.IMREAD_GRAYSCALE))
    height, width = picture.shape
    rows = ((np.arange(12) + 0.5) * height / 12).astype(int)
    columns = ((np.arange(4) + 0.5) * width / 4).astype(int)
    cells = (picture[np.ix_(rows, columns)] > 80).astype(np.uint8)
    return int(np.flatnonzero((all_grids() == cells.ravel()).all(axis=1))[0])


def _is_other(route: Route) -> bool:
    return '"other"' in (route.request.post_data or "")


def test_the_screen_shows_the_turn_of_the_sensors_and_the_server_gets_it(
    phone: Page, kept: Path, streams: Streams
) -> None:
    # The sensors have a clock of their own, so that a slow machine makes no gap in it.
    phone.evaluate(
        """() => {
          Object.assign(window, { speed: 0, until: 1000, clock: 0 });
          window.sensors = () => {
            if (instrument.turn >= window.until) window.speed = 0;
            const event = new DeviceMotionEvent("devicemotion", { interval: 16,
              accelerationIncludingGravity: { x: 0.1, y: 9.8, z: 0.2 },
              rotationRate: { alpha: 0, beta: window.speed, gamma: 0 } });
            window.clock += 16;
            Object.defineProperty(event, "timeStamp", { value: window.clock });
            window.dispatchEvent(event);
          };
          window.timer = setInterval(window.sensors, 16);
        }"""
    )
    phone.evaluate(
        """() => {
          window.heard = [];
          speechSynthesis.speak = (said) => heard.push(said.text);
          const make = AudioContext.prototype.createOscillator;
          AudioContext.prototype.createOscillator = function () { heard.push("tone"); return make.call(this); };
        }"""
    )
    phone.locator("#alone").check()
    phone.locator("#start").click()
    phone.wait_for_function("() => instrument.zeroed", timeout=60_000)
    phone.wait_for_timeout(300)
    assert abs(Message.of(shown(phone)).turn) <= 1
    phone.evaluate("() => Object.assign(window, { speed: 60, until: 43 })")
    phone.wait_for_function("() => instrument.turn >= 43 && instrument.rate < 1", timeout=60_000)
    phone.wait_for_timeout(500)
    assert phone.locator("body").get_attribute("data-level") == "caution"
    # The wearer does not see the screen: the first tone told that the turn counts.
    assert phone.evaluate("heard") == ["tone", "tone", "Caution. You have turned far enough."]
    phone.evaluate("() => Object.assign(window, { speed: 60, until: 48 })")
    phone.wait_for_function("() => instrument.turn >= 48 && instrument.rate < 1", timeout=60_000)
    phone.wait_for_timeout(500)
    assert phone.locator("body").get_attribute("data-level") == "stop"
    assert phone.evaluate("heard")[3:] == ["tone", "tone", "Stop. Turn back."]
    turn = float(phone.evaluate("() => instrument.turn"))
    assert Message.of(shown(phone)).turn == pytest.approx(turn, abs=1.0)
    phone.wait_for_function("() => state.unsent.length < 60", timeout=60_000)
    record = load_records(kept).chest
    assert record is not None
    assert len(record.time_s) > 60
    assert record.turn_deg[-1] == pytest.approx(turn, abs=1.0)
    assert abs(record.turn_deg[0]) < 1.0
    heard = streams.heard()
    assert heard is not None
    assert heard.record.turn_deg[-1] == pytest.approx(turn, abs=1.0)
    assert streams.heard(belt=True) is None
    # Out of reach, the page says so and keeps what it measures; it is all sent when the computer is back.
    phone.route("**/readings", lambda route: route.abort())
    phone.wait_for_function("() => element('said').textContent === words.away", timeout=60_000)
    phone.unroute("**/readings")
    phone.wait_for_function("() => element('said').textContent === '' && state.unsent.length < 60", timeout=60_000)
    # Where another phone is in its place, it waits and says so.
    phone.route("**/readings", lambda route: route.fulfill(status=423))
    phone.wait_for_function("() => element('said').textContent === words.wait_chest", timeout=60_000)
    phone.unroute("**/readings")
    phone.wait_for_function("() => element('said').textContent === '' && !state.waiting", timeout=60_000)
    # Another page takes this one's place once it has been silent, and not before.
    other = {"page": "other", "belt": False, "rows": [[1.0, 0.0, 0.0, 0.0, 1]]}
    answered = """async (other) => (await fetch("/readings", {
      method: "POST", headers: { "X-Posecheck": about.token }, body: JSON.stringify(other) })).status"""
    assert phone.evaluate(answered, other) == 423
    phone.route("**/readings", lambda route: route.continue_() if _is_other(route) else route.abort())
    phone.wait_for_timeout(1000 * SILENT_S + 500)
    assert phone.evaluate(answered, other) == 204
    phone.unroute("**/readings")
    phone.wait_for_function("() => element('said').textContent === words.replaced", timeout=60_000)
    # Sensors that stop, as for a call, must not leave a turn on the screen that was measured before.
    phone.evaluate("() => { heard.length = 0; clearInterval(timer); }")
    phone.wait_for_function("() => element('said').textContent === words.stopped", timeout=60_000)
    assert Message.of(shown(phone)).turn == UNKNOWN
    assert phone.evaluate("heard") == ["tone", "tone"]
    phone.evaluate("() => { window.timer = setInterval(window.sensors, 16); }")
    phone.wait_for_function("() => instrument.zeroed && heard.length > 2", timeout=60_000)
    assert phone.evaluate("heard") == ["tone", "tone", "tone"]


SAID_ALONE = """() => {
  const said = element("said").getBoundingClientRect(), canvas = element("marker").getBoundingClientRect();
  return [canvas.top - said.bottom, window.innerHeight - canvas.bottom];
}"""


@pytest.mark.parametrize("height", [844, 664, 560])
def test_what_is_said_covers_no_part_of_the_marker(another: Page, height: int) -> None:
    another.set_viewport_size({"width": 390, "height": height})
    another.locator("#start").click()
    for text in another.evaluate("() => Object.values(words)"):
        another.evaluate("(text) => say(text)", text)
        above, below = another.evaluate(SAID_ALONE)
        assert above >= -0.5, text
        assert below >= -0.5, text


def test_a_refused_sensor_is_told_before_the_marker_is_shown(another: Page) -> None:
    another.evaluate("() => { DeviceMotionEvent.requestPermission = async () => 'denied'; }")
    another.locator("#start").click()
    expect(another.get_by_role("alert")).to_have_text(WORDS["refused"])
    assert another.locator("#problem").is_visible()
    assert another.locator("#marker").is_hidden()
    another.evaluate("() => { DeviceMotionEvent.requestPermission = async () => 'granted'; }")
    another.locator("#start").click()
    expect(another.locator("#marker")).to_be_visible()


def test_a_page_whose_key_is_an_old_one_says_that_the_code_has_to_be_scanned_anew(another: Page) -> None:
    another.route("**/readings", lambda route: route.fulfill(status=404))
    another.evaluate(
        """() => {
          let clock = 0;
          setInterval(() => {
            const event = new DeviceMotionEvent("devicemotion", { interval: 16,
              accelerationIncludingGravity: { x: 0.1, y: 9.8, z: 0.2 },
              rotationRate: { alpha: 0, beta: 0, gamma: 0 } });
            Object.defineProperty(event, "timeStamp", { value: (clock += 16) });
            window.dispatchEvent(event);
          }, 16);
        }"""
    )
    another.locator("#start").click()
    expect(another.locator("#said")).to_have_text(WORDS["unknown"], timeout=60_000)
