"""The app's entry: `streamlit run app.py`. Pages stand in posecheck/ui."""

import streamlit as st

from posecheck.ui import analyse, history_page, library, live, look, own_stretch, pages, safety_page, thresholds
from posecheck.ui.texts import _
from posecheck.ui.workspace import mine

SHOWN = {
    "analyse": (analyse.page, ":material/play_circle:"),
    "live": (live.page, ":material/videocam:"),
    "thresholds": (thresholds.page, ":material/tune:"),
    "stretches": (library.page, ":material/menu_book:"),
    "own": (own_stretch.page, ":material/add_circle:"),
    "safety": (safety_page.page, ":material/health_and_safety:"),
    "history": (history_page.page, ":material/history:"),
}

look.begin()
mine()
held = {
    path: st.Page(page, title=_(pages.TITLES[path]), icon=icon, url_path=path, default=path == "analyse")
    for path, (page, icon) in SHOWN.items()
}
pages.hold(held)
st.navigation(list(held.values()), position="top").run()
look.end()
