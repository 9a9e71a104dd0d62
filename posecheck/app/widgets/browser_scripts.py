"""Small scripts in the visitor's browser: move the video, scroll to the top, close the menu, speak the language."""

import streamlit as st

from posecheck.app.base.language import _

SEEK_KEY = "seek"
"""The key of the session state that holds the last requested time in seconds, and the number of requests so far."""

_SEEK_JS = """
export default function (component) {
  const { data } = component;
  if (!data || !data.count || window.posecheckSeek === data.count) return;
  window.posecheckSeek = data.count;
  const found = document.querySelector('[data-testid="stVideo"]');
  const video = found && (found.tagName === "VIDEO" ? found : found.querySelector("video"));
  if (!video) return;
  video.pause();
  video.currentTime = data.time_s;
  const box = video.getBoundingClientRect();
  if (box.top < 0 || box.bottom > window.innerHeight) video.scrollIntoView({ block: "center" });
}
"""

_SCROLL_JS = """
export default function (component) {
  const { data } = component;
  if (!data || window.posecheckShown === data.name) return;
  const first = window.posecheckShown === undefined;
  window.posecheckShown = data.name;
  const page = document.querySelector('[data-testid="stMain"]');
  if (page && !first) page.scrollTo(0, 0);
}
"""

_FRAME_JS = """
export default function (component) {
  const { data } = component;
  if (data) document.documentElement.lang = data.language;
  if (data) window.posecheckWords = data.words;
  const say = () => {
    for (const box of document.querySelectorAll('[data-testid="stFileUploader"]')) {
      const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const node = texts.currentNode;
        for (const [english, own] of window.posecheckWords || []) {
          const told = node.data.replace(new RegExp(english), own);
          // Writing what is there already would wake the observer for ever.
          if (told !== node.data) node.data = told;
        }
      }
    }
  };
  say();
  if (window.posecheckMenu) return;
  window.posecheckMenu = true;
  new MutationObserver(say).observe(document.body, { subtree: true, childList: true, characterData: true });
  // On a phone the menu lies over the page: once a page is chosen, it has done its work.
  document.addEventListener("click", (event) => {
    if (!event.target.closest('[data-testid="stSidebarNavLink"]')) return;
    const close = document.querySelector('[data-testid="stSidebarCollapseButton"] button');
    if (close) setTimeout(() => close.click(), 0);
  }, true);
}
"""

_seek = st.components.v2.component("posecheck_seek", js=_SEEK_JS)
_scroll = st.components.v2.component("posecheck_top", js=_SCROLL_JS)
_frame = st.components.v2.component("posecheck_frame", js=_FRAME_JS)


def _words() -> list[list[str]]:
    """Return what Streamlit says in an upload field, as patterns, with what the visitor reads instead.

    Streamlit has no translations of its own.
    """
    words = {
        "^Drag and drop a file here$": _("Drop the file here"),
        "^File must be (.+) or smaller\\.$": _("The file is larger than {size}.").format(size="$1"),
        "^.* files are not allowed\\.$": _("Files of this kind are not read."),
    }
    return [list(item) for item in words.items()]


def frame(language: str) -> None:
    """Tell the browser the page's language and words, and let its menu close once a page is chosen from it.

    Args:
        language: The code of the language, such as `de`.
    """
    _frame(key="frame-keeper", data={"language": language, "words": _words()}, height=1)


def seek_to(time_s: float) -> None:
    """Request a moment of the video, in seconds; the next `apply_seek` moves the video there."""
    _, count = st.session_state.get(SEEK_KEY, (0.0, 0))
    st.session_state[SEEK_KEY] = (time_s, count + 1)


def apply_seek() -> None:
    """Move the page's video to the moment that was requested, if any."""
    time_s, count = st.session_state.get(SEEK_KEY, (0.0, 0))
    _seek(key="seek-mover", data={"time_s": time_s, "count": count}, height=1)


def scroll_up_for(name: str) -> None:
    """Scroll the page to its top when it shows something else than before.

    Args:
        name: What the page shows now, such as the id of a stretch.
    """
    _scroll(key="top-mover", data={"name": name}, height=1)
