"""One picture of a film at a given moment, found without decoding what comes long before it."""

from pathlib import Path

import av
import numpy as np

from posecheck.capture.video.opening import opened, picture_stream
from posecheck.core.errors import InputError
from posecheck.core.frame import Rgb

NEAR_S = 1e-3
"""Times in a film are rounded to less than this, in seconds."""


def still(film: Path, time_s: float) -> Rgb:
    """Return the picture that a film shows at a moment.

    Args:
        film: A film that posecheck wrote: its times increase, and its pictures need no turning.
        time_s: Seconds from its start; before the first picture the first one is returned, after the last one the last.

    Raises:
        InputError: The film cannot be read.
    """
    shown: av.VideoFrame | None = None
    with opened(film) as container:
        stream = picture_stream(container)
        assert stream is not None  # opened() has looked
        assert stream.time_base is not None
        container.seek(max(0, int(time_s / stream.time_base)), stream=stream)
        for picture in container.decode(stream):
            if shown is not None and picture.time is not None and picture.time > time_s + NEAR_S:
                break
            shown = picture
    if shown is None:
        raise InputError("no_pictures", "{file}: expected a film with pictures in it, found none", file=film)
    return np.asarray(shown.to_ndarray(format="rgb24"), np.uint8)
