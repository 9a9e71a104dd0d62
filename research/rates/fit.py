"""Fit the weights that bring velocities in the picture to rates of turning; write posecheck/measurement/data/rates.npz.

    python -m research.rates.fit

A ridge regression over the scripts for tuning and the training people (moving.py). The mirror image of a person has the
opposite rate; the weights are made so that this holds exactly. Fast frames weigh less, because they err by more.
Landmarks of rendered people hardly jitter. Fitted to them alone, large weights of opposite sign cancel, and jitter of
half a pixel, as filmed people have, is read as bounces and speeds. So jitter is added to what is fitted.
"""

from pathlib import Path

import numpy as np

from posecheck.core.arrays import Floats
from posecheck.core.landmarks import MIRROR
from posecheck.kinematics.features import USED
from posecheck.measurement.rates import TURNS
from research.rates.moving import SIZE, Moving, people_to_fit

FILE = Path(__file__).parents[2] / "posecheck" / "measurement" / "data" / "rates.npz"
RIDGE = 0.001
JITTER = 0.006
"""Standard deviation of the velocities that jitter adds, trunk lengths per second. On the scripts for tuning, with 0.4
pixels and 2.5 mm of jitter added, 29 bounces of 54 scripts were reported wrongly without it and with the counting of
then, and 1 with both mended; with 0.01 turns of 130 degrees a second are read as 100."""
GAIN = 1.2
"""Weights fitted so read fast turns too slow; with this factor a sample clip of 130 degrees a second is read as 127."""
USUAL_DEG_S = 20.0
"""A frame at this rate weighs half of one at rest."""


def _mirror() -> Floats:
    """Return the matrix (SIZE, SIZE) that turns velocities into those of the mirror image."""
    places = {int(landmark): i for i, landmark in enumerate(USED)}
    out = np.zeros((SIZE, SIZE))
    for i, landmark in enumerate(USED):
        j = places[int(MIRROR[int(landmark)])]
        out[2 * i, 2 * j], out[2 * i + 1, 2 * j + 1] = -1.0, 1.0
    return out


def fit(people: list[Moving]) -> Floats:
    """Return the weights (turns, 3, SIZE), see posecheck.measurement.rates.weights."""
    odd, even = (np.eye(SIZE) - _mirror()) / 2.0, (np.eye(SIZE) + _mirror()) / 2.0
    none = np.zeros((SIZE, SIZE))
    inputs, rates, facings = [], [], []
    for one in people:
        turning, other = one.velocity @ odd.T, one.velocity @ even.T
        x = np.concatenate([turning, turning * (1.0 - one.turned[:, :1]), other * one.turned[:, 1:]], axis=1)
        known = np.isfinite(x).all(axis=1) & np.isfinite(one.true).all(axis=1)
        inputs.append(x[known])
        rates.append(one.true[known])
        facings.append(one.turned[known])
    x, y, facing = np.concatenate(inputs), np.concatenate(rates), np.concatenate(facings)
    away, side = 1.0 - facing[:, 0], facing[:, 1]
    spread = x.std(axis=0) + 1e-3
    x = x / spread
    out = []
    for turn in range(len(TURNS)):
        share = 1.0 / (1.0 + np.abs(y[:, turn]) / USUAL_DEG_S)
        both = (x * share[:, None]).T
        total, mixed, squared, aside = (float((share * part).sum()) for part in (away**0, away, away**2, side**2))
        shaking = JITTER**2 * np.block(
            [[total * odd, mixed * odd, none], [mixed * odd, squared * odd, none], [none, none, aside * even]]
        )
        shaking = shaking / np.outer(spread, spread) + RIDGE * total * np.eye(x.shape[1])
        flat = GAIN * np.linalg.solve(both @ x + shaking, both @ y[:, turn]) / spread
        alone, cosine, sine = flat.reshape(3, SIZE)
        out.append(np.stack([alone @ odd, cosine @ odd, sine @ even]))
    return np.stack(out)


def main() -> None:
    """Fit the weights and write them."""
    np.savez(FILE, weights=np.round(fit(list(people_to_fit())), 2))


if __name__ == "__main__":
    main()
