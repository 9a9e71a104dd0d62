"""The page that analyses a recording."""

import streamlit as st

from posecheck.app.base.labels import plain
from posecheck.app.base.language import _, texts
from posecheck.app.streaming import own_film
from posecheck.app.visit import person, uploads
from posecheck.app.visit.analysis_run import LONGEST_MIN
from posecheck.app.visit.recordings import AnalysisRequest
from posecheck.app.visit.sources import all_samples
from posecheck.app.visit.workspace import mine
from posecheck.app.widgets import analysis_progress, profile_shelf, result_view, stretch_choice, stretch_pictures
from posecheck.core.i18n import N_
from posecheck.feedback.wording import capital

SAMPLE, OWN = "sample", "own"
WAYS = {SAMPLE: N_("A sample clip"), OWN: N_("My own recording")}


def page() -> None:
    """Show the page."""
    st.title(_("Analyse a recording"))
    space = mine()
    before = space.loaded
    problem = analysis_progress.settled(space)
    loaded = space.loaded
    if loaded is not before:
        for key in ("way", "upload", "mirrored"):
            st.session_state.pop(key, None)
    if analysis_progress.running(space):
        # Hidden, not left out: the visitor's choices are then still there after a cancel or an error.
        st.html("<style>.st-key-ask {display: none}</style>")
        with st.container(key="ask"):
            _ask()
        return
    if problem is not None:
        st.error(plain(problem), icon=":material/error:")
    if loaded is None:
        st.write(
            _("Choose a clip and the stretch it shows. You get a verdict in plain words and the moments behind it.")
        )
        with st.container(key="ask"):
            _ask()
    else:
        wanted = stretch_choice.CHOSEN_ELSEWHERE in st.session_state or problem is not None
        with (
            st.expander(_("Analyse another recording"), icon=":material/replay:", expanded=wanted),
            st.container(key="ask"),
        ):
            _ask()
        own_film.offer(loaded)
        result_view.show(loaded)


def _ask() -> None:
    """Ask for recording, stretch and age, and start the analysis when its button is pressed."""
    samples = all_samples()
    sample, upload, mirrored = None, None, False
    ways = [SAMPLE, OWN] if samples else [OWN]
    if stretch_choice.CHOSEN_ELSEWHERE in st.session_state and st.session_state.get("way") != OWN:
        st.session_state["way"] = OWN
    left, right = st.columns([3, 2], gap="large")
    with left:
        way = st.radio(
            _("Recording"),
            ways,
            format_func=lambda one: _(WAYS[one]),
            horizontal=True,
            key="way",
            label_visibility="collapsed",
        )
        if way == SAMPLE:
            sample = st.selectbox(_("Sample clip"), samples, format_func=lambda item: item.label, key="sample")
            with st.container(key="sample-shows"):  # shown only on narrow screens, where the list cuts the text off
                st.caption(plain(capital(_(sample.shows))))
        else:
            upload = st.file_uploader(
                _(
                    "Video file, up to {size} MB and {minutes} minutes. It stays on this machine and is deleted as "
                    "soon as it has been analysed."
                ).format(size=st.get_option("server.maxUploadSize"), minutes=LONGEST_MIN),
                type=uploads.TYPES,
                key="upload",
            )
            mirrored = st.checkbox(
                _("The recording is mirrored (selfie camera)"),
                help=_("Left and right are told as you feel them; a mirrored recording swaps them."),
                key="mirrored",
            )
        stretch = stretch_choice.choose(st.container(), sample)
        blocked = stretch_choice.show_advice(stretch)
        if not blocked:
            profile = profile_shelf.current(stretch)
            st.caption(_("Camera: {placement}.").format(placement=plain(_(stretch.camera.placement))))
            asked = st.button(
                _("Analyse"), type="primary", icon=":material/play_arrow:", disabled=not (sample or upload)
            )
    with right:
        stretch_pictures.show(stretch)
    if blocked or not asked:
        return
    answers = person.answers_for_limits()
    video, name, aside = None, "", None
    if sample is not None:
        video, name = sample.path, sample.path.name
    elif upload is not None:
        aside = mine().new_folder()
        video, name = uploads.store(upload, aside), uploads.clean_name(upload.name)
    if video is not None:
        request = AnalysisRequest(video, name, stretch.id, person.age(), profile, answers, texts(), mirrored=mirrored)
        analysis_progress.start(request, aside)
