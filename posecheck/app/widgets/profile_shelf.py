"""The visitor's profiles, named sets of limits: choose, save, compare, upload and download them."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from posecheck.app.base import navigation
from posecheck.app.base.labels import plain
from posecheck.app.base.language import _, ngettext, texts
from posecheck.app.base.privacy import data_folder, private
from posecheck.app.base.problems import describe_error
from posecheck.app.visit import person
from posecheck.app.visit.recordings import LoadedRecording
from posecheck.app.visit.workspace import Workspace, mine
from posecheck.app.widgets.limit_sliders import capped, limits_of, stated
from posecheck.app.widgets.limits import apart, comparing
from posecheck.core.errors import InputError, StretchError
from posecheck.core.files import changed_alone, write_whole
from posecheck.core.i18n import N_
from posecheck.stretches.library import all_stretches
from posecheck.stretches.profiles import Limit, Profile
from posecheck.stretches.sides import alike
from posecheck.stretches.stretch import Stretch

PUNCTUATION = r" \-–,.!'’()\[\]&+"
NAME = re.compile(rf"^(?!(con|prn|aux|nul|com\d|lpt\d)(\.|$))\w[\w{PUNCTUATION}]{{0,59}}$", re.IGNORECASE)
"""Letters, digits and ordinary punctuation: nothing that leads to another folder, or that a file system refuses."""
NAME_CHARS = 60
MAX_BYTES = 64 * 1024
USED_IN = (
    ("live", N_("Use in Live"), ":material/videocam:"),
    ("analyse", N_("Use in Analyse"), ":material/play_circle:"),
)
SAVED_FOR = (
    ("live", N_("Save and use in Live"), ":material/videocam:"),
    ("analyse", N_("Save and use in Analyse"), ":material/play_circle:"),
)
"""Where a profile is used at once: path of the page, label and icon of the button."""


def folder() -> Path:
    """Return the folder of the visitor's profiles: the user's data folder on their own machine, else the visit's."""
    path = (data_folder() if private() else mine().folder) / "profiles"
    path.mkdir(parents=True, exist_ok=True)
    return path


def names() -> list[str]:
    """Return the names of the profiles in alphabetical order."""
    return sorted((path.stem for path in folder().glob("*.toml") if NAME.match(path.stem)), key=str.lower)


def file_of(name: str) -> Path:
    """Return the path of a profile's file.

    Raises:
        InputError: The name holds characters that a file name should not have, or is too long.
    """
    # Some systems write an umlaut as two characters.
    clean = " ".join(unicodedata.normalize("NFC", name).split())
    if not NAME.match(clean):
        text = _("name: expected letters, digits, spaces and , . ! ' - ( ) [ ] & +, 60 at most, got {name!r}")
        raise InputError("profile_name", text.format(name=name[:80]))
    return folder() / f"{clean}.toml"


def load(name: str) -> Profile:
    """Load a profile by its name.

    Raises:
        StretchError: The file is wrong.
        InputError: The name is not allowed.
    """
    return Profile.load(file_of(name))


def problems(profile: Profile) -> list[str]:
    """Describe, a line for each problem, where a profile no longer fits the stretches that it changes."""
    lines = []
    for name in profile.changes:
        stretch = all_stretches().get(name)
        if stretch is None:
            lines.append(_("{name}: there is no such stretch any more").format(name=name))
            continue
        try:
            profile.over(stretch)
        except StretchError as error:
            lines += describe_error(error, texts()).splitlines()
    return lines


def current(stretch: Stretch) -> Profile | None:
    """Return the profile that the visitor chose in the bar, and say where it does not fit.

    Args:
        stretch: The stretch that it is used for.

    Returns:
        The profile; None for the limits of the stretch itself.
    """
    name = mine().profile
    if not name or name not in names():
        return None
    try:
        profile = load(name)
        profile.over(stretch)
    except StretchError as error:
        st.warning(
            _("This profile does not fit the stretch, so the stretch's own limits hold: {why}").format(
                why=plain(describe_error(error, texts()))
            )
        )
        return None
    if stretch.id in profile.changes:
        st.caption(_("Limits: {name}.").format(name=plain(name)))
    else:
        st.caption(_("The profile {name} changes nothing for this stretch.").format(name=plain(name)))
    return profile


def show(loaded: LoadedRecording, space: Workspace) -> None:
    """Show the profiles section of the thresholds page.

    Args:
        loaded: The loaded recording, whose stretch the profiles are used for.
        space: The visitor's workspace, which holds the moved limits.
    """
    st.subheader(_("Profiles"))
    place = _("They are kept on this machine.") if private() else _("They are gone when you leave: take them along.")
    st.caption(
        _("A profile keeps, under a name, only what differs from the stretch: for a person, or a clinic.") + " " + place
    )
    left, right = st.columns(2, gap="medium")
    with left:
        _save(loaded, space)
    with right:
        _bring(space)
    held = names()
    if held:
        _held(held, loaded, space)


def changed(stretch: Stretch, limits: Mapping[str, Mapping[str, Limit]]) -> dict[str, dict[str, Limit]]:
    """Return only those limits that differ from a stretch's own.

    Args:
        stretch: The stretch.
        limits: Limits by range and by name (target, caution, stop).
    """
    out = {}
    for key, said in limits.items():
        stated = limits_of(stretch.range(key))
        differing = {name: value for name, value in said.items() if stated.get(name) != value}
        if differing:
            out[key] = differing
    return out


def differing(loaded: LoadedRecording, space: Workspace) -> Profile:
    """Return all changes to the stretch itself as a profile: those of the recording's profile, then the moved limits.

    Args:
        loaded: The recording; the stretch without any profile is loaded for its age.
        space: The visitor's workspace, which holds the moved limits and their reasons.
    """
    name = loaded.analysis.stretch.id
    shown = apart.shown(loaded, space)
    own = alike(stated(loaded), shown)
    laid = own if loaded.profile is None else loaded.profile.over(own)
    moved = changed(shown, space.limits)
    limits = changed(own, {item.key: {**limits_of(item), **moved.get(item.key, {})} for item in laid.ranges})
    reasons = {**({} if loaded.profile is None else loaded.profile.reasons.get(name, {})), **space.reasons}
    return Profile({name: limits}, "limits", {name: {key: why for key, why in reasons.items() if key in limits}})


def _save(loaded: LoadedRecording, space: Workspace) -> None:
    with st.form("save-profile", border=True):
        name = st.text_input(
            _("Name"), person.name(), max_chars=NAME_CHARS, placeholder=_("for example: Mrs Miller, shoulder")
        )
        pressed = st.form_submit_button(_("Save the moved limits"), icon=":material/save:")
        with st.container(horizontal=True):
            wanted = {page: st.form_submit_button(_(title), icon=icon) for page, title, icon in SAVED_FOR}
    if not pressed and not any(wanted.values()):
        return
    if not changed(apart.shown(loaded, space), space.limits):
        st.info(_("Nothing has been moved, so there is nothing to save."))
        return
    try:
        path = file_of(name)
        found = differing(loaded, space)
        with changed_alone(path):
            before = Profile.load(path) if path.is_file() else Profile({}, path.name)
            profile = Profile({**before.changes, **found.changes}, path.name, {**before.reasons, **found.reasons})
            write_whole(path, profile.as_toml().encode())
    except (InputError, StretchError) as error:
        st.error(plain(describe_error(error, texts())))
        return
    st.success(_("Saved as “{name}”.").format(name=plain(path.stem)), icon=":material/check:")
    for page, pressed_too in wanted.items():
        if pressed_too:
            take(path.stem, page, space)


def take(name: str, page: str, space: Workspace) -> None:
    """Use a saved profile from now on, and go to a page.

    Args:
        name: The profile's name.
        page: The page's path: live or analyse.
        space: The visitor's workspace, which holds the profile in use.
    """
    space.profile = name
    navigation.open_page(page)


def _bring(space: Workspace) -> None:
    with st.form("bring-profile", border=True, clear_on_submit=True):
        upload = st.file_uploader(
            _("Bring in a profile (.toml, up to {n} kB)").format(n=MAX_BYTES // 1024), type=["toml"], max_upload_size=1
        )
        name = st.text_input(_("Name it"), max_chars=60)
        pressed = st.form_submit_button(_("Bring in"), icon=":material/upload:")
    if not pressed or upload is None:
        return
    part = space.new_folder() / "profile.toml"
    try:
        data = upload.getvalue()
        if len(data) > MAX_BYTES:
            raise InputError(_("expected a profile of at most {n} kB").format(n=MAX_BYTES // 1024))
        path = file_of(name or re.sub(rf"[^\w{PUNCTUATION}]", " ", upload.name.removesuffix(".toml"))[:NAME_CHARS])
        part.write_bytes(data)
        profile = Profile.load(part)
        write_whole(path, profile.as_toml().encode())
    except (InputError, StretchError) as error:
        st.error(plain(describe_error(error, texts()).replace(str(part), _("the file"))))
        return
    finally:
        part.unlink(missing_ok=True)
        part.parent.rmdir()
    lines = problems(profile)
    st.success(_("Brought in as “{name}”.").format(name=plain(path.stem)), icon=":material/check:")
    if lines:
        st.warning("\n".join(f"- {plain(line)}" for line in lines))


def _held(held: list[str], loaded: LoadedRecording, space: Workspace) -> None:
    stretch = loaded.analysis.stretch
    name = st.selectbox(_("Saved profiles"), held, key="shelf-name")
    path = file_of(name)
    try:
        profile = load(name)
    except StretchError as error:
        st.error(plain(describe_error(error, texts()).replace(str(path), path.name)))
        return
    lines = problems(profile)
    if lines:
        st.warning(
            _("This profile no longer fits:") + "\n\n" + "\n".join(f"- {plain(line)}" for line in lines),
            icon=":material/warning:",
        )
    count = len(profile.changes.get(stretch.id, {}))
    st.write(
        ngettext("It changes {n} range of this stretch.", "It changes {n} ranges of this stretch.", count).format(
            n=count
        )
    )
    with st.container(horizontal=True):
        st.button(
            _("Use it here"),
            icon=":material/done:",
            on_click=use,
            args=(profile, loaded, space),
            disabled=bool(lines) or not count,
        )
        for page, title, icon in USED_IN:
            if st.button(_(title), icon=icon, key=f"use-in-{page}", disabled=bool(lines) or not count):
                take(name, page, space)
        st.download_button(
            _("Take it along (.toml)"),
            path.read_bytes(),
            file_name=path.name,
            mime="application/toml",
            icon=":material/download:",
            on_click="ignore",
        )
        st.button(_("Delete it"), icon=":material/delete:", on_click=lambda: path.unlink(missing_ok=True))
    if lines:
        return
    bare = comparing.unreasoned(profile, loaded)
    if bare:
        st.warning(
            _("Past the published norm, and no reason is given: {names}.").format(names=plain("; ".join(bare))),
            icon=":material/warning:",
        )
    comparing.show(profile, loaded, space)


def use(profile: Profile, loaded: LoadedRecording, space: Workspace) -> None:
    """Set the sliders to a profile's limits; limits moved before are forgotten.

    Args:
        profile: The profile; where the person's health answers ask for lower limits, these are used instead.
        loaded: The recording that the sliders are shown for.
        space: The visitor's workspace, which receives the limits and their reasons.
    """
    laid = capped(profile.over(alike(stated(loaded), loaded.analysis.stretch)), loaded)
    held = alike(loaded.analysis.stretch, laid)
    space.reset()
    space.apart = {item.key for item in loaded.analysis.stretch.ranges} - {item.key for item in held.ranges}
    space.reasons = dict(profile.reasons.get(held.id, {}))
    for before, now in zip(held.ranges, laid.ranges, strict=True):
        if limits_of(before) != limits_of(now):
            space.limits[now.key] = limits_of(now)
