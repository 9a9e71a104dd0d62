"""The page that analyses a recording."""

from pathlib import Path

import streamlit as st

from posecheck.errors import PosecheckError
from posecheck.stretches import Stretch, all_stretches
from posecheck.ui import results
from posecheck.ui.analysing import Order, analyse
from posecheck.ui.labels import plain, stretch_ids, stretch_label
from posecheck.ui.samples import Sample, all_samples
from posecheck.ui.workspace import mine

TYPES = ["mp4", "mov", "m4v", "mkv", "webm", "avi"]
SAMPLE, OWN = "A sample clip", "My own recording"
UPLOAD = "uploaded-recording"
"""The name an upload is stored under: what the visitor's browser calls it is never used as a path."""


def page() -> None:
    """Show the page."""
    st.title("Analyse a recording")
    loaded = mine().loaded
    if loaded is None:
        st.write("Choose a clip and the stretch it shows. You get a verdict in plain words and the moments behind it.")
        _ask()
    else:
        with st.expander("Analyse another recording", icon=":material/replay:"):
            _ask()
        results.show(loaded)


def _ask() -> None:
    """Ask for recording, stretch and age; analyse when asked to."""
    samples = all_samples()
    sample, upload = None, None
    ways = [SAMPLE, OWN] if samples else [OWN]
    way = st.radio("Recording", ways, horizontal=True, key="way", label_visibility="collapsed")
    if way == SAMPLE:
        sample = st.selectbox("Sample clip", samples, format_func=lambda item: item.label, key="sample")
    else:
        upload = st.file_uploader(
            f"Video file, up to {st.get_option('server.maxUploadSize')} MB, deleted as soon as it has been analysed",
            type=TYPES,
            key="upload",
        )
    left, right = st.columns([3, 1])
    stretch = choose_stretch(left, sample)
    age = right.number_input("Age (optional)", 1, 120, value=None, placeholder="adult", key="age")
    if is_blocked(stretch):
        return
    st.caption(f"Camera: {plain(stretch.camera.placement)}.")
    asked = st.button("Analyse", type="primary", icon=":material/play_arrow:", disabled=not (sample or upload))
    if asked and sample is not None:
        run(Order(sample.path, sample.path.name, stretch.id, age))
    elif asked and upload is not None:
        folder = mine().new_folder()
        video = folder / UPLOAD
        try:
            video.write_bytes(upload.getbuffer())
            run(Order(video, Path(upload.name).name, stretch.id, age))
        finally:
            video.unlink(missing_ok=True)
            folder.rmdir()


def choose_stretch(place: st.delta_generator.DeltaGenerator, sample: Sample | None = None) -> Stretch:
    """Let the visitor choose the stretch, beginning with the one a sample shows."""
    ids = stretch_ids()
    key = f"stretch-{sample.path.stem}" if sample else "stretch"
    guessed = sample.stretch if sample and sample.stretch in ids else "chair-twist"
    name = place.selectbox(
        "Stretch",
        ids,
        index=ids.index(guessed) if guessed in ids else 0,
        format_func=stretch_label,
        key=key,
    )
    st.session_state["stretch-key"] = key
    return all_stretches()[name]


def is_blocked(stretch: Stretch) -> bool:
    """Say why a stretch is not coached and what is safer; return whether it is so."""
    if stretch.advice == "limit":
        st.info(f"**Coached with tighter limits.** {plain(stretch.reason)}", icon=":material/info:")
    if stretch.advice != "block":
        return False
    safer = all_stretches()[stretch.alternative]
    st.error(f"**This one is not coached.** {plain(stretch.reason)}", icon=":material/block:")
    key = st.session_state["stretch-key"]
    st.button(
        f"Take the safer one: {safer.name}",
        type="primary",
        on_click=lambda: st.session_state.update({key: safer.id}),
    )
    return True


def run(order: Order) -> None:
    """Analyse, showing progress and a way out, and load the result; a PosecheckError becomes one message."""
    place = st.empty()
    with place.container():
        bar = st.progress(0.0, "Starting …")
        # Any widget's click ends a running script, so this button needs no code of its own.
        st.button("Cancel", key="cancel")

    def tell(share: float, text: str) -> None:
        bar.progress(share, text)

    try:
        loaded = analyse(order, mine().new_folder(), tell)
    except PosecheckError as error:
        place.empty()
        st.error(plain(str(error)), icon=":material/error:")
        return
    mine().load(loaded)
    st.rerun()
