"""The regressors: small neural networks that compute angles and their expected errors from landmarks.

MediaPipe turns the shoulders too little, turns the hips along with them, and is misled by the head. How much depends on
arms, head and camera together, so a network fitted on many rendered people corrects it better than one factor
(research/training/). The network runs in numpy. Each frame is read as it is and as its mirror image, so that left and
right have the same error. People who lie on the back and twist have a regressor of their own, with other angles, and so
have upright people in frames with a body code (capture/pose/coding/), which shows what landmarks do not.
"""

import json
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import IO, Literal

import numpy as np
from numpy.typing import NDArray

from posecheck.core.arrays import Bools, Floats
from posecheck.core.memory.derived import derived
from posecheck.core.pose import CODE, Part, PoseTrack
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.features import Still, beside_mirrored, features_beside
from posecheck.kinematics.geometry import mean_of

Singles = NDArray[np.float32]

Kind = Literal["upright", "coded", "lying"]
"""Which regressor: for upright people by landmarks alone or with body codes, or for people who lie on the back."""
FILES: dict[Kind, str] = {
    "upright": "regressor.npz", "coded": "regressor_coded.npz", "lying": "regressor_lying.npz",
}  # fmt: skip
FLOOR = "regressor_floor.npz"
"""The weights that are added for those who sit on the floor (research/training/floor/fit.py)."""
WHOLE_CODE = 127.0
"""Codes are divided by this, their greatest number."""
CHUNK = 1024
"""Frames computed at once: more would not fit into the processor's cache, and a whole hour would need gigabytes."""

FEW = 6
"""Rows, two for each frame, up to which each is multiplied for itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """Hold the k angles that a regressor read in n frames; NaN where nobody was found.

    Attributes:
        rows: (k,) rows of ANGLES.
        value: (n, k) degrees, as change since neutral where the row is zeroed.
        spread: (n, k) mean absolute error that the regressor expects, degrees.
        strange: (n,) how unlike the training data the frame is; 1 is the edge of that data.
    """

    rows: NDArray[np.intp]
    value: Floats
    spread: Floats
    strange: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Regressor:
    """Hold the weights of one network.

    Attributes:
        names: The k angles it computes, by name.
        kind: Which one it is.
        mean: (d,) mean of each input in the training data.
        scale: (d,) spread of each input in the training data.
        unit: (k,) degrees per unit of output.
        layers: Weights and bias of each layer; the last gives value and log spread of every angle.
        axes: Directions of the space of the d inputs by which unlikeness to the training data is measured.
        edge: Unlikeness at the edge of the training data.
        swap: (k,) for each angle, the output that holds it in the mirror image.
        sign: (k,) -1 for angles that change sign in the mirror image, else 1.
        encoder: Version of the encoder whose body codes it reads, beside its d inputs; empty if it reads none.
        more: The columns of m angles that change their sign in the mirror image, and weights (w, m) of the last hidden
            layer's odd part that are added to their values; None for none. They say nothing of the spread.
    """

    names: tuple[str, ...]
    kind: Kind
    mean: Singles
    scale: Singles
    unit: Singles
    layers: tuple[tuple[Singles, Singles], ...]
    axes: Singles
    edge: float
    swap: NDArray[np.intp]
    sign: Singles
    encoder: str = ""
    more: tuple[NDArray[np.intp], Singles] | None = None

    def hidden(self, x: Singles) -> Singles:
        """Return what the last layer reads (…, n, w), of inputs (n, d)."""
        # Of a few rows each is multiplied for itself: a product of matrices takes up to three times as long for them.
        x = x[:, None] if len(x) <= FEW else x[None]
        for i, (weights, bias) in enumerate(self.layers[:-1]):
            hidden = x @ weights + bias
            hidden = hidden / (1.0 + np.exp(-np.maximum(hidden, -60.0)))
            x = hidden if i == 0 else x + hidden
        return x

    def _run(self, x: Singles) -> tuple[Singles, Singles, Singles]:
        """Return value and log spread, (n, k) each, in multiples of `unit`, and the last hidden layer (n, w)."""
        weights, bias = self.layers[-1]
        hidden = self.hidden(x)
        out = hidden @ weights + bias
        out, k = out.reshape(-1, out.shape[-1]), len(self.names)
        return out[:, :k], out[:, k:], hidden.reshape(-1, hidden.shape[-1])

    def estimate(self, track: PoseTrack, neutral: PoseTrack) -> Estimates:
        """Read the angles of n frames.

        Args:
            track: n frames.
            neutral: The mean landmarks of the person's neutral, as a track of one frame.

        Returns:
            Angles and expected errors, NaN where nobody was found, and where a body code that is needed is missing.
        """
        n, k = len(track), len(self.names)
        value, spread, strange = np.full((n, k), np.nan), np.full((n, k), np.nan), np.full(n, np.nan)
        usable = self.usable(track, neutral)
        for start in range(0, n, CHUNK):
            some = usable[start : start + CHUNK]
            # Mostly all are, and a slice copies nothing.
            here = slice(start, start + len(some)) if some.all() else np.flatnonzero(some) + start
            if some.any():
                value[here], spread[here], strange[here] = self._some(track, here, neutral)
        return Estimates(_rows(self.names), value, spread, strange)

    def usable(self, track: PoseTrack, neutral: PoseTrack) -> Bools:
        """Return in which frames (n,) everything is known that this regressor reads; arguments as of estimate."""
        if not self.encoder:
            return track.found
        return np.asarray(track.found & track.coded & neutral.coded)

    def inputs(self, track: PoseTrack, frames: Part, neutral: PoseTrack) -> tuple[Singles, Singles]:
        """Return all inputs of some frames and of their mirror images (2, n, d), and those of the landmarks alone."""
        now = (track.image_xy[frames], track.world_xyz[frames], track.visibility[frames])
        x = (features_beside(_still_of(neutral, self.kind == "lying"), *beside_mirrored(*now)) - self.mean) / self.scale
        d = x.shape[-1]
        read = x
        if self.encoder:
            still = neutral.code.swapaxes(0, 1) / np.float32(WHOLE_CODE)
            read = np.empty((*x.shape[:2], d + 2 * CODE), np.float32)
            read[..., :d], read[..., d + CODE :] = x, still
            read[..., d : d + CODE] = track.code[frames].swapaxes(0, 1) / np.float32(WHOLE_CODE) - still
        return read, x

    def _some(self, track: PoseTrack, frames: Part, neutral: PoseTrack) -> tuple[Singles, Singles, Singles]:
        read, x = self.inputs(track, frames, neutral)
        *out, hidden = self._run(read.reshape(-1, read.shape[-1]))
        (value, value_m), (wide, wide_m) = (part.reshape(2, -1, len(self.names)) for part in out)
        value_m = value_m[:, self.swap] * self.sign
        mean = (value + value_m) / 2.0
        # Frame and mirror image should give the same angle; their difference is part of the expected error.
        spread = (np.exp(wide) + np.exp(wide_m[:, self.swap])) / 2.0
        spread = np.hypot(spread, np.abs(value - value_m) / 2.0)
        if self.more is not None:
            (here, mirrored), (columns, weights) = hidden.reshape(2, len(value), -1), self.more
            mean[:, columns] += (here - mirrored) / 2.0 @ weights
        strange = np.asarray(np.sqrt(mean_of(np.square(x[0] @ self.axes), axis=1)) / self.edge, np.float32)
        return mean * self.unit, spread * self.unit, strange


@cache
def _rows(names: tuple[str, ...]) -> NDArray[np.intp]:
    """Return the rows of ANGLES by name."""
    return np.array([INDEX[name] for name in names], np.intp)


@derived
def _still_of(neutral: PoseTrack, lying: bool) -> Still:
    """Return what a neutral gives to every frame, as it is and as its mirror image."""
    image, world, _ = beside_mirrored(neutral.image_xy, neutral.world_xyz, neutral.visibility)
    return Still.of(image, world, lying)


@cache
def load(kind: Kind = "upright", on_floor: bool = False) -> Regressor:
    """Load one of the regressors in use.

    Args:
        kind: Which one.
        on_floor: Whether for somebody who sits on the floor, whose turns get more weights.
    """
    data = files("posecheck").joinpath("kinematics", "data")
    with data.joinpath(FILES[kind]).open("rb") as file:
        whole = read(file, kind)
    if not on_floor or kind == "lying":
        return whole
    with data.joinpath(FLOOR).open("rb") as file, np.load(file, allow_pickle=False) as more:
        columns = np.array([whole.names.index(name) for name in more["names"].tolist()], np.intp)
        return replace(whole, more=(columns, more[kind]))


def read(file: IO[bytes], kind: Kind) -> Regressor:
    """Read a regressor from a file of weights that research/training/fit.py wrote.

    Args:
        file: The open file.
        kind: Which regressor it is.
    """
    with np.load(file, allow_pickle=False) as data:
        about = json.loads(str(data["about"]))
        count = int(about["layers"])
        layers = tuple(
            # Row after row a few frames are multiplied an eighth faster.
            (np.ascontiguousarray(data[f"weights{i}"], np.float32), data[f"bias{i}"].astype(np.float32))
            for i in range(count)
        )
        return Regressor(
            tuple(about["names"]), kind, data["mean"], data["scale"], data["unit"], layers,
            data["axes"].astype(np.float32), float(data["edge"]), data["swap"].astype(np.intp),
            data["sign"].astype(np.float32), about.get("encoder", ""),
        )  # fmt: skip
