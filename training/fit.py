"""Fit the estimator on the gathered people and write its weights: python -m training.fit.

Needs PyTorch (pip install -e '.[train]'); what it writes, posecheck/regressor.npz, is run with numpy alone. Every
seventh person is kept back and the errors on them are printed. The same people give the same weights on the same
machine; another machine's arithmetic moves them in the last digits.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from training.people_set import ANGLES, KEPT_BACK, ODD, SIGN, SWAP, Floats, Person, frames_of, load_people

OUT = Path(__file__).parents[1] / "posecheck" / "regressor.npz"
HIDDEN, EPOCHS, BATCH, VARIANTS = 384, 16, 512, 3
MOST_DEG = 45.0
"""A twist of so much counts twice in the fit: the limits stand there, and large twists are few."""
UNIT = np.array([20.0, 12.0, 22.0, 25.0, 15.0, 10.0, 10.0, 8.0] + [30.0] * 10, np.float32)
WEIGHT = {"trunk_rotation": 4.0, "pelvis_rotation": 2.0, "shoulder_rotation": 2.0}
INPUT_NOISE, FLOOR = 0.05, 0.05
COMPONENTS, EDGE = 48, 0.995
NAMED = {"trunk_flexion_from_vertical": "trunk_flexion"}
"""The truth that posecheck's own angle is compared with."""


class Net(nn.Module):  # type: ignore[misc]  # torch is not installed where types are checked
    """Three layers, two of them added to what they were given; value and log spread of every angle come out."""

    def __init__(self, inputs: int, hidden: int, drop: float = 0.1) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(inputs, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, hidden)])
        self.last = nn.Linear(hidden, 2 * len(ANGLES))
        self.drop = nn.Dropout(drop)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        for i, layer in enumerate(self.layers):
            hidden = nn.functional.silu(layer(self.drop(x)))
            x = hidden if i == 0 else x + hidden
        out = self.last(x)
        return out[:, : len(ANGLES)], out[:, len(ANGLES) :]


def rows(people: Sequence[Person], variants: int, seed: int = 0) -> tuple[NDArray[np.float32], Floats]:
    """Return features and truth of everybody as seen, in the mirror, and `variants - 1` times changed at random."""
    rng = np.random.default_rng(seed)
    parts = [
        frames_of(person, None if v == 0 else rng, mirror)
        for person in people
        for v in range(variants)
        for mirror in (False, True)
    ]
    return np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts])


def fit(x: NDArray[np.float32], y: Floats, hidden: int, epochs: int) -> Net:
    """Fit a net on standardised features (n, d) and degrees (n, k), NaN where an angle has no meaning."""
    known = torch.tensor(np.isfinite(y), dtype=torch.float32)
    goal = torch.tensor(np.nan_to_num(y) / UNIT, dtype=torch.float32)
    seen = torch.tensor(x, dtype=torch.float32)
    share = torch.tensor([WEIGHT.get(name, 1.0) for name in ANGLES])
    turn = torch.tensor(1.0 + np.abs(np.nan_to_num(y[:, 0])) / MOST_DEG, dtype=torch.float32)
    net = Net(x.shape[1], hidden)
    optimiser = torch.optim.AdamW(net.parameters(), 1e-3, weight_decay=0.05)
    steps = epochs * -(-len(x) // BATCH)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps)
    for epoch in range(epochs):
        order, total = torch.randperm(len(x)), 0.0
        for i in order.split(BATCH):
            value, spread = net(seen[i] + INPUT_NOISE * torch.randn(len(i), x.shape[1]))
            loss = nn.functional.smooth_l1_loss(value, goal[i], reduction="none", beta=0.3) * known[i] * share
            loss[:, 0] = loss[:, 0] * turn[i]
            # Laplace: the spread learns the mean absolute error, and leaves the value alone.
            unsure = ((value - goal[i]).detach().abs() * torch.exp(-spread) + spread) * known[i]
            both = loss.mean() + 0.1 * unsure.mean()
            optimiser.zero_grad()
            both.backward()
            optimiser.step()
            plan.step()
            total += float(both.detach()) * len(i)
        print(f"epoch {epoch + 1} of {epochs}: loss {total / len(x):.4f}", flush=True)
    net.eval()
    return net


def axes_of(x: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    """Return directions (d, c) along which standardised features have spread one, and the edge of what was seen."""
    _, size, way = np.linalg.svd(x[:: max(1, len(x) // 20000)], full_matrices=False)
    count = min(len(x), 20000)
    axes = (way[:COMPONENTS] / (size[:COMPONENTS, None] / np.sqrt(count))).T.astype(np.float32)
    return axes, float(np.quantile(np.sqrt(np.square(x @ axes).mean(axis=1)), EDGE))


def write(net: Net, mean: NDArray[np.float32], scale: NDArray[np.float32], x: NDArray[np.float32], people: int) -> None:
    """Write the weights, in half precision, whole or not at all."""
    axes, edge = axes_of(x)
    layers = [*net.layers, net.last]
    names = [NAMED.get(name, name) for name in ANGLES]
    arrays: dict[str, Any] = {}
    for i, layer in enumerate(layers):
        arrays[f"weights{i}"] = layer.weight.detach().numpy().T.astype(np.float16)
        arrays[f"bias{i}"] = layer.bias.detach().numpy().astype(np.float32)
    part = OUT.with_name(f".{OUT.stem}.part.npz")
    np.savez_compressed(
        part,
        about=np.array(json.dumps({"names": names, "layers": len(layers), "people": people, "odd": list(ODD)})),
        mean=mean,
        scale=scale,
        unit=UNIT,
        axes=axes.astype(np.float16),
        edge=np.array(edge),
        swap=SWAP,
        sign=SIGN.astype(np.float32),
        **arrays,
    )
    part.replace(OUT)


def held_back(net: Net, people: Sequence[Person], mean: NDArray[np.float32], scale: NDArray[np.float32]) -> str:
    """Return a line on each angle: its mean and 95th percentile error on people who were kept back."""
    errors = []
    for person in people:
        out = []
        for mirror in (False, True):
            x, _ = frames_of(person, None, mirror)
            with torch.no_grad():
                out.append(net(torch.tensor((x - mean) / scale))[0].numpy() * UNIT)
        value = (out[0] + out[1][:, SWAP] * SIGN) / 2.0
        front = abs(person.about["azimuth_deg"]) <= 65.0 and "twist" in person.about["stretch"]
        if front:
            errors.append(np.abs(value - person.truth)[~person.neutral])
    error = np.concatenate(errors)
    lines = [
        f"{name:28s} mean {np.nanmean(error[:, i]):5.1f}  p95 {np.nanquantile(error[:, i], 0.95):5.1f}"
        for i, name in enumerate(ANGLES)
    ]
    return "\n".join(
        [f"twists, {len(errors)} people kept back, cameras to 65 degrees, neutral frames left out:", *lines]
    )


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--hidden", type=int, default=HIDDEN)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--variants", type=int, default=VARIANTS)
    parser.add_argument("--dry", action="store_true", help="print the errors, write nothing")
    given = parser.parse_args()
    torch.manual_seed(0)
    people = list(load_people())
    kept, rest = [p for p in people if p.seed % KEPT_BACK == 0], [p for p in people if p.seed % KEPT_BACK]
    x, y = rows(rest, given.variants)
    mean, scale = x.mean(axis=0), (x.std(axis=0) + FLOOR).astype(np.float32)
    x -= mean
    x /= scale
    print(f"{len(rest)} people, {len(x)} rows of {x.shape[1]} features")
    net = fit(x, y, given.hidden, given.epochs)
    print(held_back(net, kept, mean, scale))
    if not given.dry:
        write(net, mean, scale, x, len(rest))
        print(f"{OUT.name}: {OUT.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
