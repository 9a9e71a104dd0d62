"""The page of past sessions: keep one, see what changed by more than the measurement error, and delete everything."""

import json
from collections.abc import Sequence

import streamlit as st

from posecheck.app.base.labels import known_stretches, moment, plain, sign
from posecheck.app.base.language import _, ngettext, texts
from posecheck.app.base.privacy import private
from posecheck.app.base.problems import describe_error
from posecheck.app.base.theme import colours
from posecheck.app.visit import person
from posecheck.app.visit.recordings import LoadedRecording
from posecheck.app.visit.workspace import mine
from posecheck.app.widgets import analysis_progress
from posecheck.app.widgets.person import bar, disability, trend_chart
from posecheck.feedback.headline import describe_passed_limits
from posecheck.feedback.programme_words import describe_days
from posecheck.feedback.vocabulary import KINDS
from posecheck.feedback.wording import amount, capital, side, words_for
from posecheck.history import HistoryError, PastProgramme, PastSession, Store, Trend, open_store
from posecheck.programme.week import days_this_week
from posecheck.results.summary_file import SummaryFile
from posecheck.stretches.sides import whole_key

SHOWN = 30
FINISHED = "history-deleted"


def page() -> None:
    """Show the page."""
    st.title(_("History"))
    if not private():
        st.info(
            _(
                "A history is kept only where posecheck runs on your own machine, so that nobody else can see it. "
                "Take your results along with the downloads on the Analyse page."
            ),
            icon=":material/lock:",
        )
        return
    st.write(
        _(
            "Only what was judged is kept, on this machine: no video and no landmarks. A change counts only when it is "
            "larger than the measurement's own error. More range is not better."
        )
    )
    if st.session_state.pop(FINISHED, None):
        st.success(_("Everything of this person has been deleted."), icon=":material/delete:")
    problem = analysis_progress.settled(mine())
    if problem is not None:
        st.error(plain(problem), icon=":material/error:")
    try:
        who = person.name()
        if not who:
            st.info(_("Whose history is it? Choose a person, or type a new name."), icon=":material/person:")
            with st.columns(2)[0]:
                bar.choose("history")
            return
        with open_store() as store:
            loaded = mine().loaded
            if loaded is not None:
                _keep(store, who, loaded)
            sessions = store.sessions(who)
            if not sessions:
                st.info(
                    _("No session of this person yet. Analyse a recording, then keep it here."), icon=":material/info:"
                )
            else:
                _trends(store, who, sessions)
                _list(store, sessions)
            _programmes(store.programmes(who))
            st.subheader(_("Everyday life with back pain"))
            disability.show(store.scores(who), "history")
            if who in store.people():
                _take_along(store, who)
                _forget(store, who)
    except HistoryError as error:
        st.error(plain(describe_error(error, texts())), icon=":material/error:")


def _keep(store: Store, who: str, loaded: LoadedRecording) -> None:
    """Offer to keep the loaded recording in the history, or say that it is kept."""
    space = mine()
    name = f"{plain(_(loaded.analysis.stretch.name))} · {plain(loaded.name)}"
    if space.kept == loaded.number:
        st.success(_("Kept: {name}").format(name=name), icon=":material/check:")
    elif st.button(_("Keep this session: {name}").format(name=name), type="primary", icon=":material/bookmark_add:"):
        store.add(SummaryFile.load(loaded.folder), who, person.now())
        space.kept = loaded.number
        st.rerun()


def _trends(store: Store, who: str, sessions: Sequence[PastSession]) -> None:
    st.subheader(_("Over time"))
    done = list(dict.fromkeys(session.stretch for session in reversed(sessions)))
    stretch = st.selectbox(_("Stretch"), done, format_func=_name, key="trend-stretch")
    known = known_stretches().get(stretch)
    newest = store.session(next(one.id for one in reversed(sessions) if one.stretch == stretch))
    keys = list(dict.fromkeys(whole_key(str(peak["key"])) for peak in newest.peaks))
    if not keys:
        st.write(_("No angle could be judged in the newest session of it."))
        return
    first = next(
        (whole_key(str(peak["key"])) for peak in newest.peaks if known and known.is_primary(str(peak["angle"]))), ""
    )
    keys.sort(key=lambda key: key != first)
    angles = {whole_key(str(peak["key"])): str(peak["angle"]) for peak in newest.peaks}
    key = st.selectbox(
        _("Angle"), keys, format_func=lambda one: capital(words_for(angles[one], texts())), key="trend-angle"
    )
    trends = [one for one in store.progress(who, stretch, key) if any(r.value is not None for r in one.readings)]
    for place, trend in zip(st.columns(2, gap="medium") * len(trends), trends, strict=False):
        with place:
            _trend(trend)


def _trend(trend: Trend) -> None:
    way = side(1.0 if trend.end == "highest" else -1.0, trend.angle, texts())
    title = way or (_("the highest") if trend.end == "highest" else _("the lowest"))
    st.markdown(f"**{plain(capital(words_for(trend.angle, texts())))}, {plain(title)}**")
    st.altair_chart(trend_chart.chart(trend, colours()))
    first = _("Since the first session: {first}.").format(first=_(trend.since_first))
    last = _("Since the one before: {last}.").format(last=_(trend.since_last))
    # Of two sessions, the first one is the one before.
    st.write(plain(f"{first} {last}" if sum(one.compared for one in trend.readings) > 2 else first))
    if trend.detectable is not None:
        st.caption(
            _("Smallest change that could be told here: {n}.").format(n=amount(trend.detectable, trend.unit, texts()))
        )


def _list(store: Store, sessions: Sequence[PastSession]) -> None:
    st.subheader(_("Sessions"))
    shown = list(reversed(sessions))[:SHOWN]
    st.table(
        {
            _("When"): [moment(one.at) for one in shown],
            _("Stretch"): [plain(_name(one.stretch)) for one in shown],
            _("Verdict"): [sign(one.verdict) for one in shown],
            _("What was said"): [plain(_said(store, one)) for one in shown],
        },
        hide_index=True,
    )
    if len(sessions) > SHOWN:
        st.caption(_("{n} older ones are in the file to take along.").format(n=len(sessions) - SHOWN))


def _programmes(done: Sequence[PastProgramme]) -> None:
    """Show the programmes that were followed: how much of each was done, and the pain."""
    if not done:
        return
    st.subheader(_("Programmes"))
    shown = list(reversed(done))[:SHOWN]
    st.markdown(f":material/calendar_today: {plain(describe_days(days_this_week(done, person.now()), texts()))}")
    st.table(
        {
            _("When"): [moment(one.at) for one in shown],
            _("Programme"): [plain(_(one.name)) for one in shown],
            _("Steps done"): [_done(one) for one in shown],
            _("Pain before and after, 0 to 10"): [_pain(one) for one in shown],
        },
        hide_index=True,
    )


def _done(one: PastProgramme) -> str:
    done, skipped = (sum(row.get("state") == state for row in one.steps) for state in ("done", "skipped"))
    told = _("{done} of {n}").format(done=done, n=len(one.steps))
    return plain(f"{told}, {skipped} {_('left out')}" if skipped else told)


def _pain(one: PastProgramme) -> str:
    return plain(" → ".join("–" if pain is None else str(pain) for pain in (one.pain_before, one.pain_after)))


def _said(store: Store, one: PastSession) -> str:
    """Return a session's headline in the visitor's language.

    Older sessions hold only an English one; in another language, a sentence about the passed limits replaces it.
    """
    if one.headlines and texts().language in one.headlines:
        return one.headlines[texts().language]
    if texts().language != "en" and one.verdict in ("stop", "caution"):
        worst = [str(event["kind"]) for event in store.session(one.id).events if event["level"] == one.verdict]
        if worst and all(kind in KINDS for kind in worst):
            return describe_passed_limits(one.verdict, worst, texts())
    return _(one.headline)


def _name(stretch: str) -> str:
    known = known_stretches().get(stretch)
    return stretch if known is None else _(known.name)


def _take_along(store: Store, who: str) -> None:
    st.subheader(_("Your data"))
    st.download_button(
        _("Take everything along (json)"),
        json.dumps(store.export(who), indent=1, ensure_ascii=False, allow_nan=False),
        file_name="posecheck-history.json",
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
    )


def _forget(store: Store, who: str) -> None:
    with st.expander(_("Delete everything of this person"), icon=":material/delete_forever:"):
        held = store.counts(who)
        st.write(
            ngettext("{n} session", "{n} sessions", held.sessions).format(n=held.sessions)
            + ", "
            + ngettext("{n} answer", "{n} answers", held.answers).format(n=held.answers)
            + ". "
            + _("This cannot be undone; a copy you took along stays yours.")
        )
        sure = st.checkbox(_("Yes, delete all of it"), key="delete-sure")
        if st.button(_("Delete now"), type="primary", disabled=not sure, icon=":material/delete_forever:"):
            store.delete_person(who)
            mine().kept = None
            person.use("")
            st.session_state[FINISHED] = True
            st.rerun()
