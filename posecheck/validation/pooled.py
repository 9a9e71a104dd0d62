"""The figures of all recordings together, and of each alone, as validation.json holds them."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from posecheck.core import __version__
from posecheck.core.arrays import Floats
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.validation import schema
from posecheck.validation.compared import Angle, Compared
from posecheck.validation.figures.agreement import Samples, figures_of, intervals_of
from posecheck.validation.measured import told_reason
from posecheck.validation.passages import Passage, passages_of

STATED_SHARE = 0.9
"""The share of errors that the error stated in angles.csv is made to hold; see docs/formats.md."""
DIGITS = 6


def validation_of(
    compared: Sequence[Compared], *, draws: int, seed: int, counted_from_neutral: bool
) -> schema.ValidationFile:
    """Return everything there is to say of these recordings.

    Args:
        compared: The recordings beside their references.
        draws: How often people are drawn again for intervals.
        seed: Of the random numbers.
        counted_from_neutral: Whether references were counted from the neutral.
    """
    passages = [passages_of(one) for one in compared]
    recordings = [_recording(one, found, counted_from_neutral) for one, found in zip(compared, passages, strict=True)]
    people = len({one.person for one in compared})
    return schema.ValidationFile(
        posecheck=__version__,
        stated_share=STATED_SHARE,
        bootstrap=schema.Bootstrap(draws=draws, seed=seed, people=people),
        angles=tuple(_angle(name, compared, draws, seed) for name in names_of(compared)),
        limits=tuple(_limits(compared, passages)),
        recordings=tuple(recordings),
    )


def names_of(compared: Sequence[Compared]) -> list[str]:
    """Return the angles that any recording has a reference for, in the order of ANGLES."""
    held = {angle.name for one in compared for angle in one.angles}
    return [row.name for row in ANGLES if row.name in held]


def samples_of(name: str, compared: Sequence[Compared], basis: schema.Basis) -> Samples:
    """Return all pairs of an angle: of every moment, or of the peak of every repetition."""
    numbers = {person: i for i, person in enumerate(sorted({one.person for one in compared}))}
    tables, people = [np.zeros((0, 3))], [np.zeros(0, np.intp)]
    for one in compared:
        for angle in one.angles:
            if angle.name == name:
                table = pairs_of(angle, basis)
                tables.append(table)
                people.append(np.full(len(table), numbers[one.person], np.intp))
    whole = np.concatenate(tables)
    return Samples(whole[:, 0], whole[:, 1], whole[:, 2], np.concatenate(people))


def pairs_of(angle: Angle, basis: schema.Basis) -> Floats:
    """Return (n, 3) reading, reference and stated error where the first two are known."""
    table = angle.peaks if basis == "peaks" else np.stack([angle.reading, angle.truth, angle.error], axis=1)
    return table[np.isfinite(table[:, :2]).all(axis=1)]


def _angle(name: str, compared: Sequence[Compared], draws: int, seed: int) -> schema.AngleFigures:
    having = [one for one in compared if any(angle.name == name for angle in one.angles)]
    moments, peaks = (_figures(samples_of(name, having, basis), draws, seed) for basis in ("moments", "peaks"))
    return schema.AngleFigures(
        angle=name,
        unit=ANGLES[INDEX[name]].unit,
        people=len({one.person for one in having}),
        recordings=len(having),
        moments=moments,
        peaks=peaks,
        unjudged=_unjudged(name, having),
    )


def _figures(samples: Samples, draws: int, seed: int) -> schema.Figures | None:
    if not len(samples):
        return None
    found = {name: _number(value) for name, value in figures_of(samples).items()}
    intervals = {
        name: (round(low, DIGITS), round(high, DIGITS))
        for name, (low, high) in intervals_of(samples, draws, seed).items()
    }
    return schema.Figures(n=len(samples), intervals=intervals, **found)


def _number(value: float) -> float | None:
    return round(value, DIGITS) if math.isfinite(value) else None


def _unjudged(name: str, compared: Sequence[Compared]) -> schema.Unjudged | None:
    frames, why = 0, Counter[str]()
    for one in compared:
        for angle in one.angles:
            known = np.isfinite(angle.truth)
            if angle.name == name and known.any():
                frames += int(known.sum())
                why.update(told_reason(one.measured, name, angle.rows[known & ~np.isfinite(angle.reading)]))
    if not frames:
        return None
    shares = {reason: round(count / frames, DIGITS) for reason, count in why.most_common()}
    return schema.Unjudged(frames=frames, share=round(why.total() / frames, DIGITS), why=shares)


def _recording(one: Compared, passages: Sequence[Passage] | None, counted_from_neutral: bool) -> schema.Recording:
    found = one.alignment
    values = (found.offset_s, found.correlation, found.search_s, found.next_s, found.next_correlation)
    seconds, correlation, search, next_s, next_correlation = (_number(value) for value in values)
    offset = schema.Offset(
        by=one.by,  # type: ignore[arg-type] # checked by the model
        seconds=seconds,
        correlation=correlation,
        search_s=search,
        centre_s=_number(found.centre_s) if search is not None else None,
        next_seconds=next_s,
        next_correlation=next_correlation,
    )
    rows = None if passages is None else tuple(_passage(passage) for passage in passages)
    return schema.Recording(
        results=str(one.measured.folder),
        truth=str(one.truth.reference.path),
        person=one.person,
        stretch=one.measured.summary.stretch.id,
        posecheck=one.measured.summary.posecheck,
        offset=offset,
        columns={angle.name: angle.origin for angle in one.angles},
        counted_from_neutral=counted_from_neutral and one.by != "repetitions",
        notes=tuple(schema.Note(code=note.code, angle=note.angle, value=note.value) for note in one.notes),
        passages=rows,
        angles=tuple(_angle(angle.name, [one], 0, 0) for angle in one.angles),
    )


def _passage(one: Passage) -> schema.PassageRow:
    return schema.PassageRow(
        key=one.key,
        angle=one.angle,
        level=one.level,  # type: ignore[arg-type]
        outcome=one.outcome,  # type: ignore[arg-type]
        start_s=round(one.start_s, 3),
        end_s=round(one.end_s, 3),
        past=round(one.past, 2),
        limit=one.limit,
    )


def _limits(compared: Sequence[Compared], passages: Sequence[Sequence[Passage] | None]) -> list[schema.LimitFigures]:
    """Count outcomes by stretch, range and limit."""
    counts: dict[tuple[str, str, str, str], Counter[str]] = {}
    for one, found in zip(compared, passages, strict=True):
        for passage in found or ():
            key = (one.measured.summary.stretch.id, passage.key, passage.angle, passage.level)
            counts.setdefault(key, Counter())[passage.outcome] += 1
    return [
        schema.LimitFigures(
            stretch=stretch,
            key=key,
            angle=angle,
            level=level,  # type: ignore[arg-type]
            hits=count["hit"],
            missed=count["missed"],
            unjudged=count["unjudged"],
            false=count["false"],
        )
        for (stretch, key, angle, level), count in counts.items()
    ]
