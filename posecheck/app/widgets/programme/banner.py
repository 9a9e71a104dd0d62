"""The step of a programme that Live does: what it asks for, and the way on when it is done."""

import streamlit as st

from posecheck.app.base import navigation
from posecheck.app.base.labels import known_stretches, plain
from posecheck.app.base.language import _, texts
from posecheck.app.widgets.programme import following
from posecheck.feedback.programme_words import OTHER_SIDE, describe_step, describe_taken
from posecheck.stretches.stretch import Stretch


def show(stretch: Stretch) -> None:
    """Show the banner, if the stretch that is chosen is that of a step.

    Args:
        stretch: The stretch that is chosen in Live.
    """
    now, one = following.active(stretch), following.sitting()
    if now is None or one is None:
        return
    index, step = now
    taken = one.steps[index]
    with st.container(border=True, key="programme-step"):
        head = _("Step {number} of {count}").format(number=index + 1, count=len(one.steps))
        st.caption(f"{plain(_(one.name))} · {head}")
        told = f"**{plain(_(stretch.name))}:** {plain(describe_step(step, stretch, texts()))}"
        if taken.state == "done":
            st.success(f"{told} · {plain(describe_taken(taken, texts()))}", icon=":material/check_circle:")
        else:
            st.markdown(told)
            side = one.missing(index)
            if side:
                st.info(_(OTHER_SIDE[side]), icon=":material/swap_horiz:")
            elif taken.sets:
                st.markdown(plain(_("{done} of {n} sets done.").format(done=taken.sets, n=step.sets)))
        if step.note:
            st.markdown(plain(_(step.note)))
        _ways_on(index, done=taken.state == "done")


def _ways_on(index: int, *, done: bool) -> None:
    one = following.sitting()
    assert one is not None
    upcoming = one.next if done else None
    with st.container(horizontal=True):
        back = st.button(
            _("Back to the programme"),
            icon=":material/checklist:",
            key="programme-back",
            type="primary" if done and upcoming is None else "secondary",
        )
        if upcoming is not None:
            step = one.programme.steps[upcoming]
            st.button(
                _("Next step: {name}").format(name=plain(_(known_stretches()[step.stretch].name))),
                type="primary",
                icon=":material/arrow_forward:",
                key="programme-onward",
                on_click=following.start,
                args=(upcoming,),
            )
    if back:
        navigation.open_page("programme")
