"""Compare the output for every script of the coaching tables, as seen by a camera, with the expected output.

    python -m research.benchmarks.coaching [--write] [--pin] [--angle NAME] [--rates] [--good]
        [--shaken] [--flipped] [--moved] [--around]

The scripts in research/datasets/coaching_*.py state their repetitions, holds and events exactly. The landmarks that
MediaPipe found in their rendered clips are saved (datasets/seen.py), so this takes a minute and needs no model.
--write puts the table into docs/coaching.md. --pin records each difference from the expected output with its reason,
for the test that checks it. --angle prints how one angle is read in the scripts that move it furthest, whether or not
it is judged there. --good prints what is raised in fifty good performances as people move (datasets/good_forms.py),
which nothing was tuned with. --shaken prints the totals with jitter added to the landmarks, as those of filmed people
have, --flipped those with landmarks that flip from one guess to the next, --moved those of a camera that moves,
--around those with what people do before, between and after their repetitions. --rates prints the errors of rates of
change, over the half of the scripts that nothing was tuned with and over the other half.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from posecheck.assessment.analysis import Analysis, judge
from posecheck.core.files import write_whole
from posecheck.core.pose import PoseTrack
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.kinematics.estimation import estimate
from posecheck.stretches.checks import Check
from posecheck.stretches.library import find_stretch
from research.datasets.agreement import said, sides, within, written
from research.datasets.coached_rows import Row
from research.datasets.coaching import ROWS
from research.datasets.good_forms import good_forms
from research.datasets.scoring import TRUE_NAME
from research.datasets.seen import FOLDER, drawn, key, load, to_be_seen
from research.disturbed.around import AROUND, Around
from research.disturbed.cameras import MOVES, CameraMove
from research.disturbed.flips import FLIPS
from research.disturbed.shaking import SHAKINGS
from research.docs_block import replace_block
from research.rates import errors
from research.synthetic.output.film import clip_angles

DOCS = Path(__file__).parents[2] / "docs" / "coaching.md"
ORDER = ("clear", "caution", "stop")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold the outcome of one script.

    Attributes:
        due: The gravest level that the script expects: clear, caution or stop.
        raised: The gravest level that was reported.
        exact: Whether repetitions, events, peaks and holds all match the script.
        counted: Whether the side and completeness of every repetition match.
        verdict: The verdict on the whole recording.
    """

    due: str
    raised: str
    exact: bool
    counted: bool
    verdict: str


def shaken() -> str:
    """Return the Markdown table of all scripts with jitter added to their landmarks."""
    head = (
        "| jitter: pixels | mm | from frame to frame | scripts | said exactly | repetitions right | "
        "stops due and raised | stops not due | of them in good ones | good ones faulted | stops called in range |"
    )
    lines = [head, f"|{'---|' * 11}"]
    for one in SHAKINGS:
        found = [outcome(row, one.of) for row in to_be_seen(ROWS)]
        pace = f"over {one.slow_s:g} s" if one.slow_s else "anew"
        lines.append(line(f"{one.px:g} | {one.mm:g} | {pace}", found))
    return "\n".join(lines)


def flipped() -> str:
    """Return the Markdown table of all scripts with landmarks that flip for a moment, as filmed people's do."""
    head = (
        "| what flips | lasting, s | scripts | said exactly | repetitions right | stops due and raised | "
        "stops not due | of them in good ones | good ones faulted | stops called in range |"
    )
    lines = [head, f"|{'---|' * 10}", line("nothing | ", [outcome(row) for row in to_be_seen(ROWS)])]
    for one in FLIPS:
        shortest, longest = one.lasting_s
        found = [outcome(row, one.of) for row in to_be_seen(ROWS)]
        lines.append(line(f"{one.name} | {shortest:g} to {longest:g}", found))
    return "\n".join(lines)


def moved() -> str:
    """Return the Markdown table of all scripts with a camera that moves, as the background shows."""
    return _each("the camera", "stands still", MOVES)


def around() -> str:
    """Return the Markdown table of all scripts with what people do before, between and after their repetitions."""
    return _each("what else is done", "nothing", AROUND)


def _each(what: str, plain: str, kinds: Sequence[CameraMove | Around]) -> str:
    """Return the Markdown table of all scripts, as they are and with each kind of disturbance."""
    head = (
        f"| {what} | scripts | said exactly | repetitions right | stops due and raised | stops not due | "
        "of them in good ones | good ones faulted | stops called in range |"
    )
    lines = [head, f"|{'---|' * 9}", line(plain, [outcome(row) for row in to_be_seen(ROWS)])]
    lines += [line(one.name, [outcome(row, one.of) for row in to_be_seen(ROWS)]) for one in kinds]
    return "\n".join(lines)


def gravest(levels: list[str]) -> str:
    """Return the gravest of the levels of some events; clear if there is none."""
    return max(levels, key=ORDER.index, default="clear")


def outcome(row: Row, disturb: Callable[[PoseTrack, int], PoseTrack] | None = None) -> Outcome:
    """Judge the saved landmarks of a script, disturbed or not, and compare the output with the script."""
    track = load(row)[0] if disturb is None else disturb(load(row)[0], int(key(row)[-8:], 16))
    analysis = judge(track, find_stretch(row.name))
    told, passed = said(analysis)
    return Outcome(
        gravest([level for _, level in row.passed]),
        gravest([level for _, level in passed]),
        (told, passed) == (sides(row), sorted(row.passed)) and within(row, analysis),
        told == sides(row),
        analysis.summary.verdict,
    )


def line(name: str, found: list[Outcome]) -> str:
    """Return one row of the Markdown table.

    Args:
        name: The stretch, or the name of the total.
        found: The outcomes of its scripts.
    """
    stops = [item for item in found if item.due == "stop"]
    fine = [item for item in found if item.due == "clear"]
    cells = [
        name,
        str(len(found)),
        str(sum(item.exact for item in found)),
        str(sum(item.counted for item in found)),
        f"{sum(item.raised == 'stop' for item in stops)} of {len(stops)}",
        f"{sum(item.raised == 'stop' for item in found if item.due != 'stop')} of {len(found) - len(stops)}",
        f"{sum(item.raised == 'stop' for item in fine)} of {len(fine)}",
        f"{sum(item.raised != 'clear' for item in fine)} of {len(fine)}",
        f"{sum(item.verdict == 'clear' for item in stops)}",
    ]
    return f"| {' | '.join(cells)} |"


def table() -> str:
    """Return the Markdown table over all stretches."""
    found: dict[str, list[Outcome]] = defaultdict(list)
    for row in to_be_seen(ROWS):
        found[row.name].append(outcome(row))
    head = (
        "| stretch | scripts | said exactly | repetitions right | stops due and raised | stops not due | "
        "of them in good ones | good ones faulted | stops called in range |\n|---|---|---|---|---|---|---|---|---|"
    )
    every = [item for items in found.values() for item in items]
    return "\n".join([head, *(line(name, items) for name, items in sorted(found.items())), line("**all**", every)])


FEW = 0.5
"""An angle that is judged in less than this share of a script counts as not judged."""
INSIDE = 0.75
"""An angle is misread if less than this share of its moving frames lies within the stated error."""


def _read(check: Check, analysis: Analysis, truth: dict[str, np.ndarray]) -> str:
    """Return the reason, a key of agreement.WHY, that the reading of a check's angles gives for a difference.

    Args:
        check: The check.
        analysis: The analysis of the saved landmarks.
        truth: The true angles in degrees (frames,), by the generator's name.

    Returns:
        "unjudged": no angle was judged in at least the share FEW of frames. "hidden": only one of two limbs was.
        "misread": the reading was outside its stated error. Otherwise "error" for a check of the angle itself, and
        "motion" for one of its speed, steadiness and the like.
    """
    readings = analysis.judged.readings
    value, error = readings.value[:, list(check.rows)], readings.error[:, list(check.rows)]
    known = np.isfinite(value).mean(axis=0)
    if known.max() < FEW:
        return "unjudged"
    if known.min() < FEW:
        return "hidden"
    inside = []
    for i, row in enumerate(check.rows):
        true = truth.get(TRUE_NAME.get(ANGLES[row].name, ANGLES[row].name))
        if true is not None and analysis.neutral is not None:
            time = readings.time_s
            still = (time >= analysis.neutral.start_s) & (time <= analysis.neutral.end_s)
            true = true - (np.nanmean(true[still]) if ANGLES[row].zeroed else 0.0)
            moved = np.isfinite(value[:, i]) & (np.abs(true - np.nanmean(true[still])) > 3.0)
            inside += [np.abs(value[moved, i] - true[moved]) <= error[moved, i]]
    found = np.concatenate(inside) if inside else np.zeros(0, bool)
    if len(found) and found.mean() < INSIDE:
        return "misread"
    return "error" if check.range.measure == "angle" else "motion"


def why(row: Row, analysis: Analysis) -> list[str]:
    """Return why the output differs from the script, as sorted keys of agreement.WHY.

    Args:
        row: The script.
        analysis: The analysis of its saved landmarks.
    """
    scene = drawn(row, load(row)[1])
    truth = clip_angles(scene, [scene.truth(i) for i in range(len(scene))])
    told, passed = said(analysis)
    odd = {name for name, _ in (Counter(passed) - Counter(row.passed)) + (Counter(row.passed) - Counter(passed))}
    checks = [check for check in analysis.session.checks if check.range.key in odd]
    if told != sides(row) or not checks:
        main = analysis.stretch.followed[0]
        checks += [check for check in analysis.session.checks if check.range.angle == main][:1]
    return sorted({_read(check, analysis, truth) for check in checks}) or ["motion"]


def pin() -> None:
    """Write every difference from the scripts, with its reason, to seen_landmarks/otherwise.toml."""
    lines = [
        "# Made by python -m research.benchmarks.coaching --pin: what one camera says otherwise than the script.\n"
    ]
    for row in to_be_seen(ROWS):
        analysis = judge(load(row)[0], find_stretch(row.name))
        told, passed = said(analysis)
        if (told, passed) == (sides(row), sorted(row.passed)) and within(row, analysis):
            continue
        lines.append(f"[{key(row)}]\n")
        notes = {"why": why(row, analysis), **written(told, passed)}
        lines += [f"{name} = {json.dumps(value)}\n" for name, value in notes.items()]
    write_whole(FOLDER / "otherwise.toml", "".join(lines).encode())


FAR_DEG, FURTHEST = 12.0, 0.8
"""A script counts if it moves the angle by FAR_DEG; the frames counted reach FURTHEST times its largest truth."""


def furthest(name: str) -> str:
    """Return how an angle is read where the scripts move it furthest.

    Args:
        name: The angle, such as pelvis_rotation.

    Returns:
        One line for each script with the view and, over its furthest frames, the means of truth, reading and stated
            error
        in degrees.
    """
    lines = []
    for row in to_be_seen(ROWS):
        stretch, (track, seed) = find_stretch(row.name), load(row)
        neutral = judge(track, stretch).neutral
        if neutral is None or not any(name in step.to for step in row.steps):
            continue
        scene = drawn(row, seed)
        truth = clip_angles(scene, [scene.truth(i) for i in range(len(scene))])[TRUE_NAME.get(name, name)]
        truth = truth - truth[scene.neutral].mean()
        far = np.abs(truth) >= FURTHEST * np.abs(truth).max()
        if np.abs(truth).max() < FAR_DEG:
            continue
        still = stretch.pelvis == "still"
        value, error, _ = estimate(track, neutral, still, stretch.hips_roll, on_floor=stretch.on_floor)
        read = value[far, INDEX[name]] * np.sign(truth[far])
        told = (np.abs(truth[far]).mean(), np.nanmean(read), np.nanmean(error[far, INDEX[name]]))
        lines.append(
            f"{key(row):48s} {neutral.view:8s} true {told[0]:4.0f}  read {told[1]:4.0f}  stated ± {told[2]:3.0f}"
        )
    return "\n".join(lines)


def good() -> str:
    """Return the Markdown table of what is raised in the good performances of datasets/good_forms.py."""
    lines, faulted, missed = [], 0, 0
    for row in good_forms():
        analysis = judge(load(row)[0], find_stretch(row.name))
        passed, wholly = said(analysis)[1], any(item.complete for item in analysis.repetitions)
        faulted += bool(passed)
        missed += not wholly
        if passed or not wholly:
            told = [f"{name} {level}" for name, level in passed] + ([] if wholly else ["no whole repetition"])
            lines.append(f"| {row.name} | {row.azimuth:.0f} | {', '.join(told)} |")
    head = f"{faulted} of {len(good_forms())} faulted; in {missed} no whole repetition was seen.\n\n"
    return head + "\n".join(["| stretch | camera, degrees | what was said |", "|---|---|---|", *lines])


def rates() -> str:
    """Return the Markdown tables of the errors of rates, over both halves of the scripts."""
    return f"{errors.table(tuning=False)}\n\nThe half that was tuned with:\n\n{errors.table(tuning=True)}"


def main() -> None:
    """Print the table, and write it if asked."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--write", action="store_true", help="into docs/coaching.md")
    parser.add_argument("--pin", action="store_true", help="into research/datasets/seen_landmarks/otherwise.toml")
    parser.add_argument("--angle", help="such as pelvis_rotation")
    parser.add_argument("--rates", action="store_true", help="the errors of rates of change")
    parser.add_argument("--shaken", action="store_true", help="the table with jitter added to the landmarks")
    parser.add_argument("--flipped", action="store_true", help="the table with landmarks that flip for a moment")
    parser.add_argument("--moved", action="store_true", help="the table with a camera that moves")
    parser.add_argument("--around", action="store_true", help="the table with what else people do")
    parser.add_argument("--good", action="store_true", help="what is raised in fifty more good performances")
    given = parser.parse_args()
    tables = {
        "good": (given.good, good), "shaken": (given.shaken, shaken), "flipped": (given.flipped, flipped),
        "rates": (given.rates, rates), "moved": (given.moved, moved), "around": (given.around, around),
    }  # fmt: skip
    for block, (wanted, made) in tables.items():
        if wanted:
            told = made()
            print(told)
            if given.write:
                replace_block(DOCS, block, told)
            return
    if given.angle:
        print(furthest(given.angle))
        return
    if given.pin:
        pin()
    told = table()
    print(told)
    if given.write:
        replace_block(DOCS, "table", told)


if __name__ == "__main__":
    main()
