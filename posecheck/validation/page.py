"""Write a validation as one self-contained HTML page, without scripts and loading nothing, as the report is."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from posecheck.core import __version__
from posecheck.core.errors import PosecheckError
from posecheck.core.i18n import ENGLISH, N_, Translator
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback import wording
from posecheck.feedback.vocabulary import LIMITS, SHORT
from posecheck.feedback.wording import amount, capital
from posecheck.report.markup import environment
from posecheck.report.plots import data_uri
from posecheck.stretches.library import find_stretch
from posecheck.validation import plots, schema
from posecheck.validation.compared import Angle, Compared
from posecheck.validation.notes import describe_note
from posecheck.validation.plots import signed
from posecheck.validation.pooled import names_of, samples_of

MOST_FIGURES, MOST_CURVES = 8, 6
"""Angles that are drawn, and recordings of which the curves of each are."""
STILL = {"deg": 5.0, "ratio": 0.05}
"""A reference that moves by less says nothing of slope and correlation; the page leaves them out."""
WAYS = {
    "correlation": N_("found: {offset} s, correlation {correlation}, searched ± {search} s around {centre} s"),
    "given": N_("given: {offset} s"),
    "same_clock": N_("taken as on the same clock"),
    "repetitions": N_("by the number of the repetition"),
}
"""How the clocks were brought together."""
OUTCOMES = {"hit": N_("hit"), "missed": N_("missed"), "unjudged": N_("not judged"), "false": N_("false")}
NOT_KEPT = N_("not stated in the results")
PEAK = N_("{angle}, peak of each repetition")


def page(
    found: schema.ValidationFile, compared: Sequence[Compared], texts: Translator = ENGLISH, made: str = ""
) -> str:
    """Return the HTML of the whole page.

    Args:
        found: What was found, as in validation.json.
        compared: The recordings beside their references, for the plots.
        texts: The language of the page.
        made: Today's date as text.
    """
    env = environment(Path(__file__).parent / "templates")
    watched = _watched(compared)
    moving = {one.angle for one in found.angles if _moves(one.moments or one.peaks, one.unit)}
    about = _primary(compared)
    shown = [name for name in watched if name in moving or name in about][:MOST_FIGURES]
    first, others = (list(_rows(found, names, texts)) for names in (watched, _rest(found, watched)))
    return env.get_template("validation.html.j2").render(
        gettext=texts.gettext,
        language=texts.language,
        version=__version__,
        made=made,
        found=found,
        told=[_told(one, found, texts) for one in found.angles if one.angle in about],
        tables=[first, others],
        intervals=any(row["intervals"] for row in (*first, *others)),
        still=any(row["still"] for row in (*first, *others)),
        recordings=[_recording(one, texts) for one in found.recordings],
        unjudged=[row for one in found.angles if (row := _unjudged(one, texts)) is not None],
        limits=[_limit(one, found, texts) for one in found.limits],
        passages=[row for one in found.recordings for row in _passages(one, texts)],
        moments=any(one.unjudged is not None for one in found.angles),
        limits_known=any(one.passages is not None for one in found.recordings),
        figures=[_figure(name, found, compared, texts) for name in shown],
        left_out=len(found.angles) - len(shown),
        stated=texts.share(found.stated_share),
    )


def _primary(compared: Sequence[Compared]) -> set[str]:
    """Return the angles that the stretches are about, or else all."""
    held = set(names_of(compared))
    stretches = [one.measured.stretch for one in compared]
    about = {name for name in held for stretch in stretches if stretch is not None and stretch.is_primary(name)}
    return about or set(sorted(held)[:1])


def _watched(compared: Sequence[Compared]) -> list[str]:
    """Return the angles that the stretches are about, then those they set a limit; all where they name none."""
    names = names_of(compared)
    limited = {peak.angle for one in compared for peak in one.measured.summary.peaks}
    about = _primary(compared)
    wanted = [name for name in names if name in limited or name in about]
    return sorted(wanted, key=lambda name: (name not in about, names.index(name)))


def _rest(found: schema.ValidationFile, watched: Sequence[str]) -> list[str]:
    return [one.angle for one in found.angles if one.angle not in watched]


def _moves(figures: schema.Figures | None, unit: str) -> bool:
    """Return whether the reference moves enough for its correlation to say something."""
    if figures is None or figures.truth_low is None or figures.truth_high is None:
        return False
    return figures.truth_high - figures.truth_low >= STILL[unit]


def _told(one: schema.AngleFigures, found: schema.ValidationFile, texts: Translator) -> str:
    """Sum up one angle in a sentence or two."""
    figures = one.moments or one.peaks
    what = capital(wording.words_for(one.angle, texts))
    if figures is None or figures.mae is None or figures.bias is None:
        return texts.gettext("{angle}: never judged together with the reference.").format(angle=what)
    out = texts.gettext("{angle}: mean error {mae}, bias {bias}.").format(
        angle=what, mae=_size(figures.mae, one.unit, texts), bias=signed(figures.bias, one.unit, texts)
    )
    if figures.loa_low is not None and figures.loa_high is not None:
        ends = (signed(figures.loa_low, one.unit, texts), signed(figures.loa_high, one.unit, texts))
        out += " " + texts.gettext("95 in 100 errors are expected between {low} and {high}.").format(
            low=ends[0], high=ends[1]
        )
    if figures.inside is not None:
        out += " " + texts.gettext("{share} of the errors lie within the stated error, {stated} should.").format(
            share=texts.share(figures.inside), stated=texts.share(found.stated_share)
        )
    return out


def _size(value: float | None, unit: str, texts: Translator) -> str:
    if value is None:
        return "–"
    return f"{texts.number(value, 1)}°" if unit == "deg" else texts.number(value, 2)


def _rows(found: schema.ValidationFile, names: Sequence[str], texts: Translator) -> Iterator[dict[str, object]]:
    """Yield the rows of both tables of figures for some angles, in their order."""
    held = {one.angle: one for one in found.angles}
    for one in (held[name] for name in names):
        what = capital(wording.words_for(one.angle, texts))
        for basis, figures in (("moments", one.moments), ("peaks", one.peaks)):
            if figures is None:
                continue
            name = what if basis == "moments" else texts.gettext(PEAK).format(angle=what)
            share = "–"
            if basis == "moments" and one.unjudged is not None:
                share = texts.share(one.unjudged.share)
            yield {"angle": name, "share": share, **_cells(figures, one.unit, texts)}


def _cells(figures: schema.Figures, unit: str, texts: Translator) -> dict[str, object]:
    def plain(value: float | None, digits: int = 2) -> str:
        # A rounded zero has no sign.
        return "–" if value is None else texts.number(round(value, digits) + 0.0, digits).replace("-", "−")

    def way(value: float | None) -> str:
        return "–" if value is None else signed(value, unit, texts)

    def between(name: str) -> str:
        if name not in figures.intervals:
            return ""
        low, high = figures.intervals[name]
        if name == "inside":
            return f"{texts.share(low)}–{texts.share(high)}"
        told = plain if name in ("icc", "slope", "pearson_r") else way if name in ("bias", "intercept") else None
        ends = [_size(end, unit, texts) if told is None else told(end) for end in (low, high)]
        return texts.gettext("{low} to {high}").format(low=ends[0], high=ends[1])

    moves = _moves(figures, unit)
    known = figures.icc_low is not None and figures.icc_high is not None
    both = figures.loa_low is not None and figures.loa_high is not None
    told = {
        "n": str(figures.n),
        "range": texts.gettext("{low} to {high}").format(low=way(figures.truth_low), high=way(figures.truth_high)),
        "mae": _size(figures.mae, unit, texts),
        "bias": way(figures.bias),
        "rmse": _size(figures.rmse, unit, texts),
        "p95": _size(figures.p95, unit, texts),
        "inside": "–" if figures.inside is None else texts.share(figures.inside),
        "loa": texts.gettext("{low} to {high}").format(low=way(figures.loa_low), high=way(figures.loa_high))
        if both
        else "–",
        "mdc": _size(figures.mdc95, unit, texts),
        "still": not moves,
        "intervals": bool(figures.intervals),
        **{f"{name}_between": between(name) for name in ("mae", "bias", "rmse", "p95", "inside")},
    }
    ends = texts.gettext("{low} to {high}").format(low=plain(figures.icc_low), high=plain(figures.icc_high))
    related = {
        "icc": plain(figures.icc),
        "icc_between": between("icc") or (ends if known else ""),
        "slope": plain(figures.slope),
        "slope_between": between("slope"),
        "intercept": way(figures.intercept),
        "r": plain(figures.pearson_r),
        "r_between": between("pearson_r"),
    }
    if not moves:
        related = {name: "" if name.endswith("between") else "–*" for name in related}
    return {**told, **related}


def _recording(one: schema.Recording, texts: Translator) -> dict[str, object]:
    offset = one.offset
    way = texts.gettext(WAYS[offset.by]).format(
        offset="" if offset.seconds is None else signed(offset.seconds, "s", texts),
        correlation="" if offset.correlation is None else texts.number(offset.correlation, 2),
        search="" if offset.search_s is None else f"{offset.search_s:g}",
        centre=""
        if offset.centre_s is None
        else texts.number(offset.centre_s, 1).removesuffix(".0").removesuffix(",0"),
    )
    notes = [told for note in one.notes if (told := describe_note(note, texts))]
    columns = [f"{wording.words_for(name, texts)} ← {column}" for name, column in one.columns.items()]
    return {
        "results": Path(one.results).name,
        "truth": Path(one.truth).name,
        "person": one.person,
        "stretch": _stretch_name(one.stretch, texts),
        "way": way,
        "notes": notes,
        "columns": columns,
        "zero": one.counted_from_neutral,
    }


def _stretch_name(stretch: str, texts: Translator) -> str:
    try:
        return texts.gettext(find_stretch(stretch).name)
    except PosecheckError:
        return stretch


def _unjudged(one: schema.AngleFigures, texts: Translator) -> tuple[str, str, str] | None:
    """Return angle, share and reasons of what was not judged; None where all was."""
    if one.unjudged is None or not one.unjudged.why:
        return None

    def words(reason: str) -> str:
        name = reason.upper()
        return texts.gettext(
            SHORT.get(UnjudgedReason[name], NOT_KEPT) if name in UnjudgedReason.__members__ else NOT_KEPT
        )

    why = ", ".join(f"{words(reason)} ({texts.share(share)})" for reason, share in one.unjudged.why.items())
    return capital(wording.words_for(one.angle, texts)), texts.share(one.unjudged.share), why


def _limit(one: schema.LimitFigures, found: schema.ValidationFile, texts: Translator) -> dict[str, str]:
    several = len({row.stretch for row in found.limits}) > 1
    what = capital(wording.words_for(one.angle, texts))
    counts = {name: str(getattr(one, name)) for name in ("hits", "missed", "unjudged", "false")}
    return {
        "what": f"{what} ({_stretch_name(one.stretch, texts)})" if several else what,
        "level": texts.gettext(LIMITS[one.level]),
        **counts,
    }


def _passages(one: schema.Recording, texts: Translator) -> Iterator[dict[str, str]]:
    """Yield what was missed or false, with how far the reference was from the limit."""
    units = {angle.angle: angle.unit for angle in one.angles}
    for row in one.passages or ():
        if row.outcome == "hit":
            continue
        unit = units.get(row.angle, "deg")
        limit = "" if row.limit is None else amount(row.limit, unit, texts)
        yield {
            "recording": Path(one.results).name,
            "what": capital(wording.words_for(row.angle, texts)),
            "limit": f"{texts.gettext(LIMITS[row.level])} {limit}",
            "outcome": texts.gettext(OUTCOMES[row.outcome]),
            "when": f"{texts.number(row.start_s or 0.0, 1)}–{texts.number(row.end_s or 0.0, 1)} s",
            "past": "" if row.past is None else signed(row.past, unit, texts),
        }


def _figure(
    name: str, found: schema.ValidationFile, compared: Sequence[Compared], texts: Translator
) -> dict[str, object]:
    one = next(row for row in found.angles if row.angle == name)
    moments, peaks = (samples_of(name, compared, basis) for basis in ("moments", "peaks"))
    figures = one.moments or one.peaks
    pictures = (
        []
        if figures is None
        else [plots.agreement(moments, peaks, figures, one.unit, texts, narrow=narrow) for narrow in (False, True)]
    )
    curves = [row for item in compared for angle in item.angles if (row := _curve(item, angle, one, texts)) is not None]
    return {
        "title": capital(wording.words_for(name, texts)),
        "told": _told(one, found, texts),
        "pictures": [_uri(text) for text in pictures],
        "thinned": len(moments) > plots.MOST_POINTS,
        "rings": len(peaks) > 0 and len(moments) > 0,
        "curves": curves[:MOST_CURVES],
        "more": max(0, len(curves) - MOST_CURVES),
    }


def _curve(item: Compared, angle: Angle, one: schema.AngleFigures, texts: Translator) -> dict[str, object] | None:
    if angle.name != one.angle or len(angle.time_s) < 2 or not np.isfinite(angle.truth + angle.reading).any():
        return None
    wide, narrow = (plots.curve(angle, one.unit, texts, narrow=narrow) for narrow in (False, True))
    return {
        "name": f"{item.measured.folder.name}, {item.truth.reference.path.name}",
        "pictures": [_uri(wide), _uri(narrow)],
    }


def _uri(text: str) -> str:
    return data_uri("image/svg+xml", text.encode())
