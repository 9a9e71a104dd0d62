"""Hostile folders of results: summary.json of other types, landmarks that claim much or cannot be."""

import io
import json
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from posecheck.assessment.analysis import judge
from posecheck.capture.pose.landmark_file import save_track
from posecheck.recordings.outcome import Done, settings_of, write
from posecheck.results.summary_file import Source
from posecheck.stretches.library import find_stretch
from tests.support.hostile import texts
from tests.support.people import track_of, twist


def good(folder: Path) -> Path:
    """Write the results of a constructed person, as `posecheck check` writes them."""
    folder.mkdir(parents=True, exist_ok=True)
    track = track_of(twist(60.0) + twist(-40.0)[60:])
    analysis = judge(track, find_stretch("chair-twist"))
    write(folder, Done(analysis, "a.mp4", Source(file="a.mp4", problem=None), settings_of("chair-twist", 50)))
    return folder


def summaries(document: Any, seed: int, n: int) -> Iterator[tuple[str, bytes]]:
    """Yield texts for summary.json, from a good one."""
    yield from texts.any_json()
    yield "events are numbers", json.dumps({**document, "events": [1] * 300_000}).encode()
    yield "events are empty", json.dumps({**document, "events": [{}] * 300_000}).encode()
    yield "peaks are many", json.dumps({**document, "peaks": document["peaks"] * 20_000}).encode()
    long = json.loads(json.dumps(document))
    long["headline"] = "h" * 1_000_000
    yield "a long headline", json.dumps(long).encode()
    odd = json.loads(json.dumps(document))
    odd["headline"] = odd["source"]["file"] = texts.ESC
    yield "escapes", json.dumps(odd).encode()
    yield from texts.changed_json(document, seed, n)


def arrays(folder: Path) -> dict[str, Any]:
    """Return the arrays of a folder's landmarks."""
    with np.load(folder / "landmarks.npz") as held:
        return dict(held)


def landmarks(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield contents for landmarks.npz."""
    good_ones = arrays(folder)
    n = len(good_ones["time_s"])

    def packed(**changes: Any) -> bytes:
        out = io.BytesIO()
        np.savez_compressed(out, **{**good_ones, **changes})
        return out.getvalue()

    yield "empty", b""
    yield "noise", np.random.default_rng(0).bytes(5000)
    yield "a zip of nothing", b"PK\5\6" + bytes(18)
    time_s = good_ones["time_s"]
    for name, times in (
        ("nan", np.full(n, np.nan)),
        ("backward", time_s[::-1]),
        ("negative", time_s - 1e9),
        ("far", time_s * 1e12),
        ("huge", np.linspace(0, 1e300, n)),
        ("equal", np.zeros(n)),
        ("complex", time_s.astype(complex)),
        ("text", time_s.astype("U9")),
        ("dates", time_s.astype("M8[s]")),
        ("bool", time_s > 1),
        ("no", time_s[:0]),
        ("two dimensions", time_s[:, None]),
    ):
        yield f"times {name}", packed(time_s=times)
    for key in ("image_xy", "world_xyz", "visibility"):
        for value in (np.nan, np.inf, -np.inf, 3e38, -1e30):
            whole = np.full_like(good_ones[key], value)
            yield f"{key} all {value}", packed(**{key: whole})
            part = good_ones[key].copy()
            part[::3].reshape(len(part[::3]), -1)[:, 5] = value
            yield f"{key} some {value}", packed(**{key: part})
    for key in ("people", "subject", "size_wh", "touched", "shot"):
        for value in (-1, -(2**62), 2**62, 70_000):
            yield f"{key} {value}", packed(**{key: np.full(good_ones[key].shape, value, np.int64)})
        yield f"{key} nan", packed(**{key: np.full(good_ones[key].shape, np.nan)})
        yield (
            f"{key} changes",
            packed(
                **{
                    key: np.broadcast_to(
                        np.arange(n).reshape(-1, *[1] * (good_ones[key].ndim - 1)), good_ones[key].shape
                    )
                }
            ),
        )
    for key in ("background", "tags"):
        for value in (0.0, np.inf, 3e38):
            yield f"{key} {value}", packed(**{key: np.full_like(good_ones[key], value)})
        part = good_ones[key].copy()
        part.reshape(n, -1)[:, 0] = 1.0
        yield f"{key} in part", packed(**{key: part})
    yield "about escapes", packed(about=np.array([f"video={texts.ESC}", "a"]))
    yield "about without =", packed(about=np.array(["x" * 100_000]))
    yield "about many", packed(about=np.array([f"{i}=x" for i in range(100_000)]))
    yield "about numbers", packed(about=np.arange(5))
    yield "format text", packed(format=np.array("x"))
    yield "format array", packed(format=np.arange(3))
    yield "objects", packed(people=np.array([{}] * n, dtype=object))
    yield "fortran", packed(image_xy=np.asfortranarray(good_ones["image_xy"]))
    for shape in ("(1000000000000,)", "(-5,)", "(99999999999999999999999,)", "(0, 1000000000000)", f"({'9,' * 3000})"):
        yield f"claims {shape[:20]}", with_entry(packed(), "time_s", header(shape))
    yield "claims and holds zeros", with_entry(packed(), "time_s", header("(400000000,)") + bytes(300_000_000))
    yield "header of a program", with_entry(packed(), "time_s", raw_header("__import__('os').system('true')"))
    yield "header nested", with_entry(packed(), "time_s", raw_header("(" * 9000))
    yield "many entries", _many_entries(packed())


def header(shape: str) -> bytes:
    """Return the head of an array that states a shape."""
    return raw_header(f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}")


def raw_header(text: str) -> bytes:
    """Return the head of an array with any text in it."""
    body = text.encode()[:60_000] + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(body)) + body


def with_entry(data: bytes, name: str, content: bytes) -> bytes:
    """Return a zip archive with one array replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            new.writestr(item, content if item == f"{name}.npy" else old.read(item))
    return out.getvalue()


def _many_entries(data: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        for i in range(60_000):
            archive.writestr(f"e{i}", b"")
    return out.getvalue()


def long_track(path: Path, n: int) -> None:
    """Write a track of n frames."""
    from dataclasses import replace

    track = track_of(twist(60.0))
    many = track.rows(np.arange(n) % len(track))
    save_track(path, replace(many, time_s=np.arange(n) / 30))
