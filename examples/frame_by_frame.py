"""Judge poses one at a time, as a camera gives them. Here they come from saved landmarks.

python examples/frame_by_frame.py results/landmarks.npz STRETCH
"""

import sys

import posecheck as pc


def main(landmarks: str, stretch: str) -> None:
    """Print each event as soon as it has ended."""
    track = pc.load_landmarks(landmarks)
    session = pc.Session(pc.load_stretch(stretch))
    for i, time_s in enumerate(track.time_s):
        width, height = (int(side) for side in track.size_wh[i])
        judged = session.judge_pose(float(time_s), track.pose(i), (width, height))
        for event in judged.events:
            print(f"at {time_s:.1f} s: {event.kind}, {event.level}, from {event.start_s:.1f} s")
    for event in session.finish():
        print(f"at the end: {event.kind}, {event.level}, from {event.start_s:.1f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
