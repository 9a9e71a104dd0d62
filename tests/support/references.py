"""Reference files of every format, and folders of results, with values that a test knows."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import c3d
import numpy as np
import pytest

from posecheck.core.arrays import Floats
from posecheck.kinematics.angles import ANGLES
from posecheck.results.summary_file import SummaryFile

Columns = Mapping[str, Floats]


def movement(time_s: Floats) -> Floats:
    """Return a twist to both sides after two still seconds, degrees."""
    after = np.maximum(time_s - 2.0, 0.0)
    return np.asarray(40.0 * np.sin(2 * np.pi * after / 6.0) * np.exp(-(((time_s - 8.0) / 6.0) ** 2)))


def csv_file(path: Path, time_s: Floats, columns: Columns, *, clock: str = "time", mark: str = ",") -> Path:
    """Write a table; with a semicolon between cells, numbers have a decimal comma."""
    rows = [[clock, *columns]]
    rows += [[f"{v:.6f}" for v in row] for row in np.column_stack([time_s, *columns.values()]).tolist()]
    if mark == ";":
        rows = [[cell.replace(".", ",") for cell in row] for row in rows]
    path.write_text("".join(mark.join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def mot_file(path: Path, time_s: Floats, columns: Columns, *, degrees: bool = True) -> Path:
    """Write an OpenSim motion."""
    head = [path.stem, "version=1", f"nRows={len(time_s)}", f"nColumns={1 + len(columns)}"]
    head += [f"inDegrees={'yes' if degrees else 'no'}", "endheader", "\t".join(["time", *columns])]
    rows = np.column_stack([time_s, *columns.values()]).tolist()
    path.write_text("\n".join([*head, *("\t".join(f"{v:.8f}" for v in row) for row in rows)]) + "\n")
    return path


def trc_file(path: Path, time_s: Floats, markers: Columns) -> Path:
    """Write markers (n, 3) as OpenSim's .trc; NaN is an empty cell."""
    names = list(markers)
    counts = ["100", "100", str(len(time_s)), str(len(names)), "m", "100", "1", str(len(time_s))]
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{path.name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        "\t".join(counts),
        "Frame#\tTime\t" + "".join(f"{name}\t\t\t" for name in names),
        "\t\t" + "".join(f"X{k}\tY{k}\tZ{k}\t" for k in range(1, len(names) + 1)),
        "",
    ]
    table = np.concatenate([markers[name] for name in names], axis=1).tolist()
    for k, (at, row) in enumerate(zip(time_s.tolist(), table, strict=True), start=1):
        lines.append(f"{k}\t{at:.6f}\t" + "".join("\t" if v != v else f"{v:.7f}\t" for v in row))
    path.write_text("\n".join(lines) + "\n")
    return path


def c3d_file(path: Path, rate: float, points: Columns, listed: int = 255) -> Path:
    """Write points (n, 3) as C3D; NaN is a point that was not seen. After `listed` names a second list begins."""
    with pytest.warns(UserWarning, match="No analog data"):
        _write_c3d(path, rate, points, listed)
    return path


def _write_c3d(path: Path, rate: float, points: Columns, listed: int) -> None:
    writer = c3d.Writer(point_rate=rate)
    names = list(points)
    writer.set_point_labels(names[:listed])
    if names[listed:]:
        text, size = writer.pack_labels(names[listed:])
        writer.point_group.add_str("LABELS2", "More labels.", text, size, len(names) - listed)
    table = np.stack(list(points.values()), axis=1)
    for frame in table:
        rows = np.zeros((len(points), 5), np.float32)
        seen = np.isfinite(frame).all(axis=1)
        rows[:, :3] = np.where(seen[:, None], frame, 0.0)
        rows[~seen, 3] = -1
        writer.add_frames([(rows, np.zeros((0, 0)))])
    with path.open("wb") as file:
        writer.write(file)


def body(rotation: Floats, flexion: Floats, up: str = "y") -> dict[str, Floats]:
    """Return the eight markers (n, 3) of a trunk that turns to the left and bends forward on a still pelvis, in mm.

    Args:
        rotation: (n,) degrees to the left, about the vertical.
        flexion: (n,) degrees forward, about the pelvis' axis to the right, done after the turn.
        up: The laboratory's axis that points up: y, or z.
    """
    trunk = {"C7": (-70, 480, 0), "T8": (-90, 280, 0), "IJ": (70, 440, 0), "PX": (80, 290, 0)}
    pelvis = {"LASI": (90, 0, -120), "RASI": (90, 0, 120), "LPSI": (-90, 0, -45), "RPSI": (-90, 0, 45)}
    turn, bend = np.radians(rotation), np.radians(flexion)
    n, zero, one = len(turn), np.zeros(len(turn)), np.ones(len(turn))
    # Axes of the body: x forward, y up, z right. A turn to the left takes z to x, a bend forward takes y to x.
    left = np.array([[np.cos(turn), zero, np.sin(turn)], [zero, one, zero], [-np.sin(turn), zero, np.cos(turn)]])
    forward = np.array([[np.cos(bend), np.sin(bend), zero], [-np.sin(bend), np.cos(bend), zero], [zero, zero, one]])
    both = np.moveaxis(forward, -1, 0) @ np.moveaxis(left, -1, 0)
    out = {name: both @ np.array(xyz, float) for name, xyz in trunk.items()}
    out |= {name: np.tile(np.array(xyz, float), (n, 1)) for name, xyz in pelvis.items()}
    # To z up: forward is y, and right is x.
    return {name: xyz[:, [2, 0, 1]] if up == "z" else xyz for name, xyz in out.items()}


def results(
    folder: Path, time_s: Floats, readings: Columns, error: float = 5.0, changes: Mapping[str, Any] | None = None
) -> Path:
    """Write angles.csv and summary.json as a check does, with a neutral of two seconds.

    Args:
        folder: The folder.
        time_s: (n,) times of the frames.
        readings: (n,) by the names of ANGLES; NaN is not judged.
        error: The stated error of every reading.
        changes: Keys of the summary that are other than usual.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "angles.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["time_s", *(name for row in ANGLES for name in (row.column, row.error_column))])
        for i, at in enumerate(time_s.tolist()):
            cells = [f"{at:.4f}"]
            for row in ANGLES:
                value = float(readings[row.name][i]) if row.name in readings else float("nan")
                cells += ["", ""] if value != value else [f"{value:.4f}", f"{error:.2f}"]
            writer.writerow(cells)
    (folder / "summary.json").write_text(summary(time_s, changes or {}).text(), encoding="utf-8")
    return folder


def summary(time_s: Floats, changes: Mapping[str, Any]) -> SummaryFile:
    """Return the summary of a chair twist without events."""
    usual = {
        "format": 2,
        "posecheck": "0.1.0",
        "stretch": {"id": "chair-twist", "name": "Chair twist"},
        "settings": {"stretch": "chair-twist"},
        "verdict": "clear",
        "headline": "Everything stayed in range.",
        "frames": len(time_s),
        "duration_s": float(time_s[-1]),
        "neutral": {
            "start_s": 0.0,
            "end_s": 2.0,
            "view": "front",
            "camera_azimuth_deg": 0.0,
            "lying": False,
            "origin": "still",
        },
        "peaks": [peak("trunk_rotation", 40.0, 45.0)],
        "events": [],
    }
    return SummaryFile.of({**usual, **changes})


def peak(angle: str, caution: float | None, stop: float | None) -> dict[str, Any]:
    """Return a row of `peaks`."""
    limits = {"caution": caution, "stop": stop}
    return {"key": angle, "angle": angle, "words": angle, "unit": "deg", "judged_share": 1.0, **limits} | dict.fromkeys(
        ("highest", "lowest", "error")
    )


def event(level: str, start_s: float, end_s: float, angle: str = "trunk_rotation") -> dict[str, Any]:
    """Return a row of `events`."""
    times = {"start_s": start_s, "end_s": end_s, "worst": 50.0, "worst_s": start_s}
    said = {"unit": "deg", "limit": 45.0, "message": "Too far."}
    return {"key": angle, "angle": angle, "kind": "over_rotation", "level": level, **times, **said}


def repetition(start_s: float, end_s: float, peak_deg: float, angle: str = "trunk_rotation") -> dict[str, Any]:
    """Return a row of `repetitions`."""
    middle = (start_s + end_s) / 2
    times = {"start_s": start_s, "hold_start_s": middle, "hold_end_s": middle, "end_s": end_s, "peak_s": middle}
    peaks = {"peak": peak_deg, "peak_error": 5.0, "hold_s": 0.0, "longest_hold_s": 0.0, "in_speed": 1.0}
    said = {"side": "left", "angle": angle, "unit": "deg", "hold": "", "stopped": False, "reached": True}
    rest = {"out_speed": 1.0, "reason": "", "in_s": 1.0, "out_s": 1.0, "complete": True, "held": False}
    return {**said, **times, **peaks, **rest}


def lines(path: Path) -> Sequence[Mapping[str, str]]:
    """Return the rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
