"""The app for several people: pages of other sites are kept out, and visitors from one another; the policy holds."""

import http.client
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Playwright, expect

from research.harness import browser_app
from tests.support import hosted
from tests.support.hosted import SAMPLE, Hosted

pytestmark = [
    pytest.mark.skipif(not SAMPLE.is_file(), reason="sample clips are not here"),
    pytest.mark.timeout(900),
]
in_a_browser = pytest.mark.skipif(not browser_app.CHROMIUM.is_file(), reason="chromium is not here")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Hosted]:
    with hosted.served(tmp_path) as made:
        yield made


SEES_ITSELF = """
[...document.querySelectorAll("iframe")].some((one) => one.contentDocument?.querySelector("video")?.videoWidth > 0)
"""
"""Whether the picture that the app sends back is shown."""


def status(address: str, method: str, path: str, **headers: str) -> int:
    """Return the status of an answer; of a WebSocket, 101 where it is accepted."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
    try:
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        return connection.getresponse().status
    finally:
        connection.close()


def test_pages_of_other_sites_cannot_connect_or_upload(server: Hosted) -> None:
    upgrade = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    port = urlsplit(server.inner).port
    stream = "/_stcore/stream"
    assert status(server.inner, "GET", stream, Origin=f"http://localhost:{port}", **upgrade) == 101
    assert status(server.inner, "GET", stream, Origin="https://evil.example", **upgrade) == 403
    # A name of an attacker's own that leads to this machine: origin and host are then the same.
    there = f"evil.example:{port}"
    assert status(server.inner, "GET", stream, Origin=f"http://{there}", Host=there, **upgrade) == 403
    assert status(server.inner, "PUT", "/_stcore/upload_file/a/b", Origin="https://evil.example") == 403
    assert status(server.inner, "POST", "/_stcore/agent/interact") in (403, 404, 405)


def name_of_visit(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query)["visit"][0]


def questions_left(page: Page) -> int:
    """Return how many health questions a visitor is still asked."""
    hosted.go(page, "Safety")
    told = page.get_by_text(re.compile(r"^\d+ questions?\."))
    return int(told.inner_text().partition(" ")[0])


def shows_only(page: Page, own: str, other: str) -> None:
    """Wait for a visitor's result; nothing of another visitor is on the page."""
    expect(page.get_by_role("status").filter(has_text="■ Stop")).to_contain_text(own, timeout=hosted.ANSWER_MS)
    hosted.until(page, "document.querySelector('video')?.readyState >= 1")
    assert other not in page.content()


@in_a_browser
def test_two_visitors_see_nothing_of_each_other(server: Hosted, playwright: Playwright, outside: list[str]) -> None:
    browser = browser_app.launch(playwright)
    try:
        one, two = (hosted.visit(browser.new_context(), server.address, outside) for _ in range(2))
        hosted.ask(one, hosted.film("of-the-first.mp4"))
        one.get_by_text("Analysing of-the-first.mp4").wait_for()
        hosted.ask(two, hosted.film("of-the-second.mp4"), mirrored=True)
        two.get_by_text("of-the-second.mp4 waits in line").wait_for()
        assert "of-the-first" not in two.content()
        server.gate.touch()
        shows_only(one, "of-the-first.mp4", "of-the-second")
        shows_only(two, "of-the-second.mp4", "of-the-first")
        names, films = ({what(page) for page in (one, two)} for what in (name_of_visit, film_of))
        assert len(names) == len(films) == 2
        assert all(len(name) >= 32 for name in names)

        asked = questions_left(two)
        assert questions_left(one) == asked
        one.get_by_test_id("stRadio").filter(has_text="osteoporosis").get_by_text("no", exact=True).click()
        one.get_by_role("button", name="Keep my answers").click()
        expect(one.get_by_text(f"{asked - 1} questions")).to_be_visible()

        hosted.go(one, "Thresholds")
        stop = one.get_by_role("spinbutton", name="Stop as a number")
        stop.fill("24")
        stop.press("Enter")
        one.get_by_role("textbox", name="Name", exact=True).fill("Only the first")
        one.get_by_role("button", name="Save the moved limits").click()
        one.get_by_text("Saved as “Only the first”").wait_for()
        hosted.go(two, "Thresholds")
        two.get_by_text("Save the moved limits").wait_for()
        two.get_by_text("Nothing moved yet").wait_for()
        assert "Only the first" not in two.content()

        hosted.go(two, "Analyse")
        hosted.go(one, "Analyse")
        for page in (two, one):
            page.reload()
        shows_only(one, "of-the-first.mp4", "of-the-second")
        shows_only(two, "of-the-second.mp4", "of-the-first")
        assert questions_left(two) == asked

        third = hosted.visit(browser.new_context(), server.address, outside)
        third.get_by_text("Choose a clip and the stretch it shows").wait_for()
        assert "of-the-" not in third.content()
        assert name_of_visit(third) not in names
    finally:
        browser_app.last_look(browser)
        browser.close()


def film_of(page: Page) -> str:
    return str(page.locator("video").first.get_attribute("src"))


@in_a_browser
def test_the_policy_stops_nothing_that_the_app_needs(
    server: Hosted, playwright: Playwright, outside: list[str], tmp_path: Path
) -> None:
    server.gate.touch()
    browser = browser_app.launch(playwright, browser_app.as_mjpeg(SAMPLE, tmp_path / "camera.mjpeg", still_s=2))
    try:
        page = hosted.visit(browser.new_context(accept_downloads=True), server.address, outside)
        hosted.ask(page, hosted.film("mine.mp4"))
        page.get_by_role("status").filter(has_text="■ Stop").wait_for()
        hosted.until(page, "document.querySelector('video')?.readyState >= 1")
        drawn = page.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first
        expect(drawn).to_be_visible()
        page.get_by_role("button", name=re.compile(r"4\.\d–\d")).first.click()
        hosted.until(page, "document.querySelector('video').currentTime > 3")
        page.get_by_text("Wrong start position?").click()
        hosted.until(page, "document.querySelector('[data-testid=stImage] img')?.naturalWidth > 0")
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Everything (zip)").click()
        assert waiting.value.path().stat().st_size > 100_000

        hosted.go(page, "Live")
        page.get_by_role("button", name="Begin without answering").click()
        page.get_by_role("button", name="Voice on").wait_for()
        page.frame_locator("iframe").get_by_role("button", name="Start camera").click()
        page.get_by_text("frames checked").wait_for()
        hosted.until(page, SEES_ITSELF)
    finally:
        browser_app.last_look(browser)
        browser.close()
