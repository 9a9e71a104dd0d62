"""Fit the encoder of the body code together with the regressor that reads it: python -m research.training.coded_fit.

Needs PyTorch (pip install -e '.[train]'), the gathered people and their inner maps (research/training/maps.py). Writes
encoder.npz and regressor_coded.npz into the folder of --out (build/training by default). To use them, copy the first
into posecheck/capture/pose/coding/data/ and the second into posecheck/kinematics/data/, and calibrate them
(python -m research.training.calibrate --coded). Every seventh person is held back, and the errors on them are printed.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from posecheck.capture.pose.coding import encoder
from posecheck.capture.pose.coding.inner_map import CELLS, CHANNELS
from posecheck.core.arrays import Floats
from posecheck.core.files import written_atomically
from posecheck.core.pose import CODE
from posecheck.kinematics import regressor
from research.training import maps
from research.training.fit import BATCH, FLOOR, INPUT_NOISE, RATE, Aim, Net, held_back, write
from research.training.people_set import BUILD, KEPT_BACK, UPRIGHT, Person, frames_of, load_people

EPOCHS, VARIANTS = 12, 3
RATE_ON = 1e-3
"""The highest learning rate where the regressor goes on from weights; the encoder always begins anew."""
KEPT_CHANNELS, PARTS = 48, 12
"""Principal axes of the 144 channels that are fitted on, and numbers that each part of the picture is reduced to."""
MAP_NOISE, MAP_DROP = 0.2, 0.3
"""Noise added to standardised maps, and share of the reduced map that is dropped in training."""
SAMPLE = 60_000
"""Parts of pictures from which mean, spread and principal axes of the channels are taken."""


@dataclass(frozen=True, slots=True, eq=False)
class Channels:
    """Hold how the 144 channels of an inner map are standardised and reduced to their principal axes."""

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    axes: NDArray[np.float32]

    @classmethod
    def of(cls, some: NDArray[np.float32]) -> "Channels":
        """Return those of some parts of pictures (m, 144)."""
        mean, scale = some.mean(axis=0), some.std(axis=0) + 1e-3
        _, size, way = np.linalg.svd((some - mean) / scale, full_matrices=False)
        axes = (way[:KEPT_CHANNELS] / (size[:KEPT_CHANNELS, None] / np.sqrt(len(some)))).T
        return cls(mean, scale, np.asarray(axes, np.float32))

    def reduce(self, whole: NDArray[np.float16]) -> NDArray[np.float16]:
        """Return maps (..., 144) reduced (..., KEPT_CHANNELS)."""
        return np.asarray(((whole.astype(np.float32) - self.mean) / self.scale) @ self.axes, np.float16)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Hold a person with the maps of some of their frames.

    Attributes:
        person: The person.
        frames: The frames (m,) that have maps.
        maps: Reduced maps (2 looks, m, 2, 64, KEPT_CHANNELS).
    """

    person: Person
    frames: NDArray[np.intp]
    maps: NDArray[np.float16]

    @property
    def neutral(self) -> NDArray[np.intp]:
        """Which of the m frames are neutral."""
        return np.flatnonzero(self.person.neutral[self.frames])


def load_seen() -> tuple[list[Seen], Channels]:
    """Return everybody whose maps are saved, and how the maps' channels were reduced."""
    people = [person for person in load_people(UPRIGHT) if maps.path_of(person).exists()]
    rng, some = np.random.default_rng(0), []
    for person in people[:: max(1, len(people) // 200)]:
        with np.load(maps.path_of(person), allow_pickle=False) as data:
            some.append(rng.choice(data["maps"][0].reshape(-1, CHANNELS), SAMPLE // 200, replace=False))
    channels = Channels.of(np.concatenate(some).astype(np.float32))
    out = []
    for person in people:
        with np.load(maps.path_of(person), allow_pickle=False) as data:
            out.append(Seen(person, data["frames"], channels.reduce(data["maps"])))
    return out, channels


class CodedNet(nn.Module):  # type: ignore[misc]  # torch is not installed where types are checked
    """The encoder, and the regressor that reads features and the codes of the frame and of the neutral.

    Args:
        inputs: The number of features.
    """

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.cell, self.code = nn.Linear(KEPT_CHANNELS, PARTS), nn.Linear(CELLS * PARTS, CODE)
        self.drop = nn.Dropout(MAP_DROP)
        self.net = Net(inputs + 2 * CODE, UPRIGHT.hidden, len(UPRIGHT.truths))

    def encode(self, whole: torch.Tensor) -> torch.Tensor:
        """Return codes (rows, CODE) from -1 to 1, rounded as they are when saved, of maps (rows, 64, channels)."""
        parts = nn.functional.silu(self.cell(whole)).flatten(1)
        code = torch.tanh(self.code(self.drop(parts)))
        if self.training:
            return code + (torch.rand_like(code) - 0.5) / encoder.WHOLE
        return torch.round(code * encoder.WHOLE) / encoder.WHOLE

    def forward(self, x: torch.Tensor, now: torch.Tensor, still: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return value and log spread of every angle for features x (rows, inputs) and maps of frame and neutral."""
        code, code_still = self.encode(now), self.encode(still)
        value, spread = self.net(torch.cat([x, code - code_still, code_still], dim=1))
        return value, spread


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Hold the training rows.

    Attributes:
        x: Features (rows, d).
        y: Truth (rows, k), degrees.
        maps: Reduced maps (2 looks, m, 2, 64, channels) of all people, one after the other.
        now: Where each row's map is (rows,), and mirror (rows,), whether it is the one of the mirror image.
        still: Where four maps of the person's neutral are (rows, 4).
    """

    x: NDArray[np.float32]
    y: Floats
    maps: torch.Tensor
    now: torch.Tensor
    mirror: torch.Tensor
    still: torch.Tensor

    @classmethod
    def of(cls, seen: Sequence[Seen], variants: int) -> "Rows":
        """Return the rows of all people, each as seen and mirrored, as in fit.rows."""
        rng, start = np.random.default_rng(0), 0
        parts: list[tuple[Any, ...]] = []
        for one in seen:
            m = len(one.frames)
            still = np.tile(start + np.resize(one.neutral, maps.NEUTRALS), (m, 1))
            for v in range(variants * one.person.often):
                for mirror in (False, True):
                    x, y = frames_of(one.person, None if v == 0 else rng, mirror)
                    now = np.arange(start, start + m)
                    parts.append((x[one.frames], y[one.frames], now, np.full(m, int(mirror)), still))
            start += m
        x, y, now, mirrors, still = (np.concatenate(column) for column in zip(*parts, strict=True))
        whole = torch.tensor(np.concatenate([one.maps for one in seen], axis=1))
        return cls(x, y, whole, torch.tensor(now), torch.tensor(mirrors), torch.tensor(still))


def fit(net: CodedNet, rows: Rows, epochs: int, rate: float) -> None:
    """Fit encoder and regressor together; arguments as in fit.fit, with standardised features in the rows."""
    aim, seen = Aim(UPRIGHT, rows.y), torch.tensor(rows.x)
    optimiser = torch.optim.AdamW(net.parameters(), rate, weight_decay=UPRIGHT.decay)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=epochs * -(-len(seen) // BATCH))
    net.train()
    for epoch in range(epochs):
        total = 0.0
        for i in torch.randperm(len(seen)).split(BATCH):
            look, mirror = torch.randint(len(rows.maps), (len(i),)), rows.mirror[i]
            now = rows.maps[look, rows.now[i], mirror].float()
            one = rows.still[i, torch.randint(rows.still.shape[1], (len(i),))]
            still = rows.maps[look, one, mirror].float()
            x = seen[i] + INPUT_NOISE * torch.randn(len(i), seen.shape[1])
            value, spread = net(x, now + MAP_NOISE * torch.randn_like(now), still)
            loss = aim.loss(value, spread, i)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            plan.step()
            total += float(loss.detach()) * len(i)
        print(f"epoch {epoch + 1} of {epochs}: loss {total / len(seen):.4f}", flush=True)
    net.eval()


def write_encoder(net: CodedNet, channels: Channels, out: Path) -> None:
    """Write the encoder's weights, with the reduction of the channels in the first of its two layers."""
    cell = channels.axes @ net.cell.weight.detach().numpy().T
    bias = net.cell.bias.detach().numpy() - (channels.mean / channels.scale) @ cell
    out.parent.mkdir(parents=True, exist_ok=True)
    with written_atomically(out) as part, part.open("wb") as file:
        np.savez_compressed(
            file,
            cell=np.asarray(cell / channels.scale[:, None], np.float32),
            cell_bias=np.asarray(bias, np.float32),
            code=net.code.weight.detach().numpy().T.astype(np.float16),
            code_bias=net.code.bias.detach().numpy(),
        )


def main() -> None:
    """Fit encoder and regressor and write their weights."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument(
        "--start", type=Path, help="weights to go on from, such as those of the regressor without codes"
    )
    parser.add_argument("--out", type=Path, default=BUILD, help="folder for the weights (default: %(default)s)")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--variants", type=int, default=VARIANTS)
    given = parser.parse_args()
    torch.manual_seed(0)
    everybody, channels = load_seen()
    kept = {(one.person.group, one.person.seed): one for one in everybody if one.person.seed % KEPT_BACK == 0}
    rest = [one for one in everybody if one.person.seed % KEPT_BACK]
    rows = Rows.of(rest, given.variants)
    mean, scale = rows.x.mean(axis=0), (rows.x.std(axis=0) + FLOOR).astype(np.float32)
    np.subtract(rows.x, mean, out=rows.x)
    np.divide(rows.x, scale, out=rows.x)
    print(f"{len(rest)} people, {len(rows.x)} rows of {rows.x.shape[1]} features and {CODE} numbers of a code")
    net = CodedNet(rows.x.shape[1])
    if given.start:
        net.net.go_on_from(given.start, mean, scale)
    fit(net, rows, given.epochs, RATE_ON if given.start else RATE)

    def read(person: Person, mirror: bool) -> Floats:
        one, out = kept[person.group, person.seed], np.full((len(person.truth), len(UPRIGHT.truths)), np.nan)
        x = (frames_of(person, None, mirror)[0][one.frames] - mean) / scale
        now = torch.tensor(one.maps[0, :, int(mirror)]).float()
        with torch.no_grad():
            out[one.frames] = net(torch.tensor(x), now, now[one.neutral[:1]].expand_as(now))[0].numpy()
        return out

    print(held_back(read, [one.person for one in kept.values()]))
    write_encoder(net, channels, given.out / "encoder.npz")
    version = encoder.read(given.out / "encoder.npz").version
    out = write(UPRIGHT, net.net, mean, scale, rows.x, len(rest), given.out / regressor.FILES["coded"], version)
    print(f"{out}: {out.stat().st_size / 1e6:.2f} MB, encoder {version}")


if __name__ == "__main__":
    main()
