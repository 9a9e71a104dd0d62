"""The app's entry: `streamlit run app.py`. Pages stand in posecheck/ui."""

import streamlit as st

from posecheck.ui import analyse, live, look, thresholds

look.begin()
st.navigation(
    [
        st.Page(analyse.page, title="Analyse", icon=":material/play_circle:", url_path="analyse", default=True),
        st.Page(thresholds.page, title="Thresholds", icon=":material/tune:", url_path="thresholds"),
        st.Page(live.page, title="Live", icon=":material/videocam:", url_path="live"),
    ],
    position="top",
).run()
look.end()
