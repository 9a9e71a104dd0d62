"""Shows a page from its top when what it shows is another thing than before."""

import streamlit as st

_JS = """
export default function (component) {
  const { data } = component;
  if (!data || window.posecheckShown === data.name) return;
  const first = window.posecheckShown === undefined;
  window.posecheckShown = data.name;
  const page = document.querySelector('[data-testid="stMain"]');
  if (page && !first) page.scrollTo(0, 0);
}
"""

_mover = st.components.v2.component("posecheck_top", js=_JS)


def show(name: str) -> None:
    """Scroll up if something else than `name` was shown before."""
    _mover(key="top-mover", data={"name": name}, height=1)
