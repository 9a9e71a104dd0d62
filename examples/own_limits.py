"""Lay a person's own limits over a stretch, keep them in a file and judge a folder of results by them.

python examples/own_limits.py results profile.toml
"""

import sys
from pathlib import Path

import posecheck as pc


def main(folder: str, file: str) -> None:
    """Lower the limits of leaning back and show what changes."""
    before = pc.rejudge(folder)
    profile = pc.Profile(
        {before.stretch.id: {"trunk_inclination": {"caution": 10.0, "stop": 15.0}}},
        reasons={before.stretch.id: {"trunk_inclination": "six weeks after the operation"}},
    )
    Path(file).write_text(profile.as_toml(), encoding="utf-8")
    after = pc.rejudge(folder, profile=file)
    for name, analysis in (("before", before), ("after", after)):
        item = analysis.stretch.range("trunk_inclination")
        past_s = sum(event.end_s - event.start_s for event in analysis.events if event.key == "trunk_inclination")
        print(f"{name}: caution {item.caution}, stop {item.stop}, past a limit for {past_s:.1f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
