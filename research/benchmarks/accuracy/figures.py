"""The figures of a benchmark of angles, the tables that show them, and their comparison with committed ones."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.stretches.library import find_stretch
from research.datasets.scoring import Alarm, Sample, score
from research.datasets.takes import LEANS, TWISTS, Spec, load_all
from research.docs_block import replace_block

DOCS = Path(__file__).parents[3] / "docs"
MAIN = {**dict.fromkeys(TWISTS, "trunk_rotation"), **dict.fromkeys(LEANS, "trunk_inclination")}
TOLERANCE_DEG, TOLERANCE_SHARE = 2.0, 0.10
"""How much worse than the committed figures the small benchmark may be: landmarks differ a little between machines."""
SMALL = (
    Spec("chair-twist", 0, "test", "both-sides", 0.0),
    Spec("standing-extension-hands-behind-head", 0, "test", None, 90.0),
)
Row = dict[str, float | str | None]


def _number(value: float, digits: int = 1) -> float | None:
    return round(float(value), digits) if np.isfinite(value) else None


def errors(samples: Sequence[Sample]) -> Row:
    """Return the error figures over all frames of samples of one angle.

    Args:
        samples: Samples of one angle, in degrees; their frames are pooled.

    Returns:
        By name: frames; the share of them that was judged; mean absolute error, bias and 95th percentile of the error
        (degrees); coverage, the share of errors inside the stated error; slope of reading against truth; and mean and
        95th percentile of the naive estimate's error. A figure is None where nothing was judged.
    """
    truth = np.concatenate([s.truth for s in samples])
    reading = np.concatenate([s.reading for s in samples])
    stated = np.concatenate([s.error for s in samples])
    naive = np.concatenate([s.naive for s in samples]) - truth
    off = (reading - truth)[np.isfinite(reading)]
    naive = (naive + 180.0) % 360.0 - 180.0
    naive = np.abs(naive[np.isfinite(naive)])
    within = np.abs(off) <= stated[np.isfinite(reading)]
    return {
        "frames": float(len(truth)),
        "judged_share": _number(len(off) / max(len(truth), 1), 3),
        "mae": _number(np.abs(off).mean()) if len(off) else None,
        "bias": _number(off.mean()) if len(off) else None,
        "p95": _number(np.percentile(np.abs(off), 95)) if len(off) else None,
        "coverage": _number(within.mean(), 2) if len(off) else None,
        "slope": _slope(truth[np.isfinite(reading)], reading[np.isfinite(reading)]),
        "naive_mae": _number(naive.mean()) if len(naive) else None,
        "naive_p95": _number(np.percentile(naive, 95)) if len(naive) else None,
    }


def _slope(truth: Floats, reading: Floats) -> float | None:
    """Return the slope of reading against truth; None with fewer than 10 frames or hardly any movement."""
    if len(truth) < 10 or truth.std() < 1.0:
        return None
    return _number(np.polyfit(truth, reading, 1)[0], 2)


def warnings(alarms: Sequence[Alarm]) -> Row:
    """Count over takes how the stop limits were reported; the delay is their median in seconds, None without delays."""
    due, hit = sum(a.due for a in alarms), sum(a.hit for a in alarms)
    delays = [d for a in alarms for d in a.delays_s]
    quiet = [a for a in alarms if a.quiet]
    return {
        "due": float(due),
        "hit": float(hit),
        "warned": float(sum(a.warned for a in alarms)),
        "reassured": float(sum(a.reassured for a in alarms)),
        "delay_s": _number(float(np.median(delays)), 2) if delays else None,
        "quiet": float(len(quiet)),
        "false": float(sum(a.false for a in quiet)),
    }


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table.

    Args:
        heads: The column names.
        rows: The cells of each row; None is shown as a dash.
    """
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join("–" if cell is None else str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _groups(items: Sequence[Sample], key: Callable[[Sample], tuple[str, str]]) -> dict[tuple[str, str], list[Sample]]:
    out: dict[tuple[str, str], list[Sample]] = {}
    for item in items:
        out.setdefault(key(item), []).append(item)
    return dict(sorted(out.items()))


def error_rows(samples: Sequence[Sample], key: Callable[[Sample], tuple[str, str]]) -> list[list[object]]:
    """Return the rows of an error table, one for each pair of names.

    Args:
        samples: The samples, of any angle and camera.
        key: Gives the two names that a sample is grouped by, such as angle and camera group.

    Returns:
        For each row the two names, then a cell for each of ERROR_HEADS.
    """
    rows: list[list[object]] = []
    for (first, group), part in _groups(samples, key).items():
        e = errors(part)
        judged = e["judged_share"]
        share = f"{100 * judged:.0f} %" if isinstance(judged, float) else "–"
        cells = [e["mae"], e["bias"], e["p95"], share, e["coverage"], e["slope"], e["naive_mae"], e["naive_p95"]]
        rows.append([first, group, *cells])
    return rows


ERROR_HEADS = ("MAE", "bias", "p95", "judged", "inside stated error", "slope", "naive MAE", "naive p95")
ALARM_HEADS = ("stretch", "camera", "stops due", "hit", "at least warned", "shown fine throughout", "median delay s",
               "takes never past caution", "false stops")  # fmt: skip


def alarm_rows(alarms: Sequence[Alarm]) -> list[list[object]]:
    """Return table rows on stop limits by stretch and camera group, and one row over all."""
    keys = sorted({(a.stretch, a.group) for a in alarms})
    parts = [(*key, [a for a in alarms if (a.stretch, a.group) == key]) for key in keys]
    rows: list[list[object]] = []
    for stretch, group, part in [*parts, ("**all**", "", list(alarms))]:
        w = warnings(part)
        whole = [int(w[k] or 0) for k in ("due", "hit", "warned", "reassured")]
        rows.append([stretch, group, *whole, w["delay_s"], int(w["quiet"] or 0), int(w["false"] or 0)])
    return rows


LIMBS = ("hip_flexion", "knee_flexion", "shoulder_flexion", "shoulder_abduction", "elbow_flexion")
TARGET_HEADS = ("what", "wanted", "posecheck", "naive, same frames")


def _percent(part: float | str | None, whole: float | str | None) -> str | None:
    return f"{100 * float(part or 0) / float(whole):.0f} %" if whole else None


def target_rows(samples: Sequence[Sample], alarms: Sequence[Alarm]) -> list[list[object]]:
    """Return the project's targets beside the figures that the takes reach.

    Args:
        samples: The samples of all takes.
        alarms: The scores of all stop limits.

    Returns:
        For each row what is measured, the target, the figure of posecheck, and that of the naive estimate on the same
        frames (None where there is none). Cameras at the side are left out for turning angles; the last two rows count
    only the views that the stretch allows.
    """

    def of(wanted: str, *parts: tuple[str, Sequence[Sample]]) -> list[list[object]]:
        rows: list[list[object]] = []
        for name, part in parts:
            if part:
                e = errors(part)
                pair = f"{e['mae']} / {e['p95']}", f"{e['naive_mae']} / {e['naive_p95']}"
                rows.append([f"{name}: MAE / p95", wanted, *pair])
        return rows

    def pick(*names: str, group: str | None = None) -> list[Sample]:
        return [s for s in samples if s.angle in names and group in (None, s.group)]

    twists = [s for s in pick("trunk_rotation") if s.stretch in TWISTS and s.group != "side"]
    primary = [s for s in samples if MAIN.get(s.stretch) == s.angle and s.group in (*_allowed(s.stretch),)]
    seen = [s for s in samples if any(s.angle.endswith(limb) for limb in LIMBS)]
    w, e = warnings(alarms), errors(primary)
    judged = e["judged_share"]
    return [
        *of("8 / 20", ("trunk rotation, twists", twists)),
        *of("2 / –", ("lean of the trunk, from the side", pick("trunk_inclination", group="side"))),
        *of("3.5 / –", ("lean of the trunk, oblique", pick("trunk_inclination", group="oblique"))),
        *of("5 / –", ("pelvis rotation", [s for s in pick("pelvis_rotation") if s.group != "side"])),
        *of("9 / –", ("neck rotation", pick("neck_rotation")), ("neck flexion", pick("neck_flexion"))),
        *of("7 / –", *((limb.replace("_", " "), [s for s in seen if s.angle.endswith(limb)]) for limb in LIMBS)),
        ["stops due that were raised", "85 %", _percent(w["hit"], w["due"]), None],
        ["median delay of those, s", "0.4", w["delay_s"], None],
        ["takes never past caution with a stop", "5 %", _percent(w["false"], w["quiet"]), None],
        ["stops due that were shown as fine throughout", "2 %", _percent(w["reassured"], w["due"]), None],
        ["frames judged, the stretch's own angle and views", "85 %", _percent(judged, 1.0), None],
        ["of those errors inside the stated one", "85 to 95 %", _percent(e["coverage"], 1.0), None],
    ]


def _allowed(stretch: str) -> tuple[str, ...]:
    return find_stretch(stretch).camera.views


def report(samples: Sequence[Sample], alarms: Sequence[Alarm], takes: int, split: str) -> str:
    """Return the tables as Markdown.

    Args:
        samples: The samples of all takes.
        alarms: The scores of all stop limits.
        takes: The number of takes.
        split: The name of the split, for the first line.
    """
    main = [s for s in samples if MAIN.get(s.stretch) == s.angle]
    return "\n\n".join(
        [
            f"{takes} takes of the {split} split; degrees; every frame in which somebody is there.",
            "### What is asked, and what is reached",
            table(TARGET_HEADS, target_rows(samples, alarms)),
            "### The angle each stretch is about",
            table(("stretch", "camera", *ERROR_HEADS), error_rows(main, lambda s: (s.stretch, s.group))),
            "### Stop limits (due: the truth is past the limit by 5° for 0.3 s)",
            table(ALARM_HEADS, alarm_rows(alarms)),
            "### Every angle, all stretches together",
            table(("angle", "camera", *ERROR_HEADS), error_rows(samples, lambda s: (s.angle, s.group))),
        ]
    )


def figure(samples: Sequence[Sample], path: Path) -> None:
    """Draw estimate against truth (degrees) for twists and leans back, and save the figure.

    Args:
        samples: The samples of all takes.
        path: The picture file to write.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    fig, axes = plt.subplots(1, 3, figsize=(11, 3.9), constrained_layout=True)
    twists = [s for s in samples if s.angle == "trunk_rotation" and s.stretch in TWISTS]
    leans = [s for s in samples if s.angle == "trunk_inclination" and s.stretch in LEANS]
    parts = [("Trunk rotation, naive", twists, True), ("Trunk rotation, posecheck", twists, False),
             ("Lean of the trunk, posecheck", leans, False)]  # fmt: skip
    colours = {"front": "#0072B2", "oblique": "#E69F00", "side": "#009E73"}
    for ax, (title, part, naive) in zip(axes, parts, strict=True):
        for group, colour in colours.items():
            chosen = [s for s in part if s.group == group]
            if chosen:
                truth = np.concatenate([s.truth for s in chosen])
                ax.plot(truth, np.concatenate([s.naive if naive else s.reading for s in chosen]), ".", ms=2.5,
                        color=colour, alpha=0.5, label=group)  # fmt: skip
        ax.plot([-70, 70], [-70, 70], color="0.4", lw=1)
        ax.set(title=title, xlabel="true degrees", ylabel="read degrees", xlim=(-70, 70), ylim=(-70, 70))
        ax.legend(loc="upper left", markerscale=4, frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    fig.savefig(path, dpi=110)


def write(text: str) -> None:
    """Write the tables into the block `figures` of docs/accuracy.md."""
    replace_block(DOCS / "accuracy.md", "figures", text)


def small_figures() -> dict[str, Row]:
    """Return the error figures of the small benchmark, by stretch."""
    out = {}
    for take in load_all(SMALL, workers=2):
        samples, _ = score(take)
        name = take.spec.stretch
        out[name] = errors([s for s in samples if s.angle == MAIN[name]])
    return out


def check(now: dict[str, Row], before: dict[str, Row]) -> list[str]:
    """Compare the small benchmark with its committed figures.

    Args:
        now: The figures of this run, by stretch.
        before: The committed figures, by stretch.

    Returns:
        One line for each figure that is worse by more than the tolerance; empty if none is.
    """
    problems = []
    for name, row in before.items():
        for key, tolerance in (("mae", TOLERANCE_DEG), ("judged_share", -TOLERANCE_SHARE)):
            was, found = row[key], now[name][key]
            behind = found is None if was is not None else False
            if isinstance(was, float) and isinstance(found, float):
                behind = found > was + tolerance if tolerance > 0 else found < was + tolerance
            if behind:
                problems.append(f"{name}: {key}: expected about {was}, got {found}")
    return problems
