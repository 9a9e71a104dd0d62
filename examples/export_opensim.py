"""Write a folder of results as markers and angles for OpenSim, and as a Parquet table.

python examples/export_opensim.py results FOLDER
"""

import sys
from pathlib import Path

from posecheck.recordings.reporting import export


def main(results: str, folder: str) -> None:
    """Write the three files and show how large each one is."""
    for name in ("markers.trc", "angles.mot", "angles.parquet"):
        file = export(Path(results), Path(folder) / name)
        print(f"{file.name}: {file.stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
