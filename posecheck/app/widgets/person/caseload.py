"""The people of a practice on one screen: sessions, last verdict, trend of the main angle, sessions a week.

The trend is the one of the history: a change counts only where it is larger than its error.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import streamlit as st

from posecheck.app.base import navigation
from posecheck.app.base.labels import known_stretches, plain, sign
from posecheck.app.base.language import _, ngettext, texts
from posecheck.app.base.theme import colours
from posecheck.app.visit import person
from posecheck.app.widgets.person import bar, trend_chart
from posecheck.feedback.wording import amount, capital, side, words_for
from posecheck.history import HistoryError, PastSession, Reading, Score, Store, Trend, open_store
from posecheck.history.disability import describe_scores
from posecheck.repetitions.phases import main_range
from posecheck.report.trend import trends_of
from posecheck.stretches.stretch import Stretch

WEEKS = 4
WEEK = timedelta(days=7)
SHOWN = 20
"""People on one screen; of more, those seen last are shown, and a name can be looked for."""
SEARCHED = 6
"""From this many people on, a name can be looked for."""
HEIGHT = 100


@dataclass(frozen=True, slots=True)
class Held:
    """Hold what the history has of a person.

    Attributes:
        name: The person's name.
        sessions: Their sessions, oldest first.
        trends: The main angle of the stretch done last, over its sessions; none where there is no main angle.
        scores: Their scores of the RMDQ-24, oldest first.
    """

    name: str
    sessions: tuple[PastSession, ...]
    trends: tuple[Trend, ...]
    scores: tuple[Score, ...] = ()


def people() -> list[Held]:
    """Return everybody in the history, those seen last first, and those without a session at the end."""
    if not person.known():  # looking creates no history
        return []
    with open_store() as store:
        held = [_held(store, name) for name in store.people()]
    seen = sorted((one for one in held if one.sessions), key=lambda one: one.sessions[-1].at, reverse=True)
    return [*seen, *(one for one in held if not one.sessions)]


def _held(store: Store, name: str) -> Held:
    sessions = tuple(store.sessions(name))
    stretch = known_stretches().get(sessions[-1].stretch) if sessions else None
    return Held(name, sessions, () if stretch is None else _trends(store, name, stretch), tuple(store.scores(name)))


def _trends(store: Store, name: str, stretch: Stretch) -> tuple[Trend, ...]:
    main = main_range(stretch)
    if main is None:
        return ()
    try:
        found = trends_of(main, store.progress(name, stretch.id, main.key))
    except HistoryError:  # its sessions hold no such range: another file of the same name, or nothing was judged
        return ()
    return tuple(one for one in found if any(reading.value is not None for reading in one.readings))


def by_week(times: Iterable[datetime], now: datetime) -> tuple[int, ...]:
    """Return how many of these times lie in each of the last WEEKS weeks, oldest first.

    A week here is seven days that end now, not one of the calendar: otherwise it would look bad on every Monday.

    Args:
        times: When sessions were.
        now: The end of the last week.
    """
    out = [0] * WEEKS
    for at in times:
        ago = (now - at) // WEEK
        if 0 <= ago < WEEKS:
            out[WEEKS - 1 - ago] += 1
    return tuple(out)


def a_week(times: Iterable[datetime], now: datetime) -> float:
    """Return the sessions a week over the last WEEKS weeks, or since the first session where that is less.

    Args:
        times: When sessions were; at least one.
        now: The end of the last week.
    """
    held = list(times)
    weeks = min(float(WEEKS), max(1.0, (now - min(held)) / WEEK))
    return sum(by_week(held, now)) / weeks


def show() -> None:
    """Show a card for each person."""
    held = people()
    if not held:
        st.info(
            _("Nobody is kept yet. Choose a person in the bar at the top, judge a video, and keep it in the history."),
            icon=":material/group:",
        )
        return
    if len(held) >= SEARCHED:
        asked = st.text_input(_("Look for a name"), key="desk-search", icon=":material/search:").casefold().strip()
        held = [one for one in held if asked in bar.label(one.name).casefold()]
    for number, one in enumerate(held[:SHOWN]):
        with st.container(border=True, key=f"patient-{number}"):
            _card(one, number)
    if not held:
        st.caption(_("Nobody of that name."))
    if len(held) > SHOWN:
        st.caption(
            ngettext("{n} more: look for the name.", "{n} more: look for the name.", len(held) - SHOWN).format(
                n=len(held) - SHOWN
            )
        )


def _card(one: Held, number: int) -> None:
    about, trend = st.columns([2, 3], gap="medium")
    with about:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"#### {plain(bar.label(one.name))}", width="stretch")
            if st.button(_("Open"), key=f"open-person-{number}", icon=":material/person:"):
                person.use(one.name)
                navigation.open_page("history")
                st.rerun()
        st.markdown("  \n".join(plain(line) for line in lines(one, person.now())))
    with trend:
        _trend(one)


def lines(one: Held, now: datetime) -> list[str]:
    """Return what is said of a person: the last session with its verdict, how often they practise, and the RMDQ-24.

    Args:
        one: The person.
        now: The current time.
    """
    asked = [describe_scores(one.scores, texts())] if one.scores else []
    if not one.sessions:
        return [_("No session yet."), *asked]
    last, times = one.sessions[-1], [session.at for session in one.sessions]
    known = known_stretches().get(last.stretch)
    name = last.stretch if known is None else _(known.name)
    count = ngettext("{n} session", "{n} sessions", len(times)).format(n=len(times))
    weekly = texts().number(a_week(times, now), 1).removesuffix(".0").removesuffix(",0")
    weeks = ", ".join(str(n) for n in by_week(times, now))
    return [
        f"{sign(last.verdict)} · {name}",
        _("{sessions}, the last on {day}").format(sessions=count, day=texts().date(last.at.astimezone())),
        _("Sessions a week: {n}").format(n=weekly),
        _("In the last four weeks: {weeks}").format(weeks=weeks),
        *asked,
    ]


def _trend(one: Held) -> None:
    if not one.trends:
        if one.sessions:
            st.caption(_("No angle of the last stretch could be followed."))
        return
    for place, trend in zip(st.columns(len(one.trends), gap="small"), one.trends, strict=True):
        with place:
            st.markdown(f"{plain(headed(trend))}  \n:small[{plain(changed(trend))}]")
            good = [reading for reading in trend.readings if reading.compared]
            if len(good) > 1:
                st.altair_chart(trend_chart.chart(trend, colours(), HEIGHT, bare=True))


def headed(trend: Trend) -> str:
    """Return the angle of a trend with its newest reading, such as `Trunk rotation, to the left: 41° ± 4°`.

    Args:
        trend: One end of one angle over time.
    """
    way = side(1.0 if trend.end == "highest" else -1.0, trend.angle, texts())
    name = ", ".join(part for part in (capital(words_for(trend.angle, texts())), way) if part)
    read = [reading for reading in trend.readings if reading.value is not None]
    return f"{name}: {_told(read[-1], trend.unit)}" if read else name


def _told(reading: Reading, unit: str) -> str:
    value = amount(reading.value or 0.0, unit, texts())
    return value if reading.error is None else f"{value} ± {amount(reading.error, unit, texts())}"


def changed(trend: Trend) -> str:
    """Return what became of a trend since its first session, and the smallest change that could be told.

    Args:
        trend: One end of one angle over time.
    """
    if trend.detectable is None:
        return f"{capital(_(trend.since_first))}."
    since = _("Since the first session: {change}.").format(change=_(trend.since_first))
    least = amount(trend.detectable, trend.unit, texts())
    return f"{since} " + _("Smallest change that could be told here: {n}.").format(n=least)
