"""Hand a programme on: as a file, and as a QR code with its text."""

import cv2
import streamlit as st

from posecheck.app.base.labels import plain
from posecheck.app.base.language import _
from posecheck.programme.code import TooLongError, code_picture, code_text
from posecheck.programme.library import as_toml, file_stem
from posecheck.programme.programme import Programme


def show(programme: Programme, place: str) -> None:
    """Show the file to download, and the code or why there is none.

    Args:
        programme: The programme, which keeps every rule.
        place: Where this is shown, as a part of the keys.
    """
    stem = file_stem(programme)
    st.download_button(
        _("Take it along (.toml)"),
        as_toml(programme),
        file_name=f"{stem}.toml",
        mime="application/toml",
        icon=":material/download:",
        on_click="ignore",
        key=f"programme-file-{place}",
    )
    try:
        text = code_text(programme)
    except TooLongError as error:
        values = {"got": error.params["got"], "most": error.params["most"]}
        told = _("This is too long for a QR code that a phone reads well: {got} signs, {most} fit. Send the file.")
        st.info(plain(told.format(**values)), icon=":material/qr_code:")
        return
    picture = code_picture(text)
    st.image(picture, width=300, caption=_("Scan it with a phone, and paste the text into posecheck."))
    st.download_button(
        _("Take the code along (.png)"),
        cv2.imencode(".png", picture)[1].tobytes(),
        file_name=f"{stem}.png",
        mime="image/png",
        icon=":material/qr_code:",
        on_click="ignore",
        key=f"programme-code-{place}",
    )
    with st.expander(_("The text of the code")):
        st.code(text, language=None, wrap_lines=True)
