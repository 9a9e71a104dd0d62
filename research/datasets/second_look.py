"""A second look of the test takes: the same people, movements and cameras, in clothes and light that are hard to see.

The network was fitted on one renderer's look. What it loses where the look is another one is measured on the same takes
in this one: dark or loose clothes with folds, light from behind, a short exposure with noise, motion blur, and the
compression of a video call. It is never used to fit or tune anything. The bodies are the same, because no other
model of the body comes with a licence that allows it.
"""

import io
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from research.synthetic.scene.scene import Clip

Picture = NDArray[np.uint8]
KEY = 515101
BEHIND = 180.0 / 42.0
"""The side of the room's main light at which it comes from behind the person, see rooms.Room.light."""
DARK = 0.7
"""Share of people in dark clothes; the others wear a dark shirt or dark trousers, or neither."""


def _rng(clip: Clip, part: int) -> np.random.Generator:
    return np.random.default_rng([KEY, clip.seed, part])


def _dark(rng: np.random.Generator) -> tuple[float, float, float]:
    r, g, b = rng.uniform(0.03, 0.10) + rng.uniform(-0.02, 0.02, 3)
    return float(r), float(g), float(b)


def of(clip: Clip) -> Clip:
    """Return a clip with the second look, drawn from the clip's own seed."""
    rng = _rng(clip, 0)
    look = replace(
        clip.look,
        ease=float(rng.uniform(1.0, 3.5)),
        top=("t-shirt", "long", "hoodie", "hoodie")[int(rng.integers(4))],
        bottom=("trousers", "trousers", "leggings")[int(rng.integers(3))],
        pattern=clip.look.pattern if rng.random() < 0.3 else "plain",
        top_rgb=_dark(rng) if rng.random() < DARK else clip.look.top_rgb,
        bottom_rgb=_dark(rng) if rng.random() < DARK else clip.look.bottom_rgb,
    )
    away = float(rng.choice([-1.0, 1.0])) * BEHIND
    room = replace(
        clip.room,
        light_side=away + float(rng.uniform(-0.7, 0.7)) if rng.random() < 0.6 else clip.room.light_side,
        warmth=float(rng.uniform(0.0, 2.0)),
        window=True,
    )
    return replace(
        clip,
        look=look,
        room=room,
        noise=float(rng.uniform(4.0, 9.0)),
        blur_px=float(rng.uniform(0.5, 1.3)),
        shutter_s=float(rng.uniform(1.0 / 50.0, 1.0 / 15.0)),
    )


def recorded(pictures: Iterable[Picture], clip: Clip) -> Iterator[Picture]:
    """Yield the pictures of a clip as a cheap camera films and a video call compresses them.

    Args:
        pictures: RGB pictures (height, width, 3) with even edges.
        clip: The clip they are of; its seed draws exposure and compression.
    """
    rng = _rng(clip, 1)
    exposure, crf = float(rng.uniform(0.45, 0.9)), int(rng.integers(30, 41))
    darker = (np.clip(np.rint(picture * exposure), 0, 255).astype(np.uint8) for picture in pictures)
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as out:
        first = next(darker)
        stream = out.add_stream("libx264", rate=round(clip.fps), options={"crf": str(crf), "preset": "veryfast"})
        if not isinstance(stream, VideoStream):
            raise TypeError("libx264 is a video codec")
        stream.height, stream.width = first.shape[:2]
        stream.pix_fmt = "yuv420p"
        for picture in itertools.chain([first], darker):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode())
    file.seek(0)
    with av.open(file, "r") as made:
        for frame in made.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
