"""The page on which visitors make a stretch of their own from a recording of it."""

from datetime import date
from math import ceil
from typing import get_args

import streamlit as st
import tomlkit

from posecheck.app.base.labels import POSITION_CHOICES, SEEN_FROM, plain
from posecheck.app.base.language import _, ngettext, texts
from posecheck.app.base.privacy import private
from posecheck.app.base.problems import describe_error
from posecheck.app.base.theme import colours
from posecheck.app.visit import uploads
from posecheck.app.visit.analysis_run import LONGEST_MIN
from posecheck.app.visit.recordings import AnalysisRequest, LoadedRecording
from posecheck.app.visit.sources import all_samples
from posecheck.app.visit.workspace import Workspace, mine
from posecheck.app.widgets import analysis_progress, verdict_panel
from posecheck.assessment.proposal import Proposal, as_toml, identity, norm_of, proposals, scaffold, speed_of
from posecheck.core.errors import OutputError, PosecheckError, StretchError
from posecheck.core.files import write_whole
from posecheck.core.i18n import N_
from posecheck.feedback.bands import ways
from posecheck.feedback.wording import amount, capital, side, words_for
from posecheck.stretches.library import all_stretches, own_folder, own_stretches, parse_stretch
from posecheck.stretches.ranges import View
from posecheck.stretches.stretch import Stretch

MOST = 8
"""How many proposals are offered; further ones are small movements that are rarely part of the stretch."""
DRAFT = "own-draft.toml"


def page() -> None:
    """Show the page."""
    st.title(_("A stretch of your own"))
    if not private():
        st.info(
            _("A stretch of your own is kept only where posecheck runs on your own machine."), icon=":material/lock:"
        )
        return
    st.write(
        _(
            "Record it once, done as carefully as you have learnt it. posecheck proposes limits a little past your own "
            "end position, never past a published norm. Have them looked at by a physiotherapist."
        )
    )
    space = mine()
    problem = analysis_progress.settled(space)
    _kept()
    if analysis_progress.running(space):
        return
    if problem is not None:
        st.error(plain(problem), icon=":material/error:")
    _record(space)
    loaded = max(filter(None, (space.loaded, space.measured)), key=lambda one: one.number, default=None)
    if loaded is not None:
        _edit(loaded)


def _kept() -> None:
    good, problems = own_stretches(texts())
    for problem in problems:
        st.warning(plain(problem), icon=":material/warning:")
    for stretch in good.values():
        with st.container(horizontal=True, vertical_alignment="center"):
            told = ngettext("{n} range", "{n} ranges", len(stretch.ranges)).format(n=len(stretch.ranges))
            st.markdown(f"**{plain(stretch.name)}** · {told}")
            path = own_folder() / f"{stretch.id}.toml"
            st.download_button(
                _("Take it along (.toml)"),
                path.read_bytes(),
                file_name=path.name,
                on_click="ignore",
                icon=":material/download:",
                key=f"own-take-{stretch.id}",
            )
            st.button(
                _("Delete it"),
                icon=":material/delete:",
                key=f"own-delete-{stretch.id}",
                on_click=lambda gone=path: gone.unlink(missing_ok=True),
            )


def _record(space: Workspace) -> None:
    st.subheader(_("1. Record it"))
    left, right = st.columns(2, gap="large")
    position = left.selectbox(
        _("Position"),
        list(POSITION_CHOICES),
        format_func=lambda one: capital(_(POSITION_CHOICES[one])),
        key="own-position",
    )
    upload = right.file_uploader(
        _("Video file, up to {size} MB and {minutes} minutes, that begins with two seconds of stillness").format(
            size=st.get_option("server.maxUploadSize"), minutes=LONGEST_MIN
        ),
        type=uploads.TYPES,
        key="own-upload",
    )
    samples = {sample.path.stem: sample for sample in all_samples()}
    sample = left.selectbox(
        _("Or try it with a sample"),
        list(samples),
        index=None,
        placeholder=_("none"),
        format_func=lambda one: samples[one].label,
        key="own-sample",
    )
    asked = st.button(
        _("Measure it"), type="primary", icon=":material/straighten:", disabled=upload is None and sample is None
    )
    if not asked:
        return
    folder = space.new_folder()
    draft = folder / DRAFT
    draft.write_text(as_toml(scaffold(position)), encoding="utf-8")
    if upload is not None:
        video, name = uploads.store(upload, folder), uploads.clean_name(upload.name)
    elif sample is not None:
        video, name = samples[sample].path, samples[sample].path.name
    else:
        return
    analysis_progress.start(AnalysisRequest(video, name, str(draft), None, texts=texts(), draft=True), folder)


def _edit(loaded: LoadedRecording) -> None:
    st.subheader(_("2. What moved"))
    found = {one.item.key: one for one in proposals(loaded.analysis)[:MOST]}
    if not found:
        colour = colours().unknown
        verdict_panel.panel(
            _("Nothing to propose"),
            colour,
            _("No angle moved far enough, or none could be judged from this camera."),
            small=True,
        )
        return
    st.caption(_("Measured from: {name}").format(name=plain(loaded.name)))
    chosen = st.multiselect(
        _("Angles to watch"),
        list(found),
        default=list(found)[:3],
        placeholder=_("none"),
        format_func=lambda key: _told(found[key]),
        key=f"own-angles-{loaded.number}",
    )
    if not chosen:
        st.info(_("Choose at least one angle."))
        return
    primary = st.selectbox(
        _("The one the stretch is about"),
        chosen,
        format_func=lambda key: _told(found[key]),
        key=f"own-primary-{loaded.number}",
    )
    st.subheader(_("3. Limits"))
    ranges = [_limits(found[key], loaded.number) for key in chosen]
    st.subheader(_("4. Describe it"))
    with st.form("own-stretch", border=True):
        name = st.text_input(_("Name"), max_chars=80)
        summary = st.text_input(_("In one sentence"), max_chars=200)
        steps = st.text_area(_("Steps, one a line"), max_chars=2000)
        both = st.checkbox(_("It is done to both sides"), value="rotation" in found[primary].item.angle)
        hold = st.slider(_("Hold, in seconds"), 1, 60, (5, 10))
        pressed = st.form_submit_button(_("Check and save"), type="primary", icon=":material/save:")
    if pressed:
        _save(_table(loaded, found[primary], ranges, (name, summary, steps), both, hold))


def _told(proposal: Proposal) -> str:
    item = proposal.item
    way = side(ways(item)[0], item.angle, texts())
    far = amount(proposal.reached, "deg", texts())
    what = f"{capital(words_for(item.angle, texts()))} {way}".strip()
    return f"{what}: {far}"


def _origin(proposal: Proposal) -> str:
    """Describe where proposed limits come from; in the file, the source is in English like all sources."""
    item = proposal.item
    told = _("Proposed from this recording, in which it reached {far}.").format(
        far=amount(proposal.reached, "deg", texts())
    )
    norm = norm_of(item.angle, item.along)
    if norm is None or norm.stop is None or item.stop != round(norm.stop):
        return told
    return told + " " + _("Not past the published norm of {far}.").format(far=amount(norm.stop, "deg", texts()))


def _limits(proposal: Proposal, number: int) -> dict[str, object]:
    """Let the visitor change the limits of a proposed range, and return the range as plain data."""
    item = proposal.item
    data = item.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    with st.container(border=True):
        st.markdown(f"**{plain(_told(proposal))}** ± {amount(proposal.error, 'deg', texts())}")
        st.caption(plain(_origin(proposal)))
        top = float(max(60, ceil(1.6 * (item.stop or 0.0))))
        key = f"own-{number}-{item.key}"
        target = item.target or (0.0, 0.0)
        data["target"] = list(st.slider(_("Target"), 0.0, top, target, 1.0, format="%g°", key=f"{key}-target"))
        left, right = st.columns(2)
        data["caution"] = left.slider(
            _("Caution"), 0.0, top, item.caution or 0.0, 1.0, format="%g°", key=f"{key}-caution"
        )
        data["stop"] = right.slider(_("Stop"), 0.0, top, item.stop or 0.0, 1.0, format="%g°", key=f"{key}-stop")
    if (data["caution"], data["stop"]) != (item.caution, item.stop):
        data["source"] = f"{item.source}; changed by hand"
    return data


def _table(
    loaded: LoadedRecording,
    primary: Proposal,
    ranges: list[dict[str, object]],
    words: tuple[str, str, str],
    both: bool,
    hold: tuple[int, int],
) -> dict[str, object]:
    """Return the whole stretch as plain data."""
    name, summary, steps = (" ".join(words[0].split()), " ".join(words[1].split()), words[2])
    neutral = loaded.analysis.neutral
    view = neutral.view if neutral is not None and neutral.view in get_args(View) else "side"
    speed = speed_of(primary.item.angle)
    rows = [*ranges, *([] if speed is None else [speed.model_dump(mode="json", exclude_none=True)])]
    taken = {*all_stretches(), *(path.stem for path in own_folder().glob("*.toml"))}
    return {
        "id": identity(name, taken),
        "name": name,
        "summary": summary or name,
        "advice": "coach",
        "risk": "not stated",
        "position": loaded.analysis.stretch.position,
        "steps": [line.strip() for line in steps.splitlines() if line.strip()],
        "sides": "both" if both else "symmetric",
        "primary": primary.item.angle,
        "primary_along": "magnitude" if both else primary.item.along,
        "hold": {"seconds": list(hold), "source": "chosen by whoever recorded it", "basis": "judgement"},
        "camera": {"views": [view], "placement": f"where it was recorded from: {SEEN_FROM.get(view, view)}"},
        "sources": [f"a recording of one's own, {date.today():%Y-%m-%d}; nobody has validated these limits"],
        "ranges": rows,
    }


def _save(table: dict[str, object]) -> None:
    """Validate the stretch like any stretch file and write it; otherwise show every problem."""
    path = own_folder() / f"{table['id']}.toml"
    try:
        stretch = _validated(table, path.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, as_toml(stretch).encode())
    except OSError as error:
        text = N_("{folder}: expected a folder that can be written to, got: {why}")
        refused = OutputError("not_writable", text, folder=path.parent, why=error)
        st.error(plain(describe_error(refused, texts())), icon=":material/error:")
        return
    except PosecheckError as error:
        st.error(
            "\n".join(f"- {plain(line)}" for line in describe_error(error, texts()).splitlines()),
            icon=":material/error:",
        )
        return
    st.success(
        _("“{name}” is saved, and stands among the stretches on every page.").format(name=plain(stretch.name)),
        icon=":material/check:",
    )


def _validated(table: dict[str, object], name: str) -> Stretch:
    if not table["name"]:
        raise StretchError(_("name: expected what the stretch is called, got nothing"))
    if not table["steps"]:
        raise StretchError(_("steps: expected at least one line, got none"))
    return parse_stretch(tomlkit.dumps(table), name)
