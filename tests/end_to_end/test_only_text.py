"""What visitors and files call things stays text in a real browser: no link, no picture, no script, no request."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomlkit
from playwright.sync_api import Browser, FilePayload, Playwright, expect

from posecheck.app.base.labels import JOINER
from posecheck.core.paths import reference_poses
from posecheck.safety import practice
from research.harness import browser_app
from tests.support import hosted, shown_app
from tests.support.hosted import assert_only_text, written
from tests.support.hostile.markup import SCRIPTED, SHORT, TEXTS

ALL = " ".join(TEXTS)
OURS = ["LI", "P", "STRONG", "UL"]
"""What the pages themselves make round a text; nothing else may come of it."""
LOOK = """
(box) => ({
  told: [...box.querySelectorAll(":scope > [data-testid=stElementContainer]")].map((one) => one.textContent),
  made: [...new Set([...box.querySelectorAll("[data-testid=stMarkdownContainer] *")].map((one) => one.tagName))].sort(),
})
"""
FILLED = """
(() => {
  const all = [...document.querySelectorAll("[class*=st-key-shown-] > [data-testid=stElementContainer]")];
  return all.length === COUNT && all.every((one) => one.textContent);
})()
"""
"""Whether every element shows something."""

pytestmark = [
    pytest.mark.skipif(not browser_app.CHROMIUM.is_file(), reason="chromium is not here"),
    pytest.mark.skipif(not hosted.SAMPLE.is_file(), reason="sample clips are not here"),
    pytest.mark.timeout(900),
]


@pytest.fixture
def browser(playwright: Playwright) -> Iterator[Browser]:
    launched = browser_app.launch(playwright)
    try:
        yield launched
    finally:
        browser_app.last_look(launched)
        launched.close()


def test_every_element_shows_a_text_as_it_is(browser: Browser, tmp_path: Path, outside: list[str]) -> None:
    with browser_app.started(tmp_path / "log", tmp_path / "data", Path(shown_app.__file__)) as (_, address):
        page = hosted.visit(browser.new_context(), address, outside)
        page.get_by_text("all are shown").wait_for()
        # Some kinds of element are loaded when they are first needed.
        hosted.until(page, FILLED.replace("COUNT", str(len(TEXTS) * shown_app.ELEMENTS)))
        for i, text in enumerate(TEXTS):
            seen = page.locator(f".st-key-shown-{i}").evaluate(LOOK)
            assert len(seen["told"]) == shown_app.ELEMENTS
            assert [one for one in seen["told"] if text not in one.replace(JOINER, "")] == [], text
            assert seen["made"] == OURS, text
        assert_only_text(page)


def test_what_a_visitor_names_stays_text(browser: Browser, tmp_path: Path, outside: list[str]) -> None:
    with hosted.served(tmp_path) as server:
        page = hosted.visit(browser.new_context(accept_downloads=True), server.address, outside)
        hosted.ask(page, FilePayload(name=f"{SHORT}.mp4", mimeType="video/mp4", buffer=b"no film"))
        written(page, f"{SHORT}.mp4: expected").wait_for()
        assert_only_text(page)

        page.goto(f"{server.address}/analyse")  # a visit of its own, with no recording chosen yet
        hosted.ask(page, hosted.film(f"{SHORT}.mp4"))
        written(page, f"Analysing {SHORT}.mp4").wait_for()
        assert_only_text(page)
        server.gate.touch()
        verdict = page.get_by_role("status").filter(has_text="■ Stop")
        expect(verdict).to_contain_text(f"{SHORT}.mp4", timeout=hosted.ANSWER_MS)
        page.get_by_text("Report to print").wait_for()
        assert_only_text(page)

        hosted.go(page, "Thresholds")
        written(page, f"{SHORT}.mp4.").wait_for()
        stop = page.get_by_role("spinbutton", name="Stop as a number")
        stop.fill("30")
        stop.press("Enter")
        page.get_by_label("Reason").fill(ALL[:500])
        page.get_by_label("Reason").press("Enter")
        page.get_by_text("Take it with you, by these limits").wait_for()
        name = page.get_by_role("textbox", name="Name", exact=True)
        name.fill(SHORT)
        page.get_by_role("button", name="Save the moved limits").click()
        written(page, SHORT).wait_for()
        assert_only_text(page)
        name.fill("www.evil.example")
        page.get_by_role("button", name="Save the moved limits").click()
        written(page, "Saved as “www.evil.example”").wait_for()
        assert_only_text(page)
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Report to print").click()
        report = tmp_path / "report.html"
        waiting.value.save_as(report)

        bring = page.get_by_test_id("stForm").filter(has_text="Bring in a profile")
        for i, (table, told) in enumerate(_profiles()):
            bring.locator("input[type=file]").set_input_files(
                FilePayload(name=f"evil{i} {SCRIPTED}.toml", mimeType="application/toml", buffer=table.encode())
            )
            bring.get_by_text(f"evil{i} ").wait_for()
            bring.get_by_role("button", name="Bring in").click()
            written(page, told).wait_for()
            assert_only_text(page)

        page.goto(report.as_uri())
        written(page, ALL[:40]).wait_for()
        assert_only_text(page)


def _profiles() -> Iterator[tuple[str, str]]:
    """Yield hostile profiles, and what is said of each."""
    angle = {"trunk_inclination": {"stop": 24.0, "reason": ALL[:400]}}
    yield tomlkit.dumps({f"{SHORT} 0": angle}), f"{SHORT} 0"
    yield tomlkit.dumps({hosted.STRETCH: {f"{SHORT} 1": {"stop": 24.0}}}), f"{SHORT} 1"
    yield tomlkit.dumps({hosted.STRETCH: {"trunk_inclination": {"stop": f"{SHORT} 2"}}}), f"{SHORT} 2"
    yield tomlkit.dumps({hosted.STRETCH: angle}), "Brought in as “evil3 img src x onerror hacked 1”"


def test_stretch_files_and_people_stay_text(browser: Browser, tmp_path: Path, outside: list[str]) -> None:
    own = tmp_path / "data" / "stretches"
    own.mkdir(parents=True)
    known = tomlkit.parse((reference_poses() / f"{hosted.STRETCH}.toml").read_text(encoding="utf-8")).unwrap()
    known |= {"summary": ALL, "reason": ALL, "steps": list(TEXTS), "props": [ALL], "sources": list(TEXTS)}
    known |= {"camera": {"views": ["side"], "placement": ALL, "cannot_show": list(TEXTS)}, "catalogue": "own"}
    for item in known["ranges"]:
        item["source"] = ALL
    kept = {"evil-one": {"name": f"{SHORT} 1"}, "evil-two": {"name": f"{SHORT} 2"}}
    kept["evil-two"] |= {"advice": "block", "alternative": "evil-one"}
    for path, changed in kept.items():
        table = known | changed | {"id": path}
        (own / f"{path}.toml").write_text(tomlkit.dumps(table), encoding="utf-8")
    (own / f"{SHORT}.toml").write_text(f'id = "{SHORT}"\n"{SHORT}" = 1\n', encoding="utf-8")

    with hosted.served(tmp_path, shared=False) as server:
        page = hosted.visit(browser.new_context(), server.address, outside)
        hosted.go(page, "Stretches")
        page.get_by_role("button", name="Add one of your own").click()
        written(page, f"{SHORT}.toml").wait_for()
        written(page, f"{SHORT} 1").wait_for()
        assert_only_text(page)

        hosted.go(page, "Stretches")
        page.get_by_role("button", name=re.compile("hacked=1.* 2$")).click()
        page.get_by_role("button", name=re.compile("Safer.*hacked=1.* 1$")).wait_for()
        assert_only_text(page)
        page.get_by_role("button", name=re.compile("Safer")).click()
        page.get_by_text("Limits, and where they come from").wait_for()
        for text in TEXTS:
            expect(written(page, text)).to_be_visible()
        assert_only_text(page)
        page.get_by_role("button", name="Do it live").click()
        page.get_by_role("button", name="Begin without answering").click()
        written(page, ALL[:60]).wait_for()
        assert_only_text(page)

        hosted.go(page, "Safety")
        page.get_by_text("What may be done now").wait_for()
        written(page, f"{SHORT} 1").wait_for()
        page.get_by_test_id("stPopoverButton").first.click()
        person = page.get_by_role("combobox", name="Person")
        person.fill(SHORT)
        person.press("Enter")
        page.keyboard.press("Escape")
        # A run that a click on the same page asks for has seen the name; one of another page might not have.
        page.get_by_role("button", name=practice().symptoms[0].text).click()
        page.get_by_role("button", name="Not felt after all").click()
        hosted.go(page, "History")
        page.get_by_test_id("stPopoverButton").first.click()
        expect(page.get_by_role("combobox", name="Person")).to_have_value(SHORT[:60])
        assert_only_text(page)
