"""The page that analyses a recording."""

import streamlit as st

from posecheck.app.base.labels import capital, known_stretches, plain, stretch_ids, stretch_label
from posecheck.app.base.language import _, texts
from posecheck.app.visit import analysis_job, person
from posecheck.app.visit.analysis_run import LONGEST_MIN, Order
from posecheck.app.visit.sources import Sample, all_samples
from posecheck.app.visit.workspace import mine
from posecheck.app.widgets import profile_shelf, result_view, stretch_pictures
from posecheck.core.i18n import N_
from posecheck.stretches.stretch import Stretch

TYPES = ["mp4", "mov", "m4v", "mkv", "webm", "avi"]
SAMPLE, OWN = "sample", "own"
WAYS = {SAMPLE: N_("A sample clip"), OWN: N_("My own recording")}
UPLOAD = "uploaded-recording"
"""The name an upload is stored under: what the visitor's browser calls it is never used as a path."""
NAME_CHARS = 80
WANTED = "wanted-stretch"
"""Where another page puts the stretch that a visitor chose there."""


def page() -> None:
    """Show the page."""
    st.title(_("Analyse a recording"))
    space = mine()
    before = space.loaded
    problem = analysis_job.settled(space)
    loaded = space.loaded
    if loaded is not before:
        for key in ("way", "upload"):
            st.session_state.pop(key, None)
    if analysis_job.running(space):
        # Out of sight, what was chosen is still there after a cancel or a mistake.
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
        wanted = WANTED in st.session_state or problem is not None
        with (
            st.expander(_("Analyse another recording"), icon=":material/replay:", expanded=wanted),
            st.container(key="ask"),
        ):
            _ask()
        result_view.show(loaded)


def _ask() -> None:
    """Ask for recording, stretch and age; analyse when asked to."""
    samples = all_samples()
    sample, upload = None, None
    ways = [SAMPLE, OWN] if samples else [OWN]
    if WANTED in st.session_state and st.session_state.get("way") != OWN:
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
            with st.container(key="sample-shows"):  # only where the box is too narrow for it
                st.caption(plain(capital(_(sample.shows))))
        else:
            upload = st.file_uploader(
                _(
                    "Video file, up to {size} MB and {minutes} minutes. It stays on this machine and is deleted as "
                    "soon as it has been analysed."
                ).format(size=st.get_option("server.maxUploadSize"), minutes=LONGEST_MIN),
                type=TYPES,
                key="upload",
            )
        choice, years = st.columns([3, 1])
        stretch = choose_stretch(choice, sample)
        age = years.number_input(_("Age (optional)"), 1, 120, value=None, placeholder=_("adult"), key="age")
        blocked = is_blocked(stretch)
        if not blocked:
            profile = profile_shelf.choose(stretch)
            st.caption(_("Camera: {placement}.").format(placement=plain(_(stretch.camera.placement))))
            asked = st.button(
                _("Analyse"), type="primary", icon=":material/play_arrow:", disabled=not (sample or upload)
            )
    with right:
        stretch_pictures.show(stretch)
    if blocked or not asked:
        return
    answers = person.answers_for_limits()
    if sample is not None:
        analysis_job.start(Order(sample.path, sample.path.name, stretch.id, age, profile, answers, texts()))
    elif upload is not None:
        folder = mine().new_folder()
        video = folder / UPLOAD
        video.write_bytes(upload.getbuffer())
        analysis_job.start(Order(video, shown_name(upload.name), stretch.id, age, profile, answers, texts()), folder)


def shown_name(name: str) -> str:
    """Return what the visitor calls a file, short and without what could be taken for a path or a command."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(c if c.isprintable() else "_" for c in last).strip(". ")
    return clean[:NAME_CHARS] or "recording"


def choose_stretch(place: st.delta_generator.DeltaGenerator, sample: Sample | None = None) -> Stretch:
    """Let the visitor choose the stretch, beginning with the one a sample shows."""
    ids = stretch_ids()
    key = f"stretch-{sample.path.stem}" if sample else "stretch"
    guessed = sample.stretch if sample and sample.stretch in ids else "chair-twist"
    wanted = st.session_state.pop(WANTED, None) if sample is None else None
    if wanted in ids:
        st.session_state[key] = wanted
    if st.session_state.get(key) not in ids:
        st.session_state[key] = guessed if guessed in ids else ids[0]
    name = place.selectbox(_("Stretch"), ids, format_func=stretch_label, key=key)
    st.session_state["stretch-key"] = key
    return known_stretches()[name]


def is_blocked(stretch: Stretch) -> bool:
    """Say why a stretch is not coached and what is safer; return whether it is so."""
    reason = plain(_(stretch.reason))
    if stretch.advice == "limit":
        tighter = _("Coached with tighter limits.")
        st.info(f"**{tighter}** {reason}", icon=":material/info:")
    if stretch.advice != "block":
        return False
    safer = known_stretches()[stretch.alternative]
    not_coached = _("This one is not coached.")
    st.error(f"**{not_coached}** {reason}", icon=":material/block:")
    key = st.session_state["stretch-key"]
    st.button(
        _("Take the safer one: {name}").format(name=_(safer.name)),
        type="primary",
        on_click=lambda: st.session_state.update({key: safer.id}),
    )
    return True
