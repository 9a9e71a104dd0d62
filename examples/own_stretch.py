"""Write a stretch of one's own and judge saved landmarks by it.

python examples/own_stretch.py results/landmarks.npz FOLDER
"""

import sys
from pathlib import Path

import posecheck as pc

STRETCH = """
id = "small-back-bend"
name = "Small back bend"
summary = "Standing, the trunk leans back a little and comes forward again."
advice = "coach"
risk = "low"
position = "standing"
steps = ["Stand upright.", "Lean back a little.", "Come back."]
sides = "symmetric"
primary = "trunk_inclination"
sources = ["our own example"]

[camera]
views = ["side"]
placement = "at your side at hip height, the whole body in the picture"

[[ranges]]
angle = "trunk_inclination"
along = "negative"
target = [5, 10]
caution = 12
stop = 18
kind = "excessive_extension"
message = "Come back up a little: you are bent back {value}, the limit is {limit}."
source = "our own example"
basis = "judgement"
"""


def main(landmarks: str, folder: str) -> None:
    """Write the file, load it, which names every mistake, and judge."""
    file = Path(folder) / "small-back-bend.toml"
    file.write_text(STRETCH, encoding="utf-8")
    stretch = pc.load_stretch(file)
    analysis = pc.judge(pc.load_landmarks(landmarks), stretch)
    print(analysis.headline())
    for event in analysis.events:
        print(f"{event.start_s:.1f} s: {analysis.describe(event)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
