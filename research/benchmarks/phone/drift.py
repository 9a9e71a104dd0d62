"""How far the turn of a phone drifts in minutes, with and without the marker's shape to check it.

    python -m research.benchmarks.phone.drift [--count 20] [--minutes 10]

Nothing is rendered: the sensors are those of research/synthetic/scene/phone.py, the person twists to each side four
times a minute, and the angle to the camera is off by as much as on the takes of takes.py: by a bias that depends on
the turn (1.5 degrees) and by 1.5 degrees from picture to picture, standard deviations.
"""

import argparse

import numpy as np

from posecheck.measurement.phone.drift import Drift
from research.synthetic.scene.phone import Phone, run

BIAS_DEG, NOISE_DEG = 1.5, 1.5
READ_HZ = 10.0


def drifts(seed: int, minutes: float) -> tuple[list[float], list[float]]:
    """Return by how much the turn is off at the end of each minute, without and with the check."""
    rng = np.random.default_rng([seed, 77])
    time_s = np.arange(0.0, 60.0 * minutes, 0.05)
    far = rng.uniform(25.0, 55.0)
    wave = np.sin(2 * np.pi * time_s / 15.0)
    # Half of the time is spent at neutral and at the ends.
    true = far * np.clip(1.6 * wave, -1.0, 1.0) * (np.abs(wave) > 0.2)
    true = np.convolve(np.pad(true, 10, mode="edge"), np.ones(21) / 21, mode="valid")
    zeros = np.zeros_like(true)
    log = run(Phone(seed=seed), time_s, np.stack([true, zeros, zeros], axis=1)).log
    camera, bends = rng.uniform(-45.0, 45.0), rng.normal(0.0, BIAS_DEG, 2)
    drift, off, left = Drift(), [], []
    for now in np.arange(1.0, time_s[-1], 1.0 / READ_HZ).tolist():
        turn, real = float(np.interp(now, log[:, 0], log[:, 1])), float(np.interp(now, time_s, true))
        calm = abs(float(np.interp(now + 0.1, time_s, true)) - real) < 2.5
        bias = float(bends @ (np.sin(real / 30.0), np.cos(real / 30.0)))
        facing = abs(camera + real + bias) + float(rng.normal(0.0, NOISE_DEG))
        if calm:
            drift.see(now, turn, facing, 0.0)
        if now % 60.0 > 60.0 - 1.0 / READ_HZ - 1e-6:
            off.append(abs(turn - real))
            left.append(abs(turn - drift.degrees - real))
    return off, left


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20, help="phones")
    parser.add_argument("--minutes", type=float, default=10.0)
    given = parser.parse_args()
    made = [drifts(seed, given.minutes) for seed in range(given.count)]
    off, left = (np.array([one[i] for one in made]) for i in (0, 1))
    print("| after minutes | mean drift | 95 % below | checked: mean | 95 % below |\n|---|---|---|---|---|")
    for i in range(off.shape[1]):
        cells = [f"{v:.1f}" for one in (off, left) for v in (one[:, i].mean(), np.percentile(one[:, i], 95))]
        print(f"| {i + 1} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
