"""Make the finished example that the app opens at once: `python -m research.demo` writes posecheck/app/demo/ anew.

The first sample is analysed with the pose model. Its landmarks and summary are kept, its film in each language, and of
each film a short moving picture for the start page. A test fails when the landmarks are judged otherwise by now.
"""

import shutil
import tempfile
from pathlib import Path

import av
import numpy as np
from PIL import Image

from posecheck.app.visit import demo
from posecheck.app.visit.sources import FIRST, folder
from posecheck.core.i18n import LANGUAGES, translator
from posecheck.recordings import check
from posecheck.recordings.annotate import annotate
from posecheck.recordings.outcome import Done
from posecheck.recordings.request import Request

SPAN_S = (1.6, 5.4)
"""The moments of the film that the moving picture shows: from the start position past the limit."""
RATE, WIDTH, QUALITY = 8, 420, 62
STILL_MS = 1000
KEPT = ("landmarks.npz", "summary.json")


def main() -> None:
    """Analyse the sample, and write the files that the app comes with."""
    video = folder() / f"{FIRST}.mp4"
    demo.FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "results"
        done = check.check(Request(video, demo.STRETCH, out, draw=False))
        for name in KEPT:
            shutil.copyfile(out / name, demo.FOLDER / name)
        _films(video, done)
    for path in sorted(demo.FOLDER.iterdir()):
        print(f"{path.name} {path.stat().st_size} bytes")


def _films(video: Path, done: Done) -> None:
    for language in LANGUAGES:
        film = demo.film(language)
        annotate(video, film, done.analysis, lambda _: None, texts=translator(language))
        _moving(film, demo.moving(language), demo.still(language))


def _moving(film: Path, target: Path, still: Path) -> None:
    """Write part of a film as a moving picture that plays once and stops at the warning, and that end for itself."""
    pictures: list[Image.Image] = []
    with av.open(str(film)) as source:
        for frame in source.decode(video=0):
            at = frame.time or 0.0
            if SPAN_S[0] + len(pictures) / RATE <= at <= SPAN_S[1]:
                rgb = Image.fromarray(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))
                pictures.append(rgb.resize((WIDTH, round(WIDTH * rgb.height / rgb.width)), Image.Resampling.LANCZOS))
    times = [1000 // RATE] * (len(pictures) - 1) + [STILL_MS]
    first, *others = pictures
    first.save(
        target,
        save_all=True,
        append_images=others,
        duration=times,
        loop=1,
        quality=QUALITY,
        method=6,
        minimize_size=True,
    )
    pictures[-1].save(still, quality=QUALITY, method=6)


if __name__ == "__main__":
    main()
