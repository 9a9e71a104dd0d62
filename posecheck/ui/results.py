"""A judged recording on a page: verdict, video, curve, events, what could not be judged, downloads."""

import streamlit as st

from posecheck.analysis import Analysis
from posecheck.ui import verdict_panel
from posecheck.ui.curve import chart
from posecheck.ui.labels import check_labels, plain, primary_check, sign, when
from posecheck.ui.look import colours
from posecheck.ui.workspace import Loaded
from posecheck.words import KINDS, amount

DOWNLOADS = {
    "annotated.mp4": ("Annotated video", "video/mp4"),
    "angles.csv": ("Angles", "text/csv"),
    "events.csv": ("Events", "text/csv"),
    "summary.json": ("Summary", "application/json"),
    "landmarks.npz": ("Landmarks", "application/octet-stream"),
}


def show(loaded: Loaded) -> None:
    """Show everything there is to say of a recording, the verdict first."""
    analysis = loaded.analysis
    summary = analysis.summary
    verdict_panel.show(summary.verdict, summary.headline, kicker=f"{analysis.stretch.name} · {loaded.name}")
    st.caption(facts(loaded))
    if loaded.problem:
        st.warning(plain(loaded.problem), icon=":material/warning:")
    video, curve = st.columns(2, gap="medium")
    with video:
        st.subheader("What the camera saw")
        st.video(str(loaded.folder / "annotated.mp4"), muted=True)
    with curve:
        st.subheader("How far it went")
        _curve(loaded)
    _events(analysis)
    _unjudged(analysis)
    _measured(analysis)
    _downloads(loaded)


def facts(loaded: Loaded) -> str:
    """Return in one line what the verdict rests on."""
    summary = loaded.analysis.summary
    age = f"limits for age {loaded.age}" if loaded.age else "limits for an adult"
    parts = [f"{summary.duration_s:.1f} s, {summary.frames} frames", age]
    if summary.neutral is not None:
        neutral = summary.neutral
        parts.append(f"measured from the neutral posture at {neutral['start_s']:.1f}–{neutral['end_s']:.1f} s")
        parts.append(f"the camera sees you from the {neutral['view']}")
    return " · ".join(parts)


def _curve(loaded: Loaded) -> None:
    analysis = loaded.analysis
    checks = analysis.session.checks
    main = primary_check(checks, analysis.stretch)
    names = check_labels(checks)
    order = [main, *(i for i in range(len(checks)) if i != main)]
    i = st.selectbox(
        "Angle",
        order,
        format_func=names.__getitem__,
        key=f"curve-{loaded.number}",
        label_visibility="collapsed",
    )
    st.altair_chart(chart(analysis, i, colours()))
    st.caption(
        "Line: what was read; the band round it holds about nine of ten errors. "
        "Bands behind: target, caution, stop. ▲ and ■ mark the worst moment of an event. A gap could not be judged."
    )


def _events(analysis: Analysis) -> None:
    st.subheader("What happened")
    rows = [event for event in analysis.events if event.kind != "cannot_judge"]
    if not rows:
        st.write("No limit was passed.")
        return
    st.table(
        {
            "When": [when(event) for event in rows],
            "Level": [sign(event.level) for event in rows],
            "What": [KINDS[event.kind] for event in rows],
            "What to change": [plain(event.message) for event in rows],
        },
        hide_index=True,
    )


def _unjudged(analysis: Analysis) -> None:
    unjudged = analysis.summary.unjudged
    cannot = analysis.stretch.camera.cannot_show
    if not unjudged and not cannot:
        return
    st.subheader("What could not be judged")
    by_advice: dict[str, list[str]] = {}
    for item in unjudged:
        by_advice.setdefault(item.advice, []).append(item.words)
    for advice, names in by_advice.items():
        text = ", ".join(names)
        st.markdown(f"**? {plain(text[0].upper() + text[1:])}.** {plain(advice)}")
    if cannot:
        st.markdown("No camera position shows, for this stretch: " + plain("; ".join(cannot)) + ".")


def _measured(analysis: Analysis) -> None:
    peaks = [peak for peak in analysis.summary.peaks if peak.highest is not None and peak.lowest is not None]
    if not peaks:
        return
    with st.expander("All measured angles"):
        st.table(
            {
                "Angle": [peak.words for peak in peaks],
                "Lowest": [_signed(peak.lowest, peak.unit) for peak in peaks],
                "Highest": [_signed(peak.highest, peak.unit) for peak in peaks],
                "Error": ["" if peak.error is None else f"± {amount(peak.error, peak.unit)}" for peak in peaks],
                "Caution": ["" if peak.caution is None else amount(peak.caution, peak.unit) for peak in peaks],
                "Stop": ["" if peak.stop is None else amount(peak.stop, peak.unit) for peak in peaks],
            },
            hide_index=True,
        )


def _signed(value: float | None, unit: str) -> str:
    return "" if value is None else f"{'−' if value < 0 else ''}{amount(value, unit)}"


def _downloads(loaded: Loaded) -> None:
    st.subheader("Take it with you")
    with st.container(horizontal=True):
        for name, (label, mime) in DOWNLOADS.items():
            path = loaded.folder / name
            st.download_button(
                f"{label} ({path.suffix[1:]})",
                path.read_bytes(),
                file_name=name,
                mime=mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"download-{name}",
            )
