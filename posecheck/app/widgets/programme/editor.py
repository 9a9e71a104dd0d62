"""Make or change a programme: its steps added, removed, moved, each with repetitions, hold, limits and a note."""

from typing import Any

import streamlit as st
from pydantic import ValidationError

from posecheck.app.base.labels import known_stretches, plain
from posecheck.app.base.language import _, texts
from posecheck.app.base.privacy import private
from posecheck.app.base.problems import describe_error
from posecheck.app.widgets.programme import following, sharing
from posecheck.app.widgets.programme.mending import describe_ways
from posecheck.core.errors import PosecheckError
from posecheck.feedback.vocabulary import ASKED_SIDES
from posecheck.programme.library import ProgrammeError, keep_own
from posecheck.programme.programme import MOST_STEPS, Programme
from posecheck.programme.rules import broken, longest_hold, most_per_day
from posecheck.safety import practice
from posecheck.stretches.problems import problems_of
from posecheck.stretches.stretch import Stretch

DRAFT = "programme-draft"
"""Key of the session state that holds the draft: the values of the file, with a number `id` in each step."""


def edit(programme: Programme) -> None:
    """Begin to change a programme; the draft that was there is replaced."""
    draft = programme.model_dump(mode="json", exclude_none=True)
    draft["steps"] = [{**step, "id": _number()} for step in draft["steps"]]
    draft["id"] = _number()
    st.session_state[DRAFT] = draft


def new() -> None:
    """Begin a new programme."""
    rules = practice().warm_up
    st.session_state[DRAFT] = {"name": "", "note": "", "warm_up_min": rules.least_min, "per_day": 1, "steps": []}
    st.session_state[DRAFT]["id"] = _number()
    _add("shoulder-rolls")


def close() -> None:
    """Forget the draft."""
    st.session_state.pop(DRAFT, None)


def open_draft() -> bool:
    """Return whether a programme is being made or changed."""
    return DRAFT in st.session_state


def show() -> None:
    """Show the draft, what is wrong with it, and how to keep it and hand it on."""
    draft = st.session_state[DRAFT]
    st.subheader(_("Make or change a programme"))
    _head(draft)
    for index in range(len(draft["steps"])):
        _step(draft, index)
    _adding(draft)
    try:
        programme = _checked(draft)
    except ProgrammeError as error:
        lines = describe_ways(error, draft["steps"], known_stretches(), texts())
        st.warning(
            _("Before it can be kept or handed on:") + "\n\n" + "\n".join(f"- {plain(line)}" for line in lines),
            icon=":material/rule:",
        )
        st.button(_("Close without keeping it"), icon=":material/close:", key="draft-close", on_click=close)
        return
    _finished(programme)


def _number() -> int:
    """Return a number that no part of a draft in this session has had, for the keys of its inputs."""
    st.session_state["programme-parts"] = number = st.session_state.get("programme-parts", 0) + 1
    return int(number)


def _head(draft: dict[str, Any]) -> None:
    key = draft["id"]
    draft["name"] = st.text_input(_("Name"), draft["name"], max_chars=100, key=f"draft-name-{key}")
    draft["note"] = st.text_area(_("Note for the person"), draft["note"], max_chars=500, key=f"draft-note-{key}")
    left, right = st.columns(2)
    rule, most = practice().warm_up, practice().daily.hard
    minutes = left.number_input(
        _("Minutes of warming up"),
        rule.least_min,
        rule.most_min,
        value=_within(draft.get("warm_up_min") or rule.least_min, rule.least_min, rule.most_min),
        step=1.0,
        format="%g",
        key=f"draft-warm-{key}",
    )
    draft["warm_up_min"] = float(minutes)
    times = right.number_input(
        _("Times a day at the most"), 1, most, value=_within(draft["per_day"], 1, most), key=f"draft-day-{key}"
    )
    draft["per_day"] = int(times)


def _within(value: Any, least: Any, most: Any) -> Any:
    return type(least)(min(max(value, least), most))


def _step(draft: dict[str, Any], index: int) -> None:
    step = draft["steps"][index]
    stretch, key = known_stretches()[step["stretch"]], step["id"]
    with st.container(border=True, key=f"draft-step-{key}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{index + 1}. {plain(_(stretch.name))}**")
            for icon, told, by, off in (
                (":material/arrow_upward:", _("Up"), -1, index == 0),
                (":material/arrow_downward:", _("Down"), 1, index == len(draft["steps"]) - 1),
            ):
                st.button(told, icon=icon, key=f"draft-move{by}-{key}", disabled=off, on_click=_move, args=(index, by))
            st.button(_("Remove"), icon=":material/delete:", key=f"draft-remove-{key}", on_click=_remove, args=(index,))
        _amounts(step, stretch, key)
        if stretch.sides != "symmetric":
            _sides(step, stretch, key)
        _limits(step, stretch, key)
        step["note"] = st.text_input(_("Note"), step.get("note", ""), max_chars=500, key=f"draft-step-note-{key}")


def _amounts(step: dict[str, Any], stretch: Stretch, key: int) -> None:
    """Ask how often and how long, up to what the stretch's own file allows."""
    times = 100 if stretch.dose is None else max(1, stretch.dose.repetitions[1])
    sets = 10 if stretch.dose is None else max(1, stretch.dose.per_day[1])
    hold = longest_hold(stretch)
    places = st.columns(4)
    step["repetitions"] = int(
        places[0].number_input(
            _("Repetitions"), 1, times, value=_within(step["repetitions"], 1, times), key=f"draft-times-{key}"
        )
    )
    if hold is not None:
        held = _within(step.get("hold_s") or hold, 1.0, hold)
        step["hold_s"] = float(
            places[1].number_input(
                _("Hold, seconds"), 1.0, hold, value=held, step=1.0, format="%g", key=f"draft-hold-{key}"
            )
        )
    step["sets"] = int(
        places[2].number_input(_("Sets"), 1, sets, value=_within(step.get("sets", 1), 1, sets), key=f"draft-sets-{key}")
    )
    step["pause_s"] = float(
        places[3].number_input(
            _("Pause after it, seconds"),
            0.0,
            600.0,
            value=float(step.get("pause_s", 0.0)),
            step=5.0,
            format="%g",
            key=f"draft-pause-{key}",
        )
    )


def _sides(step: dict[str, Any], stretch: Stretch, key: int) -> None:
    held = list(ASKED_SIDES).index(step.get("sides", "both"))
    step["sides"] = st.selectbox(
        _("Sides"), list(ASKED_SIDES), index=held, format_func=lambda one: _(ASKED_SIDES[one]), key=f"draft-sides-{key}"
    )
    if step["sides"] != "both" and stretch.sides == "both":
        step["one_side_because"] = st.text_input(
            _("Why only one side? Or add a step for the other."),
            step.get("one_side_because", ""),
            max_chars=500,
            key=f"draft-because-{key}",
        )
    else:
        step["one_side_because"] = ""


def _limits(step: dict[str, Any], stretch: Stretch, key: int) -> None:
    """Ask for limits of the main angle; those of others, from a file, stay as they are."""
    main = next((item for item in stretch.ranges if stretch.is_primary(item.angle) and item.stop is not None), None)
    if main is None or main.caution is None or main.stop is None or main.measure != "angle":
        return
    held = dict(step.get("limits", {}))
    own = held.pop(main.key, None)
    if st.checkbox(_("Limits of this person's own"), value=own is not None, key=f"draft-own-{key}"):
        own = own or {"caution": main.caution, "stop": main.stop, "reason": ""}
        left, middle, right = st.columns([1, 1, 3])
        caution = left.number_input(
            _("Caution"),
            -1000.0,
            1000.0,
            float(own.get("caution", main.caution)),
            1.0,
            "%g",
            key=f"draft-caution-{key}",
        )
        stop = middle.number_input(
            _("Stop"), -1000.0, 1000.0, float(own.get("stop", main.stop)), 1.0, "%g", key=f"draft-stop-{key}"
        )
        why = right.text_input(_("Reason"), own.get("reason", ""), max_chars=500, key=f"draft-reason-{key}")
        held[main.key] = {**own, "caution": caution, "stop": stop, "reason": why}
    step["limits"] = held


def _adding(draft: dict[str, Any]) -> None:
    known = {name: one for name, one in known_stretches().items() if one.advice != "block"}
    names = sorted(known, key=lambda name: _(known[name].name))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.selectbox(
            _("Stretch"), names, format_func=lambda name: _(known[name].name), key="draft-add", width=360
        )
        full = len(draft["steps"]) >= MOST_STEPS
        st.button(
            _("Add a step"), icon=":material/add:", key="draft-add-button", disabled=full, on_click=_add, args=(wanted,)
        )


def _add(name: str) -> None:
    stretch = known_stretches()[name]
    times = 1 if stretch.dose is None else max(1, stretch.dose.repetitions[0])
    step: dict[str, Any] = {"stretch": name, "repetitions": times, "pause_s": 15.0, "id": _number()}
    if stretch.hold is not None:
        step["hold_s"] = float(stretch.hold.seconds[0])
    st.session_state[DRAFT]["steps"].append(step)


def _move(index: int, by: int) -> None:
    steps = st.session_state[DRAFT]["steps"]
    steps[index], steps[index + by] = steps[index + by], steps[index]


def _remove(index: int) -> None:
    del st.session_state[DRAFT]["steps"][index]


def _checked(draft: dict[str, Any]) -> Programme:
    """Return the draft as a programme; ProgrammeError with all that is wrong."""
    steps = [{key: value for key, value in step.items() if key != "id"} for step in draft["steps"]]
    values = {**{key: value for key, value in draft.items() if key != "id"}, "steps": steps}
    try:
        programme = Programme.model_validate(values)
    except ValidationError as error:
        raise ProgrammeError.gathered(problems_of(error)) from error
    problems = broken(programme, known_stretches())
    if problems:
        raise ProgrammeError.gathered(problems)
    return programme


def _try(programme: Programme) -> None:
    close()
    following.begin(programme)


def _finished(programme: Programme) -> None:
    most = most_per_day(programme, known_stretches())
    st.success(
        _("It keeps every safety rule. By its stretches it may be done {n} times a day at the most.").format(n=most),
        icon=":material/verified:",
    )
    with st.container(horizontal=True):
        st.button(_("Try it"), icon=":material/play_arrow:", key="draft-try", on_click=_try, args=(programme,))
        if private() and st.button(_("Keep it here"), icon=":material/save:", key="draft-keep"):
            try:
                keep_own(programme)
                st.toast(_("Kept on this machine."), icon=":material/check:")
            except PosecheckError as error:
                st.error(plain(describe_error(error, texts())), icon=":material/error:")
        st.button(_("Close"), icon=":material/close:", key="draft-close", on_click=close)
    sharing.show(programme, "draft")
