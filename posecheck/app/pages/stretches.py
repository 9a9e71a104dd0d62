"""The page of all stretches: picture, steps, risk, limits and sources, and why some are not coached."""

from collections.abc import Sequence

import streamlit as st

from posecheck.app.base import navigation
from posecheck.app.base.labels import GOALS, POSITION_CHOICES, RISKS, kind, known_stretches, plain
from posecheck.app.base.language import _, ngettext, texts
from posecheck.app.base.theme import colours
from posecheck.app.widgets import browser_scripts, stretch_choice, stretch_pictures
from posecheck.feedback.vocabulary import ADVICE, BASES
from posecheck.feedback.wording import amount, capital, span, span_of_times, words_for
from posecheck.stretches.checks import checks_of
from posecheck.stretches.ranges import AngleRange
from posecheck.stretches.stretch import Stretch

OPEN = "open-stretch"
ALL = "all"
ADVICE_MARKS = {"coach": "●", "limit": "▲", "block": "■"}
PER_ROW = 3


def page() -> None:
    """Show the page: the stretch that the visitor opened, else all of them."""
    stretch = known_stretches().get(st.session_state.get(OPEN, ""))
    if stretch is not None:
        _detail(stretch)
    else:
        _overview()
    browser_scripts.scroll_up_for(st.session_state.get(OPEN, ""))


def badge(stretch: Stretch) -> str:
    """Return shape and word for how a stretch is treated: coached, with tighter limits, or not coached."""
    return f"{ADVICE_MARKS[stretch.advice]} {_(ADVICE[stretch.advice])}"


def _facts(stretch: Stretch) -> str:
    """Return how a stretch is treated and its risk; a risk that no source states is not mentioned."""
    return " · ".join((badge(stretch), *([_(RISKS[stretch.risk])] if stretch.risk in RISKS else [])))


def _open(name: str) -> None:
    st.session_state[OPEN] = name


def _overview() -> None:
    st.title(_("Stretches"))
    every = sorted(known_stretches().values(), key=lambda one: (one.advice == "block", _(one.name)))
    for_what, left, right = st.columns(3)
    goal = for_what.selectbox(
        _("What for"),
        [ALL, *GOALS],
        format_func=lambda one: _("anything") if one == ALL else capital(_(GOALS[one])),
        key="library-goal",
    )
    position = left.selectbox(
        _("Position"),
        [ALL, *POSITION_CHOICES],
        format_func=lambda one: _("any position") if one == ALL else capital(_(POSITION_CHOICES[one])),
        key="library-position",
    )
    advice = right.selectbox(
        _("How it is treated"),
        [ALL, *ADVICE],
        format_func=lambda one: _("all") if one == ALL else f"{ADVICE_MARKS[one]} {capital(_(ADVICE[one]))}",
        key="library-advice",
    )
    wanted = st.text_input(
        _("Search"),
        key="library-search",
        placeholder=_("for example: twist, chair, upper back"),
        icon=":material/search:",
    )
    shown = [
        one
        for one in every
        if position in (ALL, one.position) and advice in (ALL, one.advice) and goal in (ALL, *one.goals)
    ]
    shown = [one for one in shown if _fits(one, wanted)]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(ngettext("{n} stretch", "{n} stretches", len(shown)).format(n=len(shown)))
        if st.button(_("Add one of your own"), icon=":material/add_circle:", key="library-own", type="tertiary"):
            navigation.open_page("own")
    if not shown:
        st.write(_("None is like that: choose another goal, position or treatment."))
    _cards([one for one in shown if one.advice != "block"])
    forbidden = [one for one in shown if one.advice == "block"]
    if forbidden:
        st.subheader(_("Better not: what to leave alone, and why"))
        st.write(_("These are not coached. Each names what is safer instead."))
        _cards(forbidden)


def _fits(stretch: Stretch, wanted: str) -> bool:
    """Return whether a stretch's name, summary, position or goals hold every word that was looked for."""
    goals = (_(GOALS[goal]) for goal in stretch.goals)
    held = " ".join((_(stretch.name), _(stretch.summary), _(POSITION_CHOICES[stretch.position]), *goals)).casefold()
    return all(word in held for word in wanted.casefold().replace(",", " ").split())


def _cards(shown: Sequence[Stretch]) -> None:
    for first in range(0, len(shown), PER_ROW):
        for place, stretch in zip(st.columns(PER_ROW, gap="medium"), shown[first : first + PER_ROW], strict=False):
            with place:
                _card(stretch)


def _card(stretch: Stretch) -> None:
    with st.container(border=True, height="stretch", key=f"card-{stretch.id}"):
        picture = stretch_pictures.source(f"{stretch.id}-{'wrong' if stretch.advice == 'block' else 'right'}")
        colour = colours().of({"coach": "clear", "limit": "caution", "block": "stop"}[stretch.advice])
        st.html(
            f'<img src="{picture}" alt="" style="width:100%;aspect-ratio:6/5;object-fit:cover;display:block;'
            f'border-radius:.5rem;border-bottom:.35rem solid {colour}">'
        )
        # The style sheet in base/theme.py stretches the button over the whole card.
        st.button(
            f"**{plain(_(stretch.name))}**",
            key=f"open-{stretch.id}",
            on_click=_open,
            args=(stretch.id,),
            type="tertiary",
        )
        st.caption(_facts(stretch))


def _detail(stretch: Stretch) -> None:
    st.button(_("All stretches"), icon=":material/arrow_back:", on_click=_open, args=("",))
    st.title(plain(_(stretch.name)))
    people = ngettext("{n} person", "{n} people", stretch.people).format(n=stretch.people)
    st.write(" · ".join((_facts(stretch), _(POSITION_CHOICES[stretch.position]), people)))
    picture, words = st.columns([2, 3], gap="large")
    with picture:
        stretch_pictures.show(stretch)
    with words:
        st.write(plain(_(stretch.summary)))
        _advice(stretch)
        _act(stretch)
    _steps(stretch)
    _ranges(stretch)
    st.subheader(_("Sources"))
    st.markdown("\n".join(f"- {plain(source)}" for source in stretch.sources))
    st.caption(_("Nothing here has been validated in a clinic. A limit with a published norm says so."))


def _advice(stretch: Stretch) -> None:
    reason = plain(_(stretch.reason))
    if stretch.advice == "limit":
        tighter = _("Coached with tighter limits.")
        st.warning(f"**{tighter}** {reason}", icon=":material/info:")
    elif stretch.advice == "block":
        not_coached = _("This one is not coached.")
        st.error(f"**{not_coached}** {reason}", icon=":material/block:")
        safer = known_stretches()[stretch.alternative]
        st.button(
            _("Safer: {name}").format(name=plain(_(safer.name))),
            type="primary",
            on_click=_open,
            args=(safer.id,),
        )


def _act(stretch: Stretch) -> None:
    if stretch.advice == "block":
        return
    with st.container(horizontal=True):
        live = st.button(_("Do it live"), type="primary", icon=":material/videocam:")
        recorded = st.button(_("Analyse a recording of it"), icon=":material/play_circle:")
    if live or recorded:
        st.session_state[stretch_choice.CHOSEN_ELSEWHERE] = stretch.id
        navigation.open_page("live" if live else "analyse")


def _steps(stretch: Stretch) -> None:
    if stretch.advice == "block":
        st.subheader(_("What to do instead"))
        st.markdown("\n".join(f"- {plain(_(step))}" for step in stretch.steps))
        return
    st.subheader(_("How it goes"))
    st.markdown("\n".join(f"{n}. {plain(_(step))}" for n, step in enumerate(stretch.steps, 1)))
    told = []
    if stretch.props:
        told.append(_("You need: {what}.").format(what=", ".join(map(_, stretch.props))))
    if stretch.hold is not None:
        low, high = stretch.hold.seconds
        told.append(_("Hold for {span} seconds.").format(span=span(low, high, texts())))
    if stretch.dose is not None:
        (few, many), (least, most) = stretch.dose.repetitions, stretch.dose.per_day
        often, daily = span_of_times(few, many, texts()), span_of_times(least, most, texts())
        told.append(_("{often}, {daily} a day.").format(often=often, daily=daily))
    told.append(_("Camera: {placement}.").format(placement=_(stretch.camera.placement)))
    for line in told:
        st.markdown(plain(line))
    if stretch.camera.cannot_show:
        with st.expander(_("What no camera shows here")):
            st.markdown("\n".join(f"- {plain(_(item))}" for item in stretch.camera.cannot_show))


def _ranges(stretch: Stretch) -> None:
    if not stretch.ranges:
        return
    units = {check.range.key: check.unit for check in checks_of(stretch)}
    st.subheader(_("Limits, and where they come from"))

    def number(item: AngleRange, value: float | None) -> str:
        return "" if value is None else amount(value, units[item.key], texts())

    def target(item: AngleRange, low: float, high: float) -> str:
        # A dash after a minus would be hard to read.
        text = _("{low} to {high}") if low < 0 else "{low}–{high}"
        return text.format(low=number(item, low), high=number(item, high))

    rows = stretch.ranges
    told = [f"{capital(words_for(item.angle, texts()))}: {kind(item.kind)}" for item in rows]
    st.table(
        {
            _("What"): told,
            _("Target"): ["" if item.target is None else target(item, *item.target) for item in rows],
            f"▲ {_('Caution')}": [number(item, item.caution) for item in rows],
            f"■ {_('Stop')}": [number(item, item.stop) for item in rows],
        },
        hide_index=True,
    )
    # As a column of the table, the sources would be too wide for a phone.
    sources = [f"{capital(_(BASES[item.basis]))}: {plain(_(item.source))}" for item in rows]
    st.markdown("\n".join(f"- **{plain(what)}.** {source}" for what, source in zip(told, sources, strict=True)))
