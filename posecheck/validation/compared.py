"""One recording beside its reference: clocks brought together, angles paired moment by moment and peak by peak.

Where an angle counts from the person's neutral, the reference is counted from the same moments. Moments are our
frames, with the reference in a straight line between its own; a reference with few rows is taken at its own times.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Floats
from posecheck.core.errors import InputError
from posecheck.kinematics.angles import ANGLES, INDEX, TURNS
from posecheck.kinematics.geometry import wrapped
from posecheck.kinematics.neutral import NeutralOrigin
from posecheck.validation.figures.alignment import Alignment, align, resampled
from posecheck.validation.measured import Measured
from posecheck.validation.truth.mapping import Truth

LEAST_CORRELATION = 0.5
SPARSE_S = 0.5
"""A reference with a longer usual step is taken at its own times, on the recording's clock."""
NEAR_S = 0.1
"""A frame further away in time does not belong to a moment."""
ALIKE = 0.02
"""A second shift whose correlation is less than this below the best may as well be the right one."""
FROM_POSTURE = (NeutralOrigin.NAMED, NeutralOrigin.STILL, NeutralOrigin.CALM, NeutralOrigin.UPRIGHT)


@dataclass(frozen=True, slots=True)
class Note:
    """Hold something that a reader must know of a comparison, as a code with values; page.NOTES has the words."""

    code: str
    angle: str = ""
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Angle:
    """Hold one angle of one recording beside the reference.

    Attributes:
        name: The row of ANGLES.
        time_s: (n,) moments, seconds of the recording.
        reading: (n,) readings, NaN where not judged.
        error: (n,) stated errors.
        truth: (n,) the reference, counted as the reading is; NaN where unknown.
        rows: (n,) the frame of each moment.
        peaks: (m, 3) reading, reference and stated error at the peak of each repetition, NaN where one is unknown.
        origin: Where the reference comes from.
    """

    name: str
    time_s: Floats
    reading: Floats
    error: Floats
    truth: Floats
    rows: NDArray[np.intp]
    peaks: Floats
    origin: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Hold one recording beside its reference.

    Attributes:
        measured: The results.
        truth: The reference.
        person: Whose recording it is.
        by: How the clocks were brought together: correlation, given, same_clock or repetitions.
        alignment: The offset, and how well it fits.
        angles: The angles that both know.
        notes: What a reader must know.
        sparse: Whether the reference only has single moments, or the peaks of repetitions.
    """

    measured: Measured
    truth: Truth
    person: str
    by: str
    alignment: Alignment
    angles: tuple[Angle, ...]
    notes: tuple[Note, ...]
    sparse: bool = False


def compare(
    measured: Measured, truth: Truth, person: str, *, offset_s: float | None, search_s: float, zero: bool
) -> Compared:
    """Put a recording beside its reference.

    Args:
        measured: The results.
        truth: The reference's angles.
        person: Whose recording it is.
        offset_s: What to add to the reference's times; None finds it.
        search_s: How far to search for it.
        zero: Whether the reference is counted from the recording's neutral where the reading is.

    Raises:
        InputError: The clocks cannot be brought together, or no angle is known to both.
    """
    names = [name for name in truth.values if np.isfinite(measured.value[:, INDEX[name]]).any()]
    if not names:
        text = "{file}: expected an angle that was judged in {folder}, found only {found}"
        found = ", ".join(list(truth.values)[:6])
        raise InputError("nothing_judged", text, file=truth.reference.path, folder=measured.folder, found=found)
    # What was never judged has a place too: its share not judged is a figure.
    everything = [name for name in truth.values if name in names or _in_stretch(measured, name)]
    if truth.reference.time_s is None:
        return _by_repetition(measured, truth, person, everything)
    by, alignment = _aligned(measured, truth, names, offset_s, search_s)
    notes = _alignment_notes(alignment)
    moved = truth.reference.time_s + alignment.offset_s
    sparse = float(np.median(np.diff(moved))) > SPARSE_S
    rows = _nearest(measured.time_s, moved) if sparse else np.arange(len(measured.time_s))
    angles = []
    for name in everything:
        values = truth.values[name]
        if sparse:
            at = np.abs(measured.time_s[rows] - moved) <= NEAR_S
            use, true = rows[at], values[at]
        else:
            use, true = rows, _on_clock(name, moved, values, measured.time_s)
        if zero and name not in truth.magnitudes:
            true, note = _zeroed(measured, name, true, measured.time_s[use])
            notes += note
        reading = measured.value[use, INDEX[name]]
        if name in truth.magnitudes:
            reading = np.abs(reading)
        times = measured.time_s[use]
        peaks = _peaks(measured, name, times, true, truth) if not sparse else np.zeros((0, 3))
        angles.append(
            Angle(name, times, reading, measured.error[use, INDEX[name]], true, use, peaks, truth.origins[name])
        )
    known = [one for one in angles if (np.isfinite(one.truth) & np.isfinite(one.reading)).any()]
    if not known:
        text = "{file}: expected times that the recording in {folder} has too, found none after {offset} s are added"
        offset = f"{alignment.offset_s:g}"
        raise InputError("no_overlap", text, file=truth.reference.path, folder=measured.folder, offset=offset)
    return Compared(measured, truth, person, by, alignment, tuple(angles), tuple(notes), sparse)


def _in_stretch(measured: Measured, name: str) -> bool:
    """Return whether the stretch has a limit for an angle, so that it matters that it was not judged."""
    return any(peak.angle == name for peak in measured.summary.peaks)


def _aligned(
    measured: Measured, truth: Truth, names: Sequence[str], offset_s: float | None, search_s: float
) -> tuple[str, Alignment]:
    reference = truth.reference
    clock = reference.time_s if reference.time_s is not None else np.zeros(0)
    if offset_s is not None:
        return "given", Alignment(offset_s)
    if float(np.median(np.diff(clock))) > SPARSE_S:
        return "same_clock", Alignment(0.0)
    ours = [measured.value[:, INDEX[name]] for name in names]
    ours = [np.abs(one) if name in truth.magnitudes else one for name, one in zip(names, ours, strict=True)]
    theirs = [_unwrapped(name, truth.values[name]) for name in names]
    found = align(measured.time_s, ours, clock, theirs, search_s)
    if found is None or found.correlation < LEAST_CORRELATION:
        got = "nothing that moves" if found is None else f"{found.correlation:.2f} at {found.offset_s:+.2f} s"
        text = (
            "{file}: expected a movement that agrees with {folder} (correlation of at least {least}) within "
            "{search} s, found {got}"
        )
        values = {"least": LEAST_CORRELATION, "search": f"{search_s:g}", "got": got, "folder": measured.folder}
        # Curves that agree upside down are a sign, not another movement.
        hint = "flip" if found is not None and found.lowest < -0.8 else "offset"
        raise InputError("no_alignment", text, hint=hint, file=reference.path, **values)
    return "correlation", found


def _alignment_notes(found: Alignment) -> list[Note]:
    notes = []
    if found.next_correlation > found.correlation - ALIKE:
        notes.append(Note("another_offset", value=round(found.next_s, 3)))
    if found.at_edge:
        notes.append(Note("offset_at_edge", value=found.search_s))
    return notes


def _unwrapped(name: str, values: Floats) -> Floats:
    """Return directions about the vertical without jumps of a full turn."""
    if INDEX[name] not in TURNS:
        return values
    out, known = values.copy(), np.isfinite(values)
    out[known] = np.unwrap(values[known], period=360.0)
    return out


def _on_clock(name: str, times: Floats, values: Floats, ours: Floats) -> Floats:
    return resampled(times, _unwrapped(name, values), ours)


def _nearest(time_s: Floats, times: Floats) -> NDArray[np.intp]:
    after = np.clip(np.searchsorted(time_s, times), 1, len(time_s) - 1)
    return np.where(times - time_s[after - 1] <= time_s[after] - times, after - 1, after)


def _zeroed(measured: Measured, name: str, true: Floats, times: Floats) -> tuple[Floats, list[Note]]:
    """Return the reference counted from the recording's neutral, where the reading is."""
    neutral = measured.summary.neutral
    if not ANGLES[INDEX[name]].zeroed or neutral is None or neutral.origin not in FROM_POSTURE:
        return true, []
    still = true[(times >= neutral.start_s) & (times <= neutral.end_s)]
    if not np.isfinite(still).any():
        return true, [Note("neutral_not_in_truth", name)]
    out = true - np.nanmean(still)
    return (wrapped(out) if INDEX[name] in TURNS else out), []


def _peaks(measured: Measured, name: str, times: Floats, true: Floats, truth: Truth) -> Floats:
    """Return (m, 3) reading, reference and stated error at the peak of each repetition that is counted by this angle.

    The reference's peak is its own, furthest the same way between the start and the end of the repetition.
    """
    out = []
    for item in measured.summary.repetitions:
        if item.angle != name or item.peak is None:
            continue
        within = true[(times >= item.start_s) & (times <= item.end_s)]
        within = within[np.isfinite(within)]
        size = name in truth.magnitudes
        way = 1.0 if size or item.peak >= 0 else -1.0
        furthest = way * float((way * within).max()) if len(within) else np.nan
        error = np.nan if item.peak_error is None else item.peak_error
        out.append((abs(item.peak) if size else item.peak, furthest, error))
    return np.array(out, np.float64).reshape(len(out), 3)


def _by_repetition(measured: Measured, truth: Truth, person: str, names: Sequence[str]) -> Compared:
    """Compare a table with a row for each repetition: its rows by number with the repetitions of the summary."""
    reference, items = truth.reference, measured.summary.repetitions
    numbers = [] if reference.repetition is None else [round(number) for number in reference.repetition.tolist()]
    shared = [(row, number) for row, number in enumerate(numbers) if number <= len(items)]
    if not shared:
        text = "{file}: expected repetitions 1 to {n} as in {folder}, found {found}"
        found = f"{min(numbers)} to {max(numbers)}" if numbers else "none"
        raise InputError(
            "no_repetition",
            text,
            file=reference.path,
            n=len(items),
            folder=measured.folder / "summary.json",
            found=found,
        )
    notes = [] if len(numbers) == len(items) else [Note("counts_differ", value=float(len(numbers) - len(items)))]
    angles, none = [], np.zeros(0)
    for name in names:
        rows = []
        for row, number in shared:
            item, size = items[number - 1], name in truth.magnitudes
            if item.angle == name:
                reading = np.nan if item.peak is None else item.peak
                error = np.nan if item.peak_error is None else item.peak_error
            else:
                reading, error = _furthest(measured, name, item.start_s, item.end_s)
            rows.append((abs(reading) if size else reading, truth.values[name][row], error))
        table = np.array(rows, np.float64).reshape(len(rows), 3)
        angles.append(Angle(name, none, none, none, none, none.astype(np.intp), table, truth.origins[name]))
    return Compared(measured, truth, person, "repetitions", Alignment(float("nan")), tuple(angles), tuple(notes), True)


def _furthest(measured: Measured, name: str, start_s: float, end_s: float) -> tuple[float, float]:
    """Return the reading furthest from 0 within a repetition, and its stated error."""
    rows = np.flatnonzero((measured.time_s >= start_s) & (measured.time_s <= end_s))
    values = measured.value[rows, INDEX[name]]
    if not np.isfinite(values).any():
        return float("nan"), float("nan")
    at = rows[int(np.nanargmax(np.abs(values)))]
    return float(measured.value[at, INDEX[name]]), float(measured.error[at, INDEX[name]])
