"""Fit the trunk rotation estimate on development takes: python -m benchmarks.fit_rotation --count 9.

Ridge regression on posecheck.rotation.features, judged by leaving one take (one person) out; the stated error is
the 90th percentile of those errors, by view and size of the reading. Test takes are never touched.
"""

import argparse
from pathlib import Path

import numpy as np

from benchmarks.takes import TWISTS, Floats, Take, development, load_all
from posecheck import rotation
from posecheck.neutral import find_neutral

TARGET = Path(rotation.__file__).with_name("rotation_model.npz")
STILL = ("chair-twist", "chair-twist-leverage", "seated-twist-cross-legged")
RIDGE = 30.0
FAR_WEIGHT = 2.0
"""Frames past 40 degrees count so much more: that is where the limits stand."""
COVERED = 90.0
MIN_FRAMES = 40


def _rows(take: Take) -> tuple[Floats, Floats, str] | None:
    """Return features (n, f), true rotation since neutral (n,) and the view of a take."""
    neutral = find_neutral(take.track)
    if neutral is None or neutral.view not in rotation.VIEWS:
        return None
    truth, time = take.truth["trunk_rotation"], take.track.time_s
    truth = truth - np.nanmean(truth[(time >= neutral.start_s) & (time <= neutral.end_s)])
    x = rotation.features(take.track, neutral)
    good = np.isfinite(truth) & np.isfinite(x).all(axis=1)
    return x[good], truth[good], neutral.view


def _solve(xs: list[Floats], ys: list[Floats]) -> Floats:
    """Return ridge weights (f,); each take counts alike however long it is."""
    scale = np.concatenate(xs).std(axis=0) + 1e-9
    gram, right = np.zeros((len(scale), len(scale))), np.zeros(len(scale))
    for x, y in zip(xs, ys, strict=True):
        weight = np.where(np.abs(y) > 40.0, FAR_WEIGHT, 1.0) * 100.0 / len(y)
        z = x / scale
        gram += z.T @ (z * weight[:, None])
        right += z.T @ (y * weight)
    return np.asarray(np.linalg.solve(gram + RIDGE * len(xs) * np.eye(len(scale)) / 10.0, right) / scale)


def fit(takes: list[Take], name: str) -> dict[str, Floats]:
    """Fit one kind of takes, print how well it does on people left out, and return weights and errors."""
    rows = [row for take in takes for row in [_rows(take)] if row is not None]
    xs, ys, views = [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows]
    left_out = [x @ _solve(xs[:i] + xs[i + 1 :], ys[:i] + ys[i + 1 :]) for i, x in enumerate(xs)]
    weights = _solve(xs, ys)
    table = np.zeros((len(rotation.VIEWS), len(rotation.BINS_DEG) + 1))
    guess, truth = np.concatenate(left_out), np.concatenate(ys)
    view = np.concatenate([np.full(len(y), rotation.VIEWS.index(v)) for y, v in zip(ys, views, strict=True)])
    size = np.digitize(np.abs(guess), rotation.BINS_DEG)
    off = np.abs(guess - truth)
    for i in range(table.shape[0]):
        for j in range(table.shape[1]):
            part = off[(view == i) & (size == j)]
            table[i, j] = np.percentile(part, COVERED) if len(part) >= MIN_FRAMES else np.nan
        # Where too little was seen the error is that of the next smaller reading, or not stated at all.
        for j in range(1, table.shape[1]):
            table[i, j] = table[i, j - 1] if np.isnan(table[i, j]) else table[i, j]
    naive = np.concatenate(xs)[:, 0]
    print(f"{name}: {len(rows)} takes, people left out: MAE {off.mean():.1f}, p95 {np.percentile(off, 95):.1f}; "
          f"shoulder line alone: MAE {np.abs(naive - truth).mean():.1f}")  # fmt: skip
    print(np.round(table, 1))
    return {f"weights_{name}": weights, f"error_{name}": table}


def main() -> None:
    """Fit both kinds and write posecheck/rotation_model.npz."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=9, help="twists of each stretch")
    takes = [t for t in load_all(development(parser.parse_args().count)) if t.spec.stretch in TWISTS]
    model = fit([t for t in takes if t.spec.stretch in STILL], "still")
    model |= fit([t for t in takes if t.spec.stretch not in STILL], "free")
    np.savez(TARGET, allow_pickle=False, **{key: value.astype(np.float32) for key, value in model.items()})


if __name__ == "__main__":
    main()
