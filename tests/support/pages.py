"""What the page tests share: the app without a browser, and a sample's true landmarks in place of the model."""

import json
from pathlib import Path
from typing import Any, cast

import numpy as np
from streamlit.testing.v1 import AppTest

from posecheck.app.visit.sources import all_samples, folder
from posecheck.capture.pose.landmark_file import RecordedEstimator
from posecheck.core.pose import PoseTrack

SAMPLE = folder() / "standing-extension-too-far.mp4"
TRUTH = SAMPLE.with_suffix(".truth.json")
WAIT_S = 60


def true_track(path: Path = TRUTH) -> PoseTrack:
    """Return a sample's true landmarks, from its .truth.json, as if they had been detected."""
    truth = json.loads(path.read_text(encoding="utf-8"))
    n = truth["frames"]
    image = np.array(truth["image_xy_px"], float).reshape(33, n, 2).swapaxes(0, 1)
    world = np.array(truth["world_xyz_mm"], float).reshape(33, n, 3).swapaxes(0, 1) / 1000
    ones, zeros = np.ones(n, np.int16), np.zeros(n, np.int16)
    size = np.tile(np.array(truth["size_wh"], np.int32), (n, 1))
    return PoseTrack(np.arange(n) / truth["fps"], image, world, np.ones((n, 33)), ones, zeros, size)


class Counted(RecordedEstimator):
    """A recorded estimator that tells whether it was closed."""

    def __init__(self, track: PoseTrack) -> None:
        super().__init__(track)
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


def opened(page: str) -> AppTest:
    """Run one page, as navigation would."""
    app = AppTest.from_string(f"from posecheck.app.pages import {page}\n{page}.page()", default_timeout=WAIT_S)
    return app.run()


def chosen_sample(app: AppTest) -> AppTest:
    """Choose the sample whose landmarks are known."""
    box = app.selectbox(key="sample")
    names = [sample.path for sample in all_samples()]
    return box.set_value(all_samples()[names.index(SAMPLE)]).run()


def words(app: AppTest) -> str:
    """Return everything a page says, in one piece."""
    kinds = (app.markdown, app.caption, app.error, app.info, app.warning)
    html = [str(cast(Any, item).proto.body) for item in app.get("html")]
    return "\n".join([*(str(item.value) for kind in kinds for item in kind), *html])


def pressed(app: AppTest, label: str) -> AppTest:
    """Press the button with this label, and wait for the analysis that this may begin."""
    app = next(button for button in app.button if button.label.startswith(label)).click().run()
    running = app.session_state["workspace"].job if "workspace" in app.session_state else None
    if running is not None:
        running.wait(WAIT_S)
        app = app.run()
    return app


def analysed() -> AppTest:
    return pressed(chosen_sample(opened("analyse")), "Analyse")


def known(app: AppTest, name: str = "me") -> AppTest:
    """Choose a person for the visit."""
    app.session_state["workspace"].person = name
    return app


def pressed_page(app: AppTest, page: str) -> AppTest:
    """Go on with the same visitor's session on another page."""
    other = AppTest.from_string(f"from posecheck.app.pages import {page}\n{page}.page()", default_timeout=WAIT_S)
    other.session_state["workspace"] = app.session_state["workspace"]
    return other.run()
