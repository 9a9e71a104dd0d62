"""A profile compared with the stretch and with what the sliders say."""

import streamlit as st

from posecheck.app.base.labels import check_labels, plain
from posecheck.app.base.language import _, texts
from posecheck.app.visit.recordings import LoadedRecording
from posecheck.app.visit.workspace import Workspace
from posecheck.app.widgets.limit_sliders import limits_of, past_norm, stated
from posecheck.app.widgets.limits import apart
from posecheck.feedback.vocabulary import LIMIT_TITLES
from posecheck.stretches.checks import checks_of
from posecheck.stretches.profiles import Limit, Profile
from posecheck.stretches.sides import alike
from posecheck.stretches.stretch import Stretch


def unreasoned(profile: Profile, loaded: LoadedRecording) -> list[str]:
    """Return the labels of the ranges that a profile sets past a published norm without giving a reason.

    Args:
        profile: The profile.
        loaded: The recording, whose stretch is looked at.
    """
    own = profile.parted(stated(loaded))
    laid, told = profile.over(own), profile.reasons.get(own.id, {})
    labels = _labels(own)
    return [
        labels[now.key]
        for was, now in zip(own.ranges, laid.ranges, strict=True)
        if past_norm(was, limits_of(now)) and now.key not in told
    ]


def _labels(stretch: Stretch) -> dict[str, str]:
    """Return the label of each range, by the range's key."""
    checks = checks_of(stretch)
    return {check.range.key: name for check, name in zip(checks, check_labels(checks), strict=True)}


def show(profile: Profile, loaded: LoadedRecording, space: Workspace) -> None:
    """Show a table of the limits that differ between the stretch, the sliders and the profile.

    Args:
        profile: The profile.
        loaded: The recording.
        space: The visitor's workspace, which holds the moved limits.
    """
    judged_by = profile.parted(apart.shown(loaded, space))
    stretch = alike(stated(loaded), judged_by)
    laid = {item.key: limits_of(item) for item in profile.over(stretch).ranges}
    labels = _labels(stretch)
    rows = []
    for item, judged in zip(stretch.ranges, judged_by.ranges, strict=True):
        own, moved = limits_of(item), space.limits.get(item.key, limits_of(judged))
        for name in own:
            values = (own[name], moved.get(name, own[name]), laid[item.key].get(name, own[name]))
            if len(set(values)) > 1:
                rows.append((f"{plain(labels[item.key])}: {_(LIMIT_TITLES[name])}", *map(_shown, values)))
    if rows:
        titles = (_("Limit"), _("The stretch"), _("The sliders now"), _("This profile"))
        st.table(dict(zip(titles, map(list, zip(*rows, strict=True)), strict=True)), hide_index=True)


def _shown(value: Limit) -> str:
    edges = value if isinstance(value, tuple) else (value,)
    return " – ".join(texts().number(edge, 0 if edge == round(edge) else 2) for edge in edges)
