"""How far the visitor is in a programme, on every page that has to know: this one, Live, and after a set.

What is done is kept in the history of the person who is chosen, as it happens; without one, for the visit only.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import streamlit as st

from posecheck.app.base.labels import known_stretches
from posecheck.app.visit import person
from posecheck.app.visit.workspace import mine
from posecheck.app.widgets import stretch_choice
from posecheck.history import PastProgramme, open_store
from posecheck.live.kept import KeptSet
from posecheck.programme.programme import Programme, Step
from posecheck.programme.sitting import Sitting
from posecheck.programme.week import enough, enough_of
from posecheck.safety import Decision, decide, practice, screening
from posecheck.safety.limits import asked_limits
from posecheck.stretches.profiles import Profile
from posecheck.stretches.stretch import Stretch

ACTIVE = "programme-active"
"""Key of the session state that holds the step that Live does now."""


@dataclass(frozen=True, slots=True)
class Active:
    """Hold the step that Live does now.

    Attributes:
        index: Its index in the programme.
        since: When it was begun; sets that began earlier do not count.
        counted: The names of the sets that were counted.
    """

    index: int
    since: datetime
    counted: set[str] = field(default_factory=set)


def sitting() -> Sitting | None:
    """Return how far the visitor is; None where no programme is followed, or somebody else was chosen meanwhile."""
    space = mine()
    if space.sitting_kept is not None and space.sitting_kept[0] != person.name():
        leave()
    return space.sitting


def begin(programme: Programme) -> None:
    """Follow a programme from its first step; one that was followed before is kept as far as it went."""
    leave()
    mine().sitting = Sitting(programme, person.now())


def leave() -> None:
    """Follow no programme any more; what was done of it stays where it is kept."""
    space = mine()
    if space.sitting is not None and space.sitting_kept is None and space.sitting.touched:
        space.sittings.append(space.sitting)
    space.sitting = space.sitting_kept = None
    st.session_state.pop(ACTIVE, None)


def keep() -> None:
    """Keep how far the visitor is in the history of the person who is chosen, if there is one."""
    space, who = mine(), person.name()
    if space.sitting is None or not space.sitting.touched or not who:
        return
    before = space.sitting_kept
    number = before[1] if before is not None and before[0] == who else None
    with open_store() as store:
        space.sitting_kept = who, store.keep_programme(space.sitting, who, number)


def past() -> list[PastProgramme]:
    """Return what was done of programmes before the one that is on: by the person, or in this visit."""
    space, who = mine(), person.name()
    if who:
        with open_store() as store:
            held = store.programmes(who)
        return [one for one in held if space.sitting_kept != (who, one.id)]
    return [PastProgramme(0, "", one.began, one.name, one.rows()) for one in space.sittings]


def enough_today(programme: Programme) -> bool:
    """Return whether a programme was done as often today as is safe."""
    return enough(programme, past(), person.now())


def decision(step: Step, before: Iterable[PastProgramme]) -> tuple[Decision, bool]:
    """Return what the safety rules say of a step now, and whether its stretch was done often enough today.

    Args:
        step: The step.
        before: What was done before; see past().
    """
    stretch, now = known_stretches()[step.stretch], person.now()
    asked = asked_limits(step.stretch, person.age(), step.profile("programme"))
    return decide(screening(), practice(), asked, person.state(), now), enough_of(step, stretch, before, now)


def start(index: int) -> None:
    """Let Live do a step: its stretch is then chosen there.

    Args:
        index: The index of the step.
    """
    one = sitting()
    assert one is not None
    st.session_state[ACTIVE] = Active(index, person.now())
    st.session_state[stretch_choice.CHOSEN_ELSEWHERE] = one.programme.steps[index].stretch


def active(stretch: Stretch | None = None) -> tuple[int, Step] | None:
    """Return the index and the step that Live does now; None where it does none, or another stretch was chosen there.

    Args:
        stretch: The stretch that is chosen in Live; None asks for the step whatever is chosen.
    """
    one, held = sitting(), st.session_state.get(ACTIVE)
    if one is None or held is None or held.index >= len(one.programme.steps):
        return None
    step = one.programme.steps[held.index]
    return (held.index, step) if stretch is None or step.stretch == stretch.id else None


def is_done() -> bool:
    """Return whether the step that Live does is done."""
    one, now = sitting(), active()
    return one is not None and now is not None and one.steps[now[0]].state == "done"


def with_limits(profile: Profile | None, step: Step | None, name: str) -> Profile | None:
    """Return a profile with the limits of a step over it.

    Args:
        profile: The profile that the visitor chose; None for none.
        step: The step; None leaves the profile as it is.
        name: What it is called where there was none.
    """
    own = None if step is None else step.profile(name)
    if own is None:
        return profile
    return own if profile is None else profile.merged(own)


def take(sets: Iterable[KeptSet]) -> list[KeptSet]:
    """Count finished sets towards the step that Live does, and return those that count; each is counted once.

    Args:
        sets: Finished sets, oldest first.
    """
    one, held, now = sitting(), st.session_state.get(ACTIVE), active()
    if one is None or held is None or now is None:
        return []
    out = []
    for done in sets:
        new = done.name not in held.counted and done.began >= held.since and one.steps[held.index].state != "done"
        if new and done.stretch.id == now[1].stretch:
            held.counted.add(done.name)
            if one.add_set(held.index, done.series):
                out.append(done)
    if out:
        keep()
    return out
