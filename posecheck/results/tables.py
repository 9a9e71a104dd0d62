"""A judged recording as files: angles.csv, events.csv, repetitions.csv, summary.json."""

import csv
import math
from dataclasses import asdict
from pathlib import Path

import numpy as np

from posecheck.assessment.analysis import BLOCK, Analysis
from posecheck.assessment.summary import Unjudged
from posecheck.core import __version__
from posecheck.core.i18n import LANGUAGES, translator
from posecheck.core.memory.spooled import release
from posecheck.core.outside.cells import text_cell
from posecheck.feedback import wording
from posecheck.feedback.headline import headline_of
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.measurement.readings import FUSED, Basis
from posecheck.repetitions.repetition import COLUMNS
from posecheck.results.summary_file import FORMAT, JudgedBy, Source, SummaryFile
from posecheck.stretches.stretch import Stretch

EVENT_COLUMNS = ("angle", "kind", "level", "start_s", "end_s", "worst_deg", "worst_s", "message")


def _cell(number: float, digits: int) -> str:
    """Return a number as text, empty for NaN: a spreadsheet must not take 'cannot judge' for zero."""
    return "" if math.isnan(number) else f"{number:.{digits}f}"


def write_angles(path: Path, analysis: Analysis) -> None:
    """Write time_s, each angle with its stated error, and what some rest on; an empty cell cannot be judged."""
    readings = analysis.judged.readings
    header = ["time_s", *(name for row in ANGLES for name in (row.column, row.error_column))]
    header += [f"{name}_basis" for name in FUSED]
    fused = [INDEX[name] for name in FUSED]
    cells = [f"%.{2 if row.unit == 'deg' else 3}f" for row in ANGLES for _ in range(2)]
    # One template for a whole row: a long recording has millions of cells, and each call of the csv module costs time.
    line = ",".join(["%.4f", *cells, *["%s"] * len(FUSED)]) + "\r\n"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow(header)
        for first in range(0, len(readings.time_s), BLOCK):
            part = readings.slice(slice(first, first + BLOCK))
            both = np.stack([part.value, part.error], axis=-1).reshape(len(part.time_s), -1)
            known = np.isfinite(part.value[:, fused])
            basis = np.where(known, np.array([item.name.lower() for item in Basis])[part.basis], "").tolist()
            rows = np.concatenate([part.time_s[:, None], both], axis=1).tolist()
            lines = (line % (*row, *rests) for row, rests in zip(rows, basis, strict=True))
            file.write("".join(lines).replace("nan", ""))
            release(readings)


def write_events(path: Path, analysis: Analysis) -> None:
    """Write one row an event, [start_s, end_s); worst_deg in degrees, deg/s or a ratio as the message says."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(EVENT_COLUMNS)
        for event in analysis.events:
            times = [f"{event.start_s:.3f}", f"{event.end_s:.3f}"]
            worst = [_cell(event.worst, 2), _cell(event.worst_s, 3)]
            message = text_cell(wording.describe_event(event, analysis.stretch))
            writer.writerow([event.angle, event.kind, event.level, *times, *worst, message])


def write_repetitions(path: Path, analysis: Analysis) -> None:
    """Write one row a repetition, numbered from 1: the columns of repetitions.py, peaks in the unit beside them.

    An empty cell could not be told; yes or no is true or false.
    """
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["number", *COLUMNS])
        for number, item in enumerate(analysis.repetitions, 1):
            held = item.as_dict()
            writer.writerow([number, *(_told(held[key]) for key in COLUMNS)])


def _told(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return text_cell(value) if isinstance(value, str) else str(value)


def summary_of(analysis: Analysis, source: Source, settings: JudgedBy) -> SummaryFile:
    """Return all there is to say of a recording, as it stands in summary.json; what was not judged is None.

    Args:
        analysis: The judged recording.
        source: The recording's file, size and faults.
        settings: How it was judged.
    """
    stretch, summary = analysis.stretch, analysis.summary
    events = [
        {
            "key": event.key,
            "angle": event.angle,
            "kind": event.kind,
            "level": event.level,
            "start_s": round(event.start_s, 3),
            "end_s": round(event.end_s, 3),
            "worst": None if math.isnan(event.worst) else round(event.worst, 2),
            "worst_s": round(event.worst_s, 3),
            "unit": event.unit,
            "limit": None if math.isnan(event.limit) else event.limit,
            "message": wording.describe_event(event, stretch),
        }
        for event in analysis.events
    ]
    values = {
        "format": FORMAT,
        "posecheck": __version__,
        "stretch": {"id": stretch.id, "name": stretch.name},
        "source": source,
        "settings": settings,
        "verdict": summary.verdict,
        "headline": headline_of(analysis),
        "frames": summary.frames,
        "found_share": summary.found_share,
        "duration_s": summary.duration_s,
        "neutral": None if summary.neutral is None else asdict(summary.neutral),
        "peaks": [_with_words(asdict(peak)) for peak in summary.peaks],
        "unjudged": [_unjudged(item, stretch) for item in summary.unjudged],
        # For whoever reads it later in another language, when the analysis itself is gone.
        "headlines": {name: headline_of(analysis, translator(name)) for name in LANGUAGES},
        "events": events,
        "repetitions": [item.as_dict() for item in analysis.repetitions],
        "series": analysis.series.as_dict(),
    }
    return SummaryFile.of(values)


def _with_words(item: dict[str, object]) -> dict[str, object]:
    """Return a table row that names an angle, with the angle's English words after the name."""
    first = list(item)[: list(item).index("angle") + 1]
    return {**{key: item[key] for key in first}, "words": wording.words_for(str(item["angle"])), **item}


def _unjudged(item: Unjudged, stretch: Stretch) -> dict[str, object]:
    return {
        "angle": item.angle,
        "words": wording.words_for(item.angle),
        "reason": item.reason.name.lower(),
        "share": item.share,
        "advice": wording.instruction(item.reason, stretch, turn=item.turn),
    }


def write_summary(path: Path, analysis: Analysis, source: Source, settings: JudgedBy) -> None:
    """Write summary.json; see `summary_of`."""
    path.write_text(summary_of(analysis, source, settings).text(), encoding="utf-8")
