"""The steps of the programme that is followed: done, next or left out, the pain, and the days of this week."""

import streamlit as st

from posecheck.app.base import navigation
from posecheck.app.base.labels import known_stretches, plain
from posecheck.app.base.language import _, ngettext, texts
from posecheck.app.visit import person
from posecheck.app.visit.workspace import mine
from posecheck.app.widgets.person import disability
from posecheck.app.widgets.programme import following
from posecheck.feedback.programme_words import (
    ENOUGH,
    OTHER_SIDE,
    describe_days,
    describe_limits,
    describe_step,
    describe_taken,
)
from posecheck.history import PastProgramme, open_store
from posecheck.programme.programme import Step
from posecheck.programme.sitting import PAIN, Sitting
from posecheck.programme.week import days_this_week, enough, times_today
from posecheck.safety import practice
from posecheck.safety.pauses import warm

ICONS = {
    "done": ":material/check_circle:",
    "skipped": ":material/do_not_disturb_on:",
    "open": ":material/radio_button_unchecked:",
}
MUCH_PAIN = 7
"""From this number on the page asks for a professional first; our own judgement."""
MORE_PAIN = 2
"""By so much the pain has to grow before the page says so: one number is within chance. Our own judgement."""


def show(one: Sitting) -> None:
    """Show the programme as far as it is.

    Args:
        one: How far the visitor is.
    """
    before = following.past()
    full = enough(one.programme, before, person.now())
    _days(one, before)
    if full and not one.done:
        st.success(_(ENOUGH), icon=":material/nightlight:")
    else:
        pain(one, "pain_before", _("How much does it hurt now? 0 is no pain, 10 the worst you can imagine."))
        _warm_up(one)
    upcoming = None if full and not one.done else one.next
    for index, step in enumerate(one.programme.steps):
        _step(one, index, step, upcoming, before)
    if one.next is None:
        _over(one)


def pain(one: Sitting, when: str, question: str) -> None:
    """Ask for the pain, from 0 to 10.

    Args:
        one: How far the visitor is; it holds the answer.
        when: `pain_before` or `pain_after`.
        question: What is asked.
    """
    held = getattr(one, when)
    said = st.segmented_control(
        question, list(PAIN), default=held, key=f"{when}-{one.began.timestamp()}", format_func=str
    )
    if said != held:
        setattr(one, when, said)
        following.keep()
    if when == "pain_before" and said is not None and said >= MUCH_PAIN:
        st.warning(
            _("That is much pain. Ask a doctor or a physiotherapist before you go on."), icon=":material/front_hand:"
        )


def _days(one: Sitting, before: list[PastProgramme]) -> None:
    now = person.now()
    done = [*before, PastProgramme(0, "", one.began, one.name, one.rows())]
    today = times_today(done, now, one.name)
    parts = [
        describe_days(days_this_week(done, now), texts()),
        ngettext("{n} time today, {most} at the most", "{n} times today, {most} at the most", today).format(
            n=today, most=one.programme.per_day
        ),
    ]
    st.markdown(f":material/calendar_today: {plain(' · '.join(parts))}")


def _warm_up(one: Sitting) -> None:
    minutes = one.programme.warm_up_min
    if minutes is None:
        return
    if warm(practice(), person.state().sessions, mine().warmed_up_at, person.now()):
        st.markdown(f"{ICONS['done']} {plain(_('Warmed up'))}")
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="programme-warm-up"):
        told = _("First {n} minutes of walking on the spot, and roll your shoulders.").format(n=f"{minutes:g}")
        st.markdown(f":material/directions_walk: {plain(told)}")
        st.button(_("I have warmed up"), icon=":material/check:", key="programme-warm", on_click=_warmed)


def _warmed() -> None:
    mine().warmed_up_at = person.now()


def _step(one: Sitting, index: int, step: Step, upcoming: int | None, before: list[PastProgramme]) -> None:
    stretch, taken = known_stretches()[step.stretch], one.steps[index]
    with st.container(border=True, key=f"programme-step-{index}"):
        name = f"{index + 1}. {_(stretch.name)}"
        st.markdown(f"{ICONS[taken.state]} **{plain(name)}**  \n{plain(describe_step(step, stretch, texts()))}")
        for line in describe_limits(step, stretch, texts()):
            st.caption(plain(line))
        if step.note:
            st.markdown(plain(_(step.note)))
        if taken.state != "open":
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(plain(describe_taken(taken, texts())), width="content")
                st.button(
                    _("Take it back"), type="tertiary", key=f"programme-again-{index}", on_click=_reopen, args=(index,)
                )
            return
        if side := one.missing(index):
            st.caption(plain(_(OTHER_SIDE[side])))
        elif taken.sets:
            st.caption(plain(_("{done} of {n} sets done.").format(done=taken.sets, n=step.sets)))
        if index != upcoming:
            return
        _ways_on(index, step, before)


def _ways_on(index: int, step: Step, before: list[PastProgramme]) -> None:
    """Offer to do the next step in Live or to leave it out, and say where it is not for the visitor now."""
    decided, often = following.decision(step, before)
    if often:
        st.info(_("Of this stretch it is enough for today."), icon=":material/nightlight:")
    elif decided.state == "blocked":
        until = "" if decided.until is None else texts().moment(decided.until)
        told = f"{decided.findings[0].told(texts())} {_('Until {when}.').format(when=until) if until else ''}"
        st.info(plain(told), icon=":material/front_hand:")
    with st.container(horizontal=True):
        # What a professional has to agree to is asked in Live, where a safer stretch is offered too.
        free = decided.state != "blocked"
        go = not often and st.button(
            _("Next step in Live") if free else _("Look at it in Live"),
            type="primary" if free else "secondary",
            icon=":material/videocam:",
            key="programme-next",
        )
        st.button(_("Leave it out"), icon=":material/skip_next:", key="programme-skip", on_click=_skip, args=(index,))
    if go:
        following.start(index)
        navigation.open_page("live")


def _skip(index: int) -> None:
    one = following.sitting()
    if one is not None:
        one.skip(index)
        following.keep()


def _reopen(index: int) -> None:
    one = following.sitting()
    if one is not None:
        one.reopen(index)
        following.keep()


def _over(one: Sitting) -> None:
    if one.done:
        n = len(one.steps)
        told = ngettext("{done} of {n} step done.", "{done} of {n} steps done.", n).format(done=one.done, n=n)
        st.success(plain(told), icon=":material/task_alt:")
    pain(one, "pain_after", _("And how much does it hurt now?"))
    grew = one.pain_before is not None and one.pain_after is not None and one.pain_after >= one.pain_before + MORE_PAIN
    if grew:
        st.warning(
            _("It hurts more than before. Leave the programme until it is better, and ask a professional if it stays."),
            icon=":material/front_hand:",
        )
        if st.button(_("Something hurt, or felt wrong"), icon=":material/front_hand:", key="programme-felt"):
            navigation.open_page("safety")
    if who := person.name():
        with open_store() as store:
            scores = store.scores(who)
        disability.show(scores, "programme")
    if full := following.enough_today(one.programme) or _last_today(one):
        st.info(_(ENOUGH), icon=":material/nightlight:")
    st.button(
        _("Finish") if full else _("Finish, and choose another"),
        icon=":material/done_all:",
        key="programme-finish",
        on_click=following.leave,
    )


def _last_today(one: Sitting) -> bool:
    """Return whether this was the last time today that is safe."""
    done = [*following.past(), PastProgramme(0, "", one.began, one.name, one.rows())]
    return enough(one.programme, done, person.now())
