"""The repetitions of a recording, each with its hold, and the comparison of left and right."""

from math import isfinite

import streamlit as st

from posecheck.app.base.labels import plain, seconds
from posecheck.app.base.language import _, ngettext, texts
from posecheck.assessment.analysis import Analysis
from posecheck.core.i18n import N_
from posecheck.feedback.vocabulary import SIDES
from posecheck.feedback.wording import amount, capital, span, span_of_times
from posecheck.repetitions.repetition import Repetition, RepetitionEnd
from posecheck.repetitions.series import Difference

MAX_ROWS = 40
SEEN = {
    RepetitionEnd.COMPLETE: N_("● whole"),
    RepetitionEnd.START_NOT_SEEN: N_("? its start was not seen"),
    RepetitionEnd.LOST: N_("? lost from sight"),
    RepetitionEnd.CUT: N_("? the recording ends in it"),
    RepetitionEnd.SHORT_OF_TARGET: N_("◆ did not reach the target"),
    RepetitionEnd.TARGET_NOT_SURE: N_("? cannot tell whether far enough"),
}
HELD = {"short": N_("shorter than asked"), "enough": N_("as asked"), "long": N_("longer than asked"), "": ""}
DIFFERENCES = {
    "even": N_("{what}: about the same on both sides"),
    "uneven": N_("{what}: left and right differ by {size}"),
    "cannot_tell": N_("{what}: whether left and right differ cannot be told with this reading's error"),
}
PAST_STOP = N_("past the stop")
NOT_COUNTED = N_("■ not counted")
"""Of a whole repetition in which a stop limit was passed."""
OF = {"peak": N_("how far"), "hold": N_("how long held")}


def show(analysis: Analysis) -> None:
    """Show the repetitions, or that none was found."""
    st.subheader(_("Repetitions and holds"))
    rows = analysis.repetitions
    if not rows:
        st.write(_("No repetition was found: none began at the start position, reached the target and came back."))
        return
    whole = sum(row.complete for row in rows)
    told = ngettext("{n} repetition", "{n} repetitions", len(rows)).format(n=len(rows))
    if whole < len(rows):
        told = _("{told}, {whole} of them whole").format(told=told, whole=whole)
    if past := sum(row.complete and row.stopped for row in rows):
        told += _(", {n} of them past a stop and not counted").format(n=past)
    st.write(f"{told}. {_asked(analysis)}")
    shown = rows[:MAX_ROWS]
    columns = {
        _("When"): [f"{texts().number(row.start_s, 1)}\u2060–\u2060{seconds(row.end_s)}" for row in shown],
        _("Side"): [_(SIDES[row.side]) if row.side else "" for row in shown],
        _("How far"): [_far(row) for row in shown],
        _("Held in the target"): [_held(row) for row in shown],
        _("Seen"): [_seen(row).replace(" ", "\u00a0", 1) for row in shown],
    }
    if not any(row.side for row in shown):
        del columns[_("Side")]
    st.table(columns, hide_index=True)
    for item in analysis.series.differences:
        st.markdown(f"- {plain(_difference(item))}")


def _asked(analysis: Analysis) -> str:
    hold, dose = analysis.stretch.hold, analysis.stretch.dose
    parts = []
    if hold is not None:
        parts.append(_("hold for {span} s").format(span=span(*hold.seconds, texts())))
    if dose is not None:
        parts.append(span_of_times(*dose.repetitions, texts()))
    return _("This stretch asks for: {what}.").format(what=", ".join(parts)) if parts else ""


def _seen(row: Repetition) -> str:
    return _(NOT_COUNTED) if row.complete and not row.clean else _(SEEN[row.reason])


def _far(row: Repetition) -> str:
    error = f" ± {amount(row.peak_error, row.unit, texts())}" if isfinite(row.peak_error) else ""
    stop = f" · ■ {_(PAST_STOP)}" if row.stopped else ""
    return f"{amount(row.peak, row.unit, texts())}{error}{stop}"


def _held(row: Repetition) -> str:
    told = HELD.get(row.hold, "")
    return f"{seconds(row.hold_s)}{', ' + _(told) if told else ''}"


def _difference(item: Difference) -> str:
    off = abs(item.left_less_right)
    size = seconds(off) if item.of == "hold" else amount(off, item.unit, texts())
    return capital(_(DIFFERENCES[item.verdict]).format(what=_(OF[item.of]), size=size))


def named(row: Repetition) -> str:
    """Return the name of a repetition by its time and side: `repetition at 4.2–9.0 s, left`."""
    side = f", {_(SIDES[row.side])}" if row.side else ""
    return _("repetition at {start}–{end}{side}").format(
        start=texts().number(row.start_s, 1), end=seconds(row.end_s), side=side
    )


def state(row: Repetition) -> str:
    """Describe in a few words whether a repetition is complete, passed a stop limit, and was held as asked."""
    parts = [_(SEEN[row.reason]), f"■ {_(PAST_STOP)}" if row.stopped else "", _held(row) if row.hold else ""]
    return ", ".join(part for part in parts if part)
