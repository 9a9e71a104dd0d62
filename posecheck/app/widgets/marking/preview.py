"""The picture of one moment of an analysed recording, with its skeleton and without the words around it."""

from functools import lru_cache
from pathlib import Path

import cv2

from posecheck.app.visit.recordings import FILM, LoadedRecording
from posecheck.capture.video.still import still
from posecheck.core.errors import InputError
from posecheck.recordings.annotate import film_size
from posecheck.rendering.overlay import picture_in

MOST_PX = 640
"""The longer edge of the picture, in pixels."""
QUALITY = 85


def picture(loaded: LoadedRecording, time_s: float) -> bytes | None:
    """Return the JPEG picture of a moment; None where the film cannot be read.

    Args:
        loaded: The recording.
        time_s: The moment, seconds.
    """
    return _jpeg(loaded.folder / FILM, film_size(loaded.analysis.track), round(time_s, 2))


@lru_cache(maxsize=64)
def _jpeg(film: Path, size_wh: tuple[int, int], time_s: float) -> bytes | None:
    try:
        rgb = picture_in(still(film, time_s), size_wh)
    except InputError:
        return None
    scale = min(1.0, MOST_PX / max(rgb.shape[:2]))
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    coded = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1]
    return coded.tobytes()
