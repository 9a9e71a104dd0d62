"""Draw an angle over time with its error and its limits.

python examples/plot_angle.py results trunk_inclination angle.png
"""

import sys

from matplotlib.figure import Figure

import posecheck as pc


def main(folder: str, angle: str, picture: str) -> None:
    """Draw the curve, the band of its error, and a line for each limit."""
    analysis = pc.rejudge(folder)
    readings = analysis.judged.readings
    column = [row.name for row in pc.ANGLES].index(angle)
    value, error = readings.value[:, column], readings.error[:, column]
    figure = Figure(figsize=(8, 3.5), layout="constrained")
    axes = figure.add_subplot()
    axes.fill_between(readings.time_s, value - error, value + error, alpha=0.25, label="stated error")
    axes.plot(readings.time_s, value, label=angle)
    for item in analysis.stretch.ranges:
        if item.angle == angle and item.measure == "angle":
            for limit, colour in ((item.caution, "tab:orange"), (item.stop, "tab:red")):
                if limit is not None:
                    axes.axhline(-limit if item.along == "negative" else limit, color=colour, linestyle="--")
    axes.set(xlabel="time (s)", ylabel=pc.ANGLES[column].unit, title=analysis.stretch.name)
    axes.legend()
    figure.savefig(picture)
    print(picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
