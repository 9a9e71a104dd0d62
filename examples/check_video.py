"""Judge a recorded video, print what was found and save the result files.

python examples/check_video.py VIDEO STRETCH FOLDER
"""

import sys

import posecheck as pc


def main(video: str, stretch: str, folder: str) -> None:
    """Judge and save."""
    analysis = pc.check(video, stretch)
    print(analysis.headline())
    for event in analysis.events:
        print(f"{event.start_s:5.1f}-{event.end_s:.1f} s  {event.level:8}{analysis.describe(event)}")
    for repetition in analysis.repetitions:
        print(f"repetition to {repetition.peak:.0f} ± {repetition.peak_error:.0f} {repetition.unit}")
    analysis.save(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
