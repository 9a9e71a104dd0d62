"""Fit a regressor on the gathered people and write its weights: python -m research.training.fit [--lying].

Needs PyTorch (pip install -e '.[train]'). Writes regressor.npz or regressor_lying.npz into the folder of --out
(build/training by default). To use the weights, copy the file into posecheck/kinematics/data/, where numpy alone runs
them, and calibrate them (research/training/calibrate.py). Every seventh person is held back, and the errors on them are
printed. The same people give the same weights on the same machine; on another machine the last digits differ.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from posecheck.core.arrays import Floats
from posecheck.core.files import written_atomically
from posecheck.kinematics.neutral import neutral_of
from research.training.people_set import BUILD, KEPT_BACK, LYING, UPRIGHT, Person, Task, frames_of, load_people

EPOCHS, BATCH, VARIANTS = 16, 512, 3
RATE, RATE_ON = 2e-3, 5e-4
"""The highest learning rate of a new fit, and of one that goes on from weights. A higher one forgets what they knew."""
MOST_DEG = 45.0
"""A twist of this size counts twice in the fit: the limits are near it, and large twists are rare."""
INPUT_NOISE, FLOOR = 0.05, 0.05
"""Noise added to standardised features, and a least amount added to their standard deviation."""
COMPONENTS, EDGE = 48, 0.995
"""Number of principal axes, and share of the training rows that lie within the edge of what was seen."""


class Net(nn.Module):  # type: ignore[misc]  # torch is not installed where types are checked
    """A network of three hidden layers, two of them residual, with value and log spread of every angle as output.

    Args:
        inputs: The number of features.
        hidden: The width of the hidden layers.
        angles: The number of angles.
        drop: The share of inputs to a layer that are dropped in training.
    """

    def __init__(self, inputs: int, hidden: int, angles: int, drop: float = 0.1) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(inputs, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, hidden)])
        self.last = nn.Linear(hidden, 2 * angles)
        self.angles = angles
        self.drop = nn.Dropout(drop)

    def go_on_from(self, weights: Path, mean: NDArray[np.float32], scale: NDArray[np.float32]) -> None:
        """Take over weights that `write` wrote, for features standardised with another mean and scale (d,) each.

        Inputs beyond the d features, which those weights do not know, begin without any influence.
        """
        with np.load(weights, allow_pickle=False) as data:
            layers = [*self.layers, self.last]
            matrices = [data[f"weights{i}"].astype(np.float32) for i in range(len(layers))]
            biases = [data[f"bias{i}"] for i in range(len(layers))]
            biases[0] = biases[0] + ((mean - data["mean"]) / data["scale"]) @ matrices[0]
            matrices[0] = matrices[0] * (scale / data["scale"])[:, None]
        more = self.layers[0].in_features - len(matrices[0])
        matrices[0] = np.pad(matrices[0], ((0, more), (0, 0)))
        for layer, matrix, bias in zip(layers, matrices, biases, strict=True):
            layer.weight.data = torch.tensor(matrix.T.copy())
            layer.bias.data = torch.tensor(bias)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return value and log spread, each (rows, angles), in units of the task, for features x (rows, inputs)."""
        for i, layer in enumerate(self.layers):
            hidden = nn.functional.silu(layer(self.drop(x)))
            x = hidden if i == 0 else x + hidden
        out = self.last(x)
        return out[:, : self.angles], out[:, self.angles :]


def rows(people: Sequence[Person], variants: int, seed: int = 0) -> tuple[NDArray[np.float32], Floats]:
    """Return the training rows of all people, each as seen and mirrored.

    Args:
        people: The people.
        variants: How often each is used, times how often they count: once unchanged, the other times changed at random.
        seed: The seed of the changes.

    Returns:
        Features (rows, d), and truth (rows, k) in degrees.
    """
    rng = np.random.default_rng(seed)
    parts = [
        frames_of(person, None if v == 0 else rng, mirror)
        for person in people
        for v in range(variants * person.often)
        for mirror in (False, True)
    ]
    return np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts])


class Aim:
    """Hold the truth of the training rows, and tell how far a network is from it.

    Args:
        task: What the network estimates.
        y: Truth (rows, k), degrees; NaN where an angle has no meaning.
    """

    def __init__(self, task: Task, y: Floats) -> None:
        self._known = torch.tensor(np.isfinite(y), dtype=torch.float32)
        self._goal = torch.tensor(np.nan_to_num(y) / task.unit, dtype=torch.float32)
        self._share = torch.tensor(task.weight)
        self._turn = torch.tensor(1.0 + np.abs(np.nan_to_num(y[:, 0])) / MOST_DEG, dtype=torch.float32)

    def loss(self, value: torch.Tensor, spread: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        """Return the loss of values and log spreads, each (m, k) in units of the task, of m of the rows."""
        known, goal = self._known[rows], self._goal[rows]
        loss = nn.functional.smooth_l1_loss(value, goal, reduction="none", beta=0.3) * known * self._share
        loss[:, 0] = loss[:, 0] * self._turn[rows]
        # Laplace likelihood: the spread learns the mean absolute error without influencing the value.
        unsure = ((value - goal).detach().abs() * torch.exp(-spread) + spread) * known
        return loss.mean() + 0.1 * unsure.mean()


def fit(task: Task, net: Net, x: NDArray[np.float32], y: Floats, epochs: int, rate: float) -> None:
    """Fit a network.

    Args:
        task: What it estimates.
        net: The network, new or with weights to go on from.
        x: Standardised features (rows, d).
        y: Truth (rows, k), degrees; NaN where an angle has no meaning.
        epochs: How often all rows are used.
        rate: The highest learning rate.
    """
    aim = Aim(task, y)
    seen = torch.tensor(x, dtype=torch.float32)
    optimiser = torch.optim.AdamW(net.parameters(), rate, weight_decay=task.decay)
    steps = epochs * -(-len(x) // BATCH)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps)
    for epoch in range(epochs):
        order, total = torch.randperm(len(x)), 0.0
        for i in order.split(BATCH):
            value, spread = net(seen[i] + INPUT_NOISE * torch.randn(len(i), x.shape[1]))
            both = aim.loss(value, spread, i)
            optimiser.zero_grad()
            both.backward()
            optimiser.step()
            plan.step()
            total += float(both.detach()) * len(i)
        print(f"epoch {epoch + 1} of {epochs}: loss {total / len(x):.4f}", flush=True)
    net.eval()


def axes_of(x: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    """Return the principal axes of standardised features x (rows, d), to recognise inputs unlike the training set.

    Returns:
        Directions (d, COMPONENTS), scaled so that the training rows have a spread of one along each; and the distance
        that the share EDGE of the rows stays within.
    """
    _, size, way = np.linalg.svd(x[:: max(1, len(x) // 20000)], full_matrices=False)
    count = min(len(x), 20000)
    axes = (way[:COMPONENTS] / (size[:COMPONENTS, None] / np.sqrt(count))).T.astype(np.float32)
    return axes, float(np.quantile(np.sqrt(np.square(x @ axes).mean(axis=1)), EDGE))


def write(
    task: Task,
    net: Net,
    mean: NDArray[np.float32],
    scale: NDArray[np.float32],
    x: NDArray[np.float32],
    people: int,
    out: Path,
    encoder: str = "",
) -> Path:
    """Write the weights in half precision; an interrupted write leaves no file.

    Args:
        task: What the network estimates.
        net: The network.
        mean: Mean of each feature (d,).
        scale: Scale of each feature (d,).
        x: Standardised features (rows, d) that it was fitted on.
        people: The number of people it was fitted on.
        out: The file.
        encoder: The version of the encoder whose body codes it reads beside the features.

    Returns:
        The file.
    """
    axes, edge = axes_of(x)
    layers = [*net.layers, net.last]
    out.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {}
    for i, layer in enumerate(layers):
        arrays[f"weights{i}"] = layer.weight.detach().numpy().T.astype(np.float16)
        arrays[f"bias{i}"] = layer.bias.detach().numpy().astype(np.float32)
    about = {
        "names": task.names,
        "layers": len(layers),
        "people": people,
        "odd": [task.named.get(name, name) for name in task.odd],
        "encoder": encoder,
    }
    with written_atomically(out) as part, part.open("wb") as file:
        np.savez_compressed(
            file,
            about=np.array(json.dumps(about)),
            mean=mean,
            scale=scale,
            unit=task.unit,
            axes=axes.astype(np.float16),
            edge=np.array(edge),
            swap=task.swap,
            sign=task.sign.astype(np.float32),
            **arrays,
        )
    return out


def _group(person: Person) -> str:
    """Return the group that a held-back person is reported in; empty where their angles are not asked for."""
    if person.task.lying:
        return f"lying, seen from the {neutral_of(person.track().rows(np.flatnonzero(person.neutral))).view}"
    front = abs(person.about["azimuth_deg"]) <= 65.0 and "twist" in person.about["stretch"]
    return "twists, cameras to 65 degrees" if front else ""


def held_back(read: Callable[[Person, bool], Floats], people: Sequence[Person]) -> str:
    """Return the errors on held-back people.

    Args:
        read: Returns the values (n, k), in units of the task, of a person or of their mirror image.
        people: The people.

    Returns:
        For each group and angle a line with mean and 95th percentile of the absolute error, degrees.
    """
    groups: dict[str, list[Floats]] = defaultdict(list)
    for person in people:
        task = person.task
        out = [read(person, mirror) * task.unit for mirror in (False, True)]
        value = (out[0] + out[1][:, task.swap] * task.sign) / 2.0
        groups[_group(person)].append(np.abs(value - person.truth)[~person.neutral])
    lines = []
    for group, errors in sorted(groups.items()):
        if not group:
            continue
        error = np.concatenate(errors)
        lines.append(f"{group}, {len(errors)} people kept back, neutral frames left out:")
        lines += [
            f"{name:28s} mean {np.nanmean(error[:, i]):5.1f}  p95 {np.nanquantile(error[:, i], 0.95):5.1f}"
            for i, name in enumerate(people[0].task.names)
        ]
    return "\n".join(lines)


def main() -> None:
    """Fit a regressor and write its weights."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--lying", action="store_true", help="people who lie on their back")
    parser.add_argument("--start", type=Path, help="weights to go on from, such as those in use")
    parser.add_argument("--out", type=Path, default=BUILD, help="folder for the weights (default: %(default)s)")
    parser.add_argument("--hidden", type=int)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--variants", type=int, default=VARIANTS)
    parser.add_argument("--dry", action="store_true", help="print the errors, write nothing")
    given = parser.parse_args()
    torch.manual_seed(0)
    task = LYING if given.lying else UPRIGHT
    people = list(load_people(task))
    kept, rest = [p for p in people if p.seed % KEPT_BACK == 0], [p for p in people if p.seed % KEPT_BACK]
    x, y = rows(rest, given.variants)
    mean, scale = x.mean(axis=0), (x.std(axis=0) + FLOOR).astype(np.float32)
    x -= mean
    x /= scale
    print(f"{len(rest)} people, {len(x)} rows of {x.shape[1]} features")
    net = Net(x.shape[1], given.hidden or task.hidden, len(task.truths))
    if given.start:
        net.go_on_from(given.start, mean, scale)
    fit(task, net, x, y, given.epochs, RATE_ON if given.start else RATE)

    def read(person: Person, mirror: bool) -> Floats:
        with torch.no_grad():
            values, _ = net(torch.tensor((frames_of(person, None, mirror)[0] - mean) / scale))
        return np.asarray(values.numpy())

    print(held_back(read, kept))
    if not given.dry:
        out = write(task, net, mean, scale, x, len(rest), given.out / task.file)
        print(f"{out}: {out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
