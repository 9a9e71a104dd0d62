"""The report's table of limits in words: each limit with its target, caution, stop, basis and source."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from posecheck.core.i18n import N_, Translator
from posecheck.feedback import wording
from posecheck.feedback.bands import ways
from posecheck.feedback.vocabulary import LIMIT_TITLES, LIMITS, VIEWS
from posecheck.feedback.wording import amount, capital
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.stretches.checks import Check
from posecheck.stretches.ranges import AngleRange, Condition
from posecheck.stretches.stretch import Pace, Stretch

PHASE_CLAUSES = {"neutral": N_("at the start"), "move": N_("while moving"), "hold": N_("during the hold")}
WAYS = {"out": N_("on the way in"), "back": N_("on the way back")}
MEASURE_TITLES = {
    "angle": "{what}",
    "speed": N_("{what}: speed"),
    "reversals": N_("{what}: bounces"),
    "spread": N_("{what}: steadiness"),
}
SHORT_BASES = {"norm": N_("published norm"), "judgement": N_("own judgement")}
CHANGED = N_("changed for this person")
PACES = {
    "in": N_("time of the way in"),
    "cycle": N_("time from one peak to the next"),
    "rest": N_("rest before the next repetition"),
    "apart": N_("left and right apart"),
}
SAME_OR_OPPOSITE = {"same": N_("the same way"), "opposite": N_("the other way")}


@dataclass(frozen=True, slots=True)
class Stated:
    """Hold a stretch before any profile changed its limits.

    Attributes:
        stretch: The stretch as its file sets it, for the person's age.
        reasons: Why limits were changed, by the key of the range.
    """

    stretch: Stretch
    reasons: Mapping[str, str] = field(default_factory=dict)

    def before(self, item: AngleRange) -> AngleRange | None:
        """Return a range as the stretch's file sets it.

        None where target, caution and stop are unchanged, and where the changed range states a source of its own.
        """
        was = next((one for one in self.stretch.ranges if one.key == item.key), None)
        if was is None or was.source != item.source:
            return None
        same = (was.target, was.caution, was.stop) == (item.target, item.caution, item.stop)
        return None if same else was


def title(item: AngleRange, angle: str, texts: Translator) -> str:
    """Return what a range measures, as a title: the angle in words and, for example, "speed".

    Args:
        item: The range.
        angle: Name of the angle to describe: a row of ANGLES, or a pair of left and right.
        texts: The language of the title.
    """
    return capital(texts.gettext(MEASURE_TITLES[item.measure]).format(what=wording.words_for(angle, texts)))


def where(item: AngleRange, texts: Translator) -> str:
    """Describe when a range counts: direction, phase, way, condition and views of the camera, separated by commas.

    Args:
        item: The range.
        texts: The language of the description.
    """
    parts = []
    if item.along in ("positive", "negative"):
        parts.append(wording.side(ways(item)[0], item.angle, texts))
    elif item.along == "magnitude" and wording.side(1.0, item.angle):
        parts.append(texts.gettext("either way"))
    if item.phase in PHASE_CLAUSES:
        parts.append(texts.gettext(PHASE_CLAUSES[item.phase]))
    if item.way in WAYS:
        parts.append(texts.gettext(WAYS[item.way]))
    if item.when is not None:
        parts.append(_condition(item.when, texts))
    parts.append(texts.gettext(" or ").join(texts.gettext(VIEWS[view]) for view in item.views))
    return ", ".join(part for part in parts if part)


def _condition(when: Condition, texts: Translator) -> str:
    """Describe the condition on another angle under which a range counts."""
    what = wording.words_for(when.angle, texts)
    if when.beyond is not None:
        unit = ANGLES[INDEX[when.angle]].unit if when.angle in INDEX else "deg"
        told = texts.gettext("only past {limit} ({what})").format(limit=amount(when.beyond, unit, texts), what=what)
    else:
        share = texts.share(when.share or 0.0)
        of = texts.gettext(LIMITS[when.of])
        told = texts.gettext("only past {share} of {limit} ({what})").format(share=share, limit=of, what=what)
    return f"{told}, {texts.gettext(SAME_OR_OPPOSITE[when.sign])}" if when.sign in SAME_OR_OPPOSITE else told


def rows(stretch: Stretch, texts: Translator, stated: Stated | None = None) -> list[dict[str, str]]:
    """Return a table row for each limit of a stretch: angles first, then pace, hold and dose.

    Args:
        stretch: The stretch that the recording was judged by.
        texts: The language of the rows.
        stated: The stretch before its limits were changed; None where that is not known.

    Returns:
        Rows with the keys what, where, target, caution, stop, basis and source; empty text where there is nothing to
        say. Where a range was changed, basis and source give the reason and the original limits instead.
    """
    out = [_range(item, texts) | _changed(item, stated, texts) for item in stretch.ranges]
    out += [_pace(item, texts) for item in stretch.pace]
    if stretch.hold is not None:
        low, high = stretch.hold.seconds
        out.append(
            _row(texts.gettext("Hold"), f"{_span(low, high, texts)} s", stretch.hold.basis, stretch.hold.source, texts)
        )
    if stretch.dose is not None:
        often, daily = (_span(*span, texts) for span in (stretch.dose.repetitions, stretch.dose.per_day))
        told = texts.gettext("{repetitions} repetitions, {daily} times a day").format(repetitions=often, daily=daily)
        out.append(_row(texts.gettext("How often"), told, stretch.dose.basis, stretch.dose.source, texts))
    return out


def _span(low: float, high: float, texts: Translator) -> str:
    first, last = (texts.number(value, 0 if value == round(value) else 1) for value in (low, high))
    return first if first == last else f"{first}–{last}"


def _row(what: str, target: str, basis: str, source: str, texts: Translator, place: str = "") -> dict[str, str]:
    told = texts.gettext(SHORT_BASES[basis])
    return {
        "what": what,
        "where": place,
        "target": target,
        "caution": "",
        "stop": "",
        "basis": told,
        "source": texts.gettext(source),
    }


def _pace(item: Pace, texts: Translator) -> dict[str, str]:
    most = item.of == "apart"
    limit = amount(item.seconds, "s", texts)
    row = _row(capital(texts.gettext(PACES[item.of])), "", item.basis, item.source, texts)
    return row | {"caution": limit if most else texts.gettext("below {limit}").format(limit=limit)}


def _range(item: AngleRange, texts: Translator) -> dict[str, str]:
    check = Check(item, (INDEX[item.rows[0]],))

    def limit(value: float | None) -> str:
        if value is None:
            return ""
        told = amount(value, check.unit, texts)
        return texts.gettext("below {limit}").format(limit=told) if item.limit == "under" else told

    target = ""
    if item.target is not None:
        low, high = item.target
        near = texts.number(low) if "deg" in check.unit else amount(low, check.unit, texts)
        far = amount(high, check.unit, texts)
        target = far if low == high else texts.gettext("{low} to {high}").format(low=near, high=far)
    row = _row(title(item, item.angle, texts), target, item.basis, item.source, texts, where(item, texts))
    return row | {"caution": limit(item.caution), "stop": limit(item.stop)}


def _changed(item: AngleRange, stated: Stated | None, texts: Translator) -> dict[str, str]:
    """Return the basis and source for a range whose limits were changed; an empty dict where they were not."""
    was = None if stated is None else stated.before(item)
    if stated is None or was is None:
        return {}
    row = _range(was, texts)
    limits = [(title, row[name]) for name, title in LIMIT_TITLES.items()]
    told = texts.gettext("The stretch itself: {limits} ({basis}: {source})").format(
        limits=", ".join(f"{texts.gettext(name)} {value}" for name, value in limits if value),
        basis=row["basis"],
        source=row["source"],
    )
    why = stated.reasons.get(item.key)
    if why:
        told = texts.gettext("Reason: {why}. {told}").format(why=why.rstrip("."), told=told)
    return {"basis": texts.gettext(CHANGED), "source": told}
