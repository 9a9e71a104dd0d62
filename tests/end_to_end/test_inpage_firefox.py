"""The browser's path in Firefox: its camera, the pose finder in a worker, and the connection for landmarks."""

from pathlib import Path

import pytest

from posecheck.capture.web import build
from research.harness import browser_app
from tests.support import firefox

PROGRAM = firefox.found()

pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="Firefox is not here"),
    pytest.mark.skipif(build.find() is None, reason="the web build is not here; run posecheck model web"),
    pytest.mark.timeout(400),
]

CLICK = """(() => {{
  const one = [...document.querySelectorAll("button")].find((button) => button.textContent.includes("{}"));
  one?.click();
  return Boolean(one);
}})()"""
LIVE = "window.posecheckLive"
DRAWS = "Boolean(new OffscreenCanvas(1, 1).getContext('webgl2'))"


def test_the_pose_is_looked_for_in_firefox(tmp_path: Path) -> None:
    assert PROGRAM is not None
    profile = tmp_path / "profile"
    profile.mkdir()
    with (
        browser_app.served(tmp_path / "log", tmp_path / "data", POSECHECK_LIVE_PATH="browser") as address,
        firefox.started(PROGRAM, profile) as browser,
    ):
        browser.open(f"{address}/live")
        browser.wait(CLICK.format("Begin without answering"), 100)
        browser.wait(f"Boolean({LIVE}?.start) && !document.body.innerText.includes('Begin without answering')", 100)
        draws = browser.run(DRAWS)
        browser.run(f"{LIVE}.start.click()")
        if not draws:
            # Without WebGL the finder cannot run in any place, and the server's path is taken.
            browser.wait("document.body.innerText.includes('This browser cannot find the pose itself')", 150)
            return
        # Nobody is in the pattern that the camera shows; that is answered as well.
        browser.wait(f"{LIVE}.checked > 20", 150)
        assert browser.run(f"{LIVE}.finder.way") == "worker"
        assert browser.run(f"{LIVE}.now.phase") == "guide"
        assert "beside the page" in browser.run(f"{LIVE}.pathText")
