"""The entry of the app: `streamlit run app.py`. The pages are in posecheck/app/pages.

Streamlit imports this file once, for the server with its routes, and runs it as the main script for each page.
"""

from streamlit.starlette import App

from posecheck.app.streaming.inpage import routes


def run() -> None:
    """Run the page that was asked for."""
    # What pages need does not belong into the server's start.
    import streamlit as st

    from posecheck.app.base import navigation, theme
    from posecheck.app.base.language import _, language
    from posecheck.app.pages import (
        analyse,
        desk,
        history,
        live,
        own_stretch,
        programme,
        safety,
        start,
        stretches,
        thresholds,
    )
    from posecheck.app.visit.workspace import mine
    from posecheck.app.widgets import browser_scripts
    from posecheck.app.widgets.person import bar

    shown = {
        "start": (start.page, ":material/home:"),
        "live": (live.page, ":material/videocam:"),
        "programme": (programme.page, ":material/checklist:"),
        "analyse": (analyse.page, ":material/play_circle:"),
        "thresholds": (thresholds.page, ":material/tune:"),
        "stretches": (stretches.page, ":material/menu_book:"),
        "own": (own_stretch.page, ":material/add_circle:"),
        "safety": (safety.page, ":material/health_and_safety:"),
        "history": (history.page, ":material/history:"),
        "desk": (desk.page, ":material/badge:"),
    }
    # Not in the menu, which would be too long for a tablet; the page of stretches leads to it.
    hidden = {"own"}
    theme.begin()
    mine()
    bar.show()
    held = {
        path: st.Page(
            page,
            title=_(navigation.TITLES[path]),
            icon=icon,
            url_path=path,
            default=path == "start",
            visibility="hidden" if path in hidden else "visible",
        )
        for path, (page, icon) in shown.items()
    }
    navigation.hold(held)
    page = st.navigation(list(held.values()), position="top")
    st.set_page_config(page_title=f"{page.title} · posecheck")
    page.run()
    browser_scripts.frame(language())
    theme.end()


if __name__ == "__main__":
    run()
else:
    app = App(__file__, routes=routes.routes())
