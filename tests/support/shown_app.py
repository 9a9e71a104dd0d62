"""Hostile texts in every kind of element that takes Markdown: `streamlit run` serves this file in tests."""

import streamlit as st

from posecheck.app.base.labels import plain
from tests.support.hostile.markup import TEXTS

ELEMENTS = 7

if __name__ == "__main__":
    for i, text in enumerate(TEXTS):
        with st.container(key=f"shown-{i}"):
            st.markdown(plain(text))
            st.markdown(f"- **{plain(text)}.** {plain(text)}")
            st.caption(plain(text))
            st.error(plain(text), icon=":material/error:")
            st.button(plain(text), key=f"button-{i}")
            st.radio("which", [plain(text)], key=f"radio-{i}")
            st.table({"text": [plain(text)]}, hide_index=True)
    st.toast(plain(TEXTS[0]), duration="infinite")
    st.write("all are shown")
