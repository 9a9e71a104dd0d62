"""Inner feature maps of rendered people, kept on this machine: a new encoder needs no picture rendered again.

A body code says something only to the regressor that was fitted with its encoder, so tests and benchmarks compute the
codes of takes and scripts from these maps with the encoder in use (posecheck/capture/pose/coding/).
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from posecheck.capture.pose.coding import encoder
from posecheck.capture.pose.coding.estimator import Pace
from posecheck.capture.pose.coding.inner_map import InnerMap, crop
from posecheck.capture.pose.model_file import ensure
from posecheck.core.errors import ModelError
from posecheck.core.files import written_atomically
from posecheck.core.pose import PoseTrack


@cache
def inner_map() -> InnerMap:
    """Return the inner map of the model in use."""
    found = InnerMap.of_model(ensure())
    if found is None:
        raise ModelError("unknown_network", "{file}: expected the network that codes were fitted for", file=ensure())
    return found


def save(path: Path, track: PoseTrack, pictures: Iterable[NDArray[np.uint8]]) -> None:
    """Save the maps of all frames in which somebody is found, half a megabyte for each second.

    Args:
        path: The file.
        track: The landmarks.
        pictures: The pictures (height, width, 3) they were found in.
    """
    found = np.flatnonzero(track.found)
    maps = [inner_map().both(crop(rgb, track.image_xy[i])) for i, rgb in enumerate(pictures) if track.found[i]]
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_atomically(path) as part, part.open("wb") as file:
        np.savez(file, idx=found, f=np.array(maps, np.float16))


def coded(track: PoseTrack, path: Path) -> PoseTrack:
    """Return a track with the codes of its saved maps, as often as posecheck computes them.

    Args:
        track: The landmarks.
        path: The file that save wrote of them.
    """
    code, pace = np.zeros_like(track.code), Pace()
    with np.load(path, allow_pickle=False) as data:
        maps = dict(zip(data["idx"].tolist(), data["f"], strict=True))
    for i, time_s in enumerate(track.time_s.tolist()):
        due = pace.due(int(track.subject[i]) if i in maps else None, time_s)
        if i in maps:
            code[i] = code[i - 1]
            for mirrored in due:
                code[i, int(mirrored)] = encoder.load().encode(maps[i][int(mirrored)].astype(np.float32))
    return replace(track, code=code)
