"""The score of the questionnaire RMDQ-24: entered from the paper form, and what became of it."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from posecheck.app.base.charts import alt
from posecheck.app.base.labels import plain
from posecheck.app.base.language import _, texts
from posecheck.app.base.theme import Colours, colours
from posecheck.app.visit import person
from posecheck.app.widgets.curve import numbers
from posecheck.app.widgets.person.trend_chart import MOST_TICKS
from posecheck.history import Score, open_store
from posecheck.history.disability import DETECTABLE, IMPORTANT, POINTS, describe_scores

HEIGHT = 220
FORMS = {"en": "YYYY-MM-DD", "de": "DD.MM.YYYY"}
"""How a day is entered, as Translator.date writes it."""


def show(scores: Sequence[Score], place: str) -> None:
    """Show the scores of the person in use, and let one be entered.

    Args:
        scores: Those in the history, oldest first.
        place: Where this is shown, as a part of the keys.
    """
    if scores:
        st.markdown(plain(describe_scores(scores, texts())))
    if len(scores) > 1:
        st.altair_chart(chart(scores, colours()))
        least = _("Less is better. The band holds what is no change: less than {n} points from the first score.")
        share = _("An improvement is thought important from {n} points and {share} of the first score on.")
        st.caption(plain(f"{least} {share}".format(n=DETECTABLE, share=f"{100 * IMPORTANT:.0f} %")))
    with st.expander(_("Enter a score of the RMDQ-24"), icon=":material/edit_note:"):
        _enter(scores, place)


def _enter(scores: Sequence[Score], place: str) -> None:
    st.write(
        _(
            "The questionnaire about everyday life with back pain (Roland and Morris) is filled in on paper. Count the "
            "ticked sentences and enter the number here. A second number for the same day replaces the first."
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        points = st.number_input(
            _("Ticked sentences"), POINTS[0], POINTS[-1], value=None, key=f"rmdq-points-{place}", placeholder="0–24"
        )
        today = person.now().date()
        day = st.date_input(
            _("Filled in on"),
            today,
            max_value=today,
            format=FORMS[texts().language],
            key=f"rmdq-day-{place}",
            width=180,
        )
        if st.button(_("Keep the score"), icon=":material/bookmark_add:", disabled=points is None, key=f"rmdq-{place}"):
            with open_store() as store:
                store.keep_score(Score(day, int(points or 0)), person.name())
            st.rerun()
    if scores:
        _take_back(scores, place)


def _take_back(scores: Sequence[Score], place: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        gone = st.selectbox(
            _("Entered by mistake"),
            list(reversed(scores)),
            index=None,
            format_func=lambda one: f"{texts().date(one.day)}: {one.points}",
            placeholder=_("Choose a score"),
            key=f"rmdq-gone-{place}-{len(scores)}",
            width=220,
        )
        if st.button(_("Delete it"), icon=":material/delete:", disabled=gone is None, key=f"rmdq-drop-{place}"):
            assert gone is not None
            with open_store() as store:
                store.drop_score(gone.day, person.name())
            st.rerun()


def chart(scores: Sequence[Score], c: Colours) -> Any:
    """Draw the scores over time; the band holds changes too small to be told.

    Args:
        scores: At least one, oldest first.
        c: The colours.
    """
    rows = [{"day": one.day.isoformat(), "points": one.points} for one in scores]
    labelled = [row["day"] for row in rows][:: -(-len(rows) // MOST_TICKS)]
    # Times of the clock on the wall, because a bare day would be read as midnight in Greenwich.
    axis = alt.Axis(
        format=texts().day_form, grid=False, labelOverlap=True, values=[f"{day}T00:00:00" for day in labelled]
    )
    data = alt.InlineData(values=[{**row, "day": f"{row['day']}T00:00:00"} for row in rows])
    x = alt.X("day:T", title=None, axis=axis, scale=alt.Scale(padding=24))
    y = alt.Y("points:Q", title=_("Ticked sentences"), scale=alt.Scale(domain=[POINTS[0], POINTS[-1]]))
    first = scores[0].points
    # The ends of the band count as changes, so that it ends half a point before them.
    ends = {"low": max(first - DETECTABLE + 0.5, 0), "high": min(first + DETECTABLE - 0.5, POINTS[-1])}
    band = alt.Chart(alt.InlineData(values=[ends])).mark_rect(color=c.faint, opacity=0.22)
    line = alt.Chart(data).mark_line(color=c.fine, strokeWidth=2).encode(x=x, y=y)
    points = alt.Chart(data).mark_point(size=80, filled=True, color=c.fine, opacity=1).encode(x=x, y=y)
    layers = alt.layer(band.encode(y=alt.Y("low:Q", title=_("Ticked sentences")), y2="high:Q"), line, points)
    drawn = layers.properties(height=HEIGHT).configure(locale=numbers()).configure_view(stroke=None)
    return drawn.configure_axis(labelColor=c.text, titleColor=c.text)
