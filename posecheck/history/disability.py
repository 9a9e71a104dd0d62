"""Scores of the Roland-Morris Disability Questionnaire (RMDQ-24), and whether they changed.

The questionnaire is filled in on paper: 24 sentences about a day with back pain, of which a person ticks those that are
true today. Its score is the number of ticked sentences, 0 to 24; less is better. Only the score is kept here: the
sentences have a copyright of their own, and no text of them is in posecheck.

A change counts where it is at least DETECTABLE points: from day to day the score of one person varies by up to 4 to 5
points at 90 % confidence (Stratford et al. 1996, Phys Ther 76:359-365). It is also called important
where a score fell by at least IMPORTANT of the first one (Ostelo et al. 2008, Spine 33:90-94, who
recommend 5 points, or 30 % of the score at the start). So from a first score below 5 no improvement can be told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from posecheck.core.i18n import N_, Translator
from posecheck.feedback.wording import capital
from posecheck.history import rows, tables
from posecheck.history.database import Database, HistoryError
from posecheck.history.records import person_id

POINTS = range(25)
"""The scores that there are."""
DETECTABLE = 5
"""Points from which a change is larger than chance."""
IMPORTANT = 0.3
"""Share of the first score by which it has to fall to be an important improvement."""

TOO_FEW = N_("nothing to compare yet: one score")
NO_CHANGE = N_("no change beyond what the questionnaire can tell")
WORSE = N_("more hindered, by more than chance")
BETTER = N_("less hindered, by more than chance, but by less than is thought important")
MUCH_BETTER = N_("less hindered, by as much as is thought important")


@dataclass(frozen=True, slots=True)
class Score:
    """Hold one score of the questionnaire.

    Attributes:
        day: When it was filled in.
        points: How many of its sentences were ticked, 0 to 24.
    """

    day: date
    points: int


def change(scores: Sequence[Score]) -> str:
    """Return what became of the score since the first one: one of the five texts above.

    Args:
        scores: At least one, oldest first.
    """
    if len(scores) < 2:
        return TOO_FEW
    first, last = scores[0].points, scores[-1].points
    if abs(last - first) < DETECTABLE:
        return NO_CHANGE
    if last > first:
        return WORSE
    return MUCH_BETTER if first - last >= IMPORTANT * first else BETTER


def describe_scores(scores: Sequence[Score], texts: Translator) -> str:
    """Return the newest score, and what became of it since the first, in words.

    Args:
        scores: At least one, oldest first.
        texts: The reader's language.
    """
    last, first = scores[-1], scores[0]
    changed = texts.gettext(change(scores))
    newest = texts.gettext("RMDQ-24: {n} of {most} on {day}.").format(
        n=last.points, most=POINTS[-1], day=texts.date(last.day)
    )
    if len(scores) < 2:
        return f"{newest} {capital(changed)}."
    since = texts.gettext("Since the first score, {n}: {change}.").format(n=first.points, change=changed)
    return f"{newest} {since}"


class Scores:
    """Keep scores of the questionnaire: the part of Store that is about them. A day has one score."""

    _database: Database

    def keep_score(self, score: Score, person: str) -> None:
        """Store a score; one of the same day is replaced, so that a slip can be put right.

        Args:
            score: The score.
            person: The person's name; a new name is added.

        Raises:
            HistoryError: There is no such score.
        """
        if score.points not in POINTS:
            text = N_("score: expected a number of ticked sentences from {least} to {most}, got {got}")
            raise HistoryError("score_points", text, least=POINTS[0], most=POINTS[-1], got=score.points)
        held = tables.rmdq_scores
        with self._database.transaction(write=True) as connection:
            own = {"person_id": person_id(connection, person), "day": score.day}
            connection.execute(held.delete().filter_by(**own))
            connection.execute(held.insert().values(**own, points=score.points))

    def drop_score(self, day: date, person: str) -> None:
        """Delete the score of a day.

        Args:
            day: When it was filled in.
            person: The person's name.

        Raises:
            HistoryError: The person has no score of that day, or is not known.
        """
        held = tables.rmdq_scores
        with self._database.transaction(write=True) as connection:
            own = {"person_id": rows.known(connection, person), "day": day}
            if connection.execute(held.delete().filter_by(**own)).rowcount == 0:
                text = N_("score: expected one of {person} of {day}, found none")
                raise HistoryError("unknown_score", text, person=person, day=day.isoformat())

    def scores(self, person: str) -> list[Score]:
        """Return a person's scores, oldest first; none for an unknown name."""
        with self._database.transaction(write=False) as connection:
            return [Score(**row) for row in rows.scores(connection, person)]
