"""The downloads of a recording: each result file by itself, and all of them in one zip file."""

import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import streamlit as st

from posecheck.app.base.language import _, language
from posecheck.app.visit import person
from posecheck.app.visit.recordings import LoadedRecording
from posecheck.app.visit.workspace import Workspace
from posecheck.core.errors import PosecheckError
from posecheck.core.i18n import N_, Language
from posecheck.recordings import reporting
from posecheck.recordings.rejudge import rejudge
from posecheck.recordings.request import Changes
from posecheck.stretches.profiles import Limit, Profile

REPORT = "report.html"
MADE = {
    REPORT: (N_("Report to print"), "text/html", ":material/description:"),
    "annotated.mp4": (N_("Annotated video"), "video/mp4", ":material/movie:"),
    "angles.csv": (N_("Angles"), "text/csv", ":material/table:"),
    "events.csv": (N_("Events"), "text/csv", ":material/table:"),
    "repetitions.csv": (N_("Repetitions"), "text/csv", ":material/table:"),
    "cues.csv": (N_("Cues"), "text/csv", ":material/table:"),
    "summary.json": (N_("Summary"), "application/json", ":material/data_object:"),
    "landmarks.npz": (N_("Landmarks"), "application/octet-stream", ":material/accessibility_new:"),
    "markers.trc": (N_("Markers for OpenSim"), "text/plain", ":material/accessibility_new:"),
    "angles.mot": (N_("Angles for OpenSim"), "text/plain", ":material/show_chart:"),
    "angles.parquet": (N_("Angles as Parquet"), "application/octet-stream", ":material/table:"),
    "motion.c3d": (N_("Landmarks and angles as C3D"), "application/octet-stream", ":material/accessibility_new:"),
    "results.fhir.json": (N_("Results as HL7 FHIR"), "application/fhir+json", ":material/local_hospital:"),
}
FIRST = 2
"""How many of MADE are shown at once; the others, for use in other programs, are in an expander."""
VIDEO = "annotated.mp4"
"""Its drawing shows the limits of the analysis; it cannot be drawn again, because the recording itself is not kept."""


def report_name(loaded: LoadedRecording) -> str:
    """Return what the report of a recording is called: person, stretch and day."""
    return reporting.file_name(person.name(), _(loaded.analysis.stretch.name), person.now().date())


def made(folder: Path, name: str, spoken: Language, who: str = "") -> bytes:
    """Return the bytes of a result file; make it first where the analysis did not write it.

    Args:
        folder: The folder of results.
        name: One of MADE.
        spoken: The language of the report.
        who: Whose recording it is: the report names them, and shows what the history has of them.

    Raises:
        PosecheckError: The file cannot be made, for example because the recording holds too few readings.
    """
    path = folder / (name if name != REPORT else f"report-{spoken}.html")
    # A person's report is made anew each time: another session of theirs may have been kept meanwhile.
    if not path.is_file() or (name == REPORT and who):
        if name == REPORT:
            _report(folder, path, spoken, who)
        else:
            reporting.export(folder, path)
    return path.read_bytes()


def _report(folder: Path, path: Path, spoken: Language, who: str) -> None:
    known = bool(who) and who in person.known()
    reporting.report(folder, path, force=True, person=who if known else None, language=spoken, named=who)


def everything(folder: Path, spoken: Language, names: Sequence[str] = tuple(MADE), who: str = "") -> bytes:
    """Return the bytes of a zip file with all result files.

    Args:
        folder: The folder of results.
        spoken: The language of the report.
        names: The files to include, from MADE; for one that cannot be made, a text file says why.
        who: Whose recording it is; empty where nobody is chosen.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            try:
                archive.writestr(f"posecheck/{name}", made(folder, name, spoken, who))
            except PosecheckError as error:
                archive.writestr(f"posecheck/{name}.txt", f"{_told(error, folder)}\n")
    return out.getvalue()


def moved(folder: Path, stretch: str, limits: Mapping[str, Mapping[str, Limit]], reasons: Mapping[str, str]) -> Path:
    """Judge a folder's landmarks again with moved limits.

    Args:
        folder: The folder of results.
        stretch: The id of the stretch.
        limits: The moved limits, by range and by name (target, caution, stop).
        reasons: Why limits may go past a published norm, by range.

    Returns:
        A new folder of results. The caller removes its parent, a temporary folder beside `folder`.

    Raises:
        PosecheckError: The landmarks cannot be judged with these limits.
    """
    out = Path(tempfile.mkdtemp(dir=folder.parent)) / "moved"
    changed = Profile(
        {stretch: limits}, "limits", {stretch: {key: why for key, why in reasons.items() if key in limits}}
    )
    try:
        rejudge(folder, Changes(settings=changed.settings(stretch)), out)
    except BaseException:
        shutil.rmtree(out.parent)
        raise
    return out


def show_moved(loaded: LoadedRecording, space: Workspace) -> None:
    """Show the downloads of results judged by the moved limits, all except the video.

    Args:
        loaded: The recording.
        space: The visitor's workspace, which holds the moved limits.
    """
    st.subheader(_("Take it with you, by these limits"))
    st.caption(
        _(
            "Report and tables say which limits were moved, and why. The video is not among them: it was drawn by the "
            "limits as they came, and the recording itself is not kept."
        )
    )
    spoken, stretch, who = language(), loaded.analysis.stretch.id, person.name()
    limits, reasons = {key: dict(said) for key, said in space.limits.items()}, dict(space.reasons)

    def make(build: Callable[[Path], bytes]) -> bytes:
        out = None
        try:
            out = moved(loaded.folder, stretch, limits, reasons)
            return build(out)
        except PosecheckError as error:
            return f"{_told(error, loaded.folder)}\n".encode()
        finally:
            if out is not None:
                shutil.rmtree(out.parent)

    label, mime, icon = MADE[REPORT]
    with st.container(horizontal=True):
        st.download_button(
            f"{_(label)} (html)",
            lambda: make(lambda folder: made(folder, REPORT, spoken, who)),
            file_name=report_name(loaded),
            mime=mime,
            icon=icon,
            on_click="ignore",
            key="download-moved-report",
        )
        st.download_button(
            _("Everything (zip)"),
            lambda: make(lambda folder: everything(folder, spoken, [name for name in MADE if name != VIDEO], who)),
            file_name="posecheck.zip",
            mime="application/zip",
            icon=":material/folder_zip:",
            on_click="ignore",
            key="download-moved-all",
        )


def show(loaded: LoadedRecording) -> None:
    """Show the downloads of a recording as it was analysed."""
    st.subheader(_("Take it with you"))
    names, spoken, who = list(MADE), language(), person.name()
    with st.container(horizontal=True):
        for name in names[:FIRST]:
            _button(loaded, name)
        st.download_button(
            _("Everything (zip)"),
            lambda: everything(loaded.folder, spoken, who=who),
            file_name="posecheck.zip",
            mime="application/zip",
            icon=":material/folder_zip:",
            on_click="ignore",
            key="download-all",
        )
    with (
        st.expander(_("Single files, for a spreadsheet or another program")),
        st.container(horizontal=True),
    ):
        for name in names[FIRST:]:
            _button(loaded, name)


def _button(loaded: LoadedRecording, name: str) -> None:
    label, mime, icon = MADE[name]
    st.download_button(
        f"{_(label)} ({name.rpartition('.')[2]})",
        _maker(loaded.folder, name, language(), person.name()),
        file_name=report_name(loaded) if name == REPORT else name,
        mime=mime,
        icon=icon,
        on_click="ignore",
        key=f"download-{name}",
    )


def _maker(folder: Path, name: str, spoken: Language, who: str) -> Callable[[], bytes]:
    def make() -> bytes:
        try:
            return made(folder, name, spoken, who)
        except PosecheckError as error:
            return f"{_told(error, folder)}\n".encode()

    return make


def _told(error: PosecheckError, folder: Path) -> str:
    """Return the error's text without the path of the folder on this machine, which must not be shown."""
    return str(error).replace(f"{folder}/", "").replace(str(folder), "")
