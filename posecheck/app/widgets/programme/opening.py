"""The choice of a programme: those that come with posecheck, those of the visitor, and one that they were given."""

import io

import numpy as np
import streamlit as st
from PIL import Image

from posecheck.app.base.labels import known_stretches, plain
from posecheck.app.base.language import _, texts
from posecheck.app.base.privacy import private
from posecheck.app.base.problems import describe_error
from posecheck.app.visit import uploads
from posecheck.app.widgets.programme import editor, following
from posecheck.core.errors import PosecheckError
from posecheck.core.i18n import N_
from posecheck.core.outside.files import Most
from posecheck.feedback.programme_words import describe_length
from posecheck.programme.code import HEAD, MOST_TEXT_CHARS, read_code, text_in
from posecheck.programme.library import (
    ProgrammeError,
    all_programmes,
    keep_own,
    own_folder,
    own_programmes,
    parse_programme,
)
from posecheck.programme.programme import Programme

ORDER = ("stiff-after-sitting", "gentle-morning", "upper-back")
MOST_PICTURE_PX = 8000
EDGES_PX = (1600, 800)
"""Longest edges at which a code is looked for: a photo of a screen has stripes that a smaller one loses."""
PICTURES = ("png", "jpg", "jpeg", "webp")
"""Endings of pictures of a QR code; they are read on the visitor's own machine only."""


def show() -> None:
    """Show what there is to choose from."""
    for place, name in zip(st.columns(3, gap="medium"), ORDER, strict=True):
        with place:
            _card(name, all_programmes()[name])
    if private():
        _own()
    _given()


def _card(name: str, programme: Programme) -> None:
    with st.container(border=True, key=f"programme-{name}", height="stretch"):
        st.subheader(plain(_(programme.name)))
        st.caption(plain(describe_length(programme, known_stretches(), texts())))
        st.markdown(plain(_(programme.note)))
        st.button(
            _("Begin"),
            type="primary",
            icon=":material/play_arrow:",
            key=f"begin-{name}",
            on_click=following.begin,
            args=(programme,),
        )


def _own() -> None:
    good, wrong = own_programmes()
    for error in wrong:
        st.warning(plain(describe_error(error, texts())), icon=":material/warning:")
    if good:
        st.subheader(_("Yours"))
    for name, programme in good.items():
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"own-programme-{name}"):
            told = describe_length(programme, known_stretches(), texts())
            st.markdown(f"**{plain(programme.name)}**  \n{plain(told)}")
            st.button(
                _("Begin"),
                icon=":material/play_arrow:",
                key=f"begin-own-{name}",
                on_click=following.begin,
                args=(programme,),
            )
            st.button(
                _("Change it"), icon=":material/edit:", key=f"edit-{name}", on_click=editor.edit, args=(programme,)
            )
            path = own_folder() / f"{name}.toml"
            st.button(
                _("Delete it"), icon=":material/delete:", key=f"delete-{name}", on_click=path.unlink, args=(True,)
            )


def _given() -> None:
    """Take a programme that the visitor was given, as a file or as the text of its QR code."""
    with st.expander(_("Open a programme that you were given"), icon=":material/qr_code_scanner:"):
        with st.form("open-programme", border=False, clear_on_submit=False):
            kinds = ["toml", *(PICTURES if private() else ())]
            told = _("Its file (.toml), or a picture of its QR code") if private() else _("Its file (.toml)")
            upload = st.file_uploader(told, type=kinds, max_upload_size=8)
            text = st.text_area(
                _("Or the text of its QR code, as a phone shows it"),
                key="programme-text",
                max_chars=MOST_TEXT_CHARS,
                placeholder=f"{HEAD}…",
            )
            pressed = st.form_submit_button(_("Open it"), icon=":material/folder_open:")
        if not pressed:
            return
        try:
            if upload is not None:
                programme = _of_upload(uploads.clean_name(upload.name), upload.getvalue())
            elif text.strip():
                programme = read_code(text, _("the text"), known_stretches())
            else:
                st.info(_("Choose a file, or paste the text of the code."), icon=":material/info:")
                return
            if private():
                keep_own(programme)
        except PosecheckError as error:
            st.error(plain(describe_error(error, texts())), icon=":material/error:")
            return
        following.begin(programme)
    st.rerun()


def _of_upload(name: str, data: bytes) -> Programme:
    if name.rpartition(".")[2].lower() in PICTURES and private():
        return read_code(_picture_text(name, data), name, known_stretches())
    if len(data) > Most.DOCUMENT:
        text = "{file}: expected a programme of at most {most} kB, got {got} kB"
        raise ProgrammeError("too_large", text, file=name, most=int(Most.DOCUMENT) >> 10, got=len(data) >> 10)
    try:
        return parse_programme(data.decode("utf-8").replace("\r\n", "\n"), name, known_stretches())
    except UnicodeDecodeError as error:
        told = "{file}: expected a readable TOML file: {why}"
        raise ProgrammeError("unreadable", told, file=name, why="UTF-8") from error


def _picture_text(name: str, data: bytes) -> str:
    """Return the text of the QR code in a picture, which is no larger than MOST_PICTURE_PX either way."""
    told = N_("{file}: expected a picture of at most {most} by {most} pixels with a whole QR code in it, found none")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as picture:
            # Only the head of the file has been read up to here.
            if max(picture.size) <= MOST_PICTURE_PX:
                for edge in EDGES_PX:
                    picture.draft("RGB", (edge, edge))
                    small = picture.convert("RGB")
                    small.thumbnail((edge, edge))
                    if found := text_in(np.asarray(small)):
                        return found
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ProgrammeError("no_picture", told, file=name, most=MOST_PICTURE_PX) from error
    raise ProgrammeError("no_code_in_picture", told, file=name, most=MOST_PICTURE_PX)
