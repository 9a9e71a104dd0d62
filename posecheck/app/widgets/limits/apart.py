"""Left and right of a range moved apart: the switch, and the stretch as the sliders show it."""

import streamlit as st

from posecheck.app.base.language import _
from posecheck.app.visit.recordings import LoadedRecording
from posecheck.app.visit.workspace import Workspace
from posecheck.stretches.checks import Check
from posecheck.stretches.sides import can_part, halves_of, parted, whole_key
from posecheck.stretches.stretch import Stretch


def shown(loaded: LoadedRecording, space: Workspace) -> Stretch:
    """Return the recording's stretch with those ranges in halves that the visitor set apart, with its own limits.

    Args:
        loaded: The recording.
        space: The visitor's workspace, which holds the ranges that were set apart.
    """
    stretch = loaded.analysis.stretch
    for key in sorted(space.apart):
        stretch = parted(stretch, key)
    return stretch


def toggle(check: Check, stretch: Stretch, space: Workspace) -> None:
    """Let left and right of a range be moved apart, and together again; nothing where it has no sides.

    Args:
        check: The check that is shown.
        stretch: The stretch as it is shown.
        space: The visitor's workspace.
    """
    key = whole_key(check.range.key)
    # Where the profile that the recording was judged by has them apart, they stay so.
    if key not in space.apart and not can_part(check.range, stretch):
        return
    st.toggle(
        _("Left and right apart"),
        value=key in space.apart,
        key=f"apart-{space.resets}-{key}",
        on_change=set_apart,
        args=(space, key, key not in space.apart),
    )


def set_apart(space: Workspace, key: str, wanted: bool) -> None:
    """Move left and right of a range apart, each from where both stand; or take them together, as they came.

    Args:
        space: The visitor's workspace.
        key: The id of the range.
        wanted: Whether they are to be apart.
    """
    space.remember()
    limits, reason = space.limits.pop(key, None), space.reasons.pop(key, None)
    for name in halves_of(key):
        space.limits.pop(name, None)
        space.reasons.pop(name, None)
        if wanted and limits is not None:
            space.limits[name] = dict(limits)
        if wanted and reason is not None:
            space.reasons[name] = reason
    space.apart = space.apart | {key} if wanted else space.apart - {key}
    space.resets += 1
