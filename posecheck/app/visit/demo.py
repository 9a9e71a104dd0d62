"""The finished example: a sample that was analysed beforehand, so that it opens at once and without the pose model.

`python -m research.demo` makes its files anew. Only the film was drawn beforehand: what it comes to is judged anew.
"""

import shutil
from pathlib import Path

from posecheck.app.visit.recordings import FILM, LoadedRecording
from posecheck.core.i18n import Language
from posecheck.recordings.rejudge import rejudge
from posecheck.recordings.request import Changes

FOLDER = Path(__file__).parents[1] / "demo"
STRETCH = "chair-twist"


def film(language: Language) -> Path:
    """Return the annotated film in a language."""
    return FOLDER / f"film.{language}.mp4"


def moving(language: Language) -> Path:
    """Return the moving picture of the start page in a language."""
    return FOLDER / f"moving.{language}.webp"


def still(language: Language) -> Path:
    """Return the end of the moving picture, for those who want no motion."""
    return FOLDER / f"still.{language}.webp"


def loaded(folder: Path, language: Language) -> LoadedRecording:
    """Return the example as a loaded recording.

    Args:
        folder: An empty folder for its result files.
        language: The visitor's language.
    """
    done = rejudge(FOLDER, Changes(), folder)
    shutil.copyfile(film(language), folder / FILM)
    return LoadedRecording(done.name, None, done.analysis, folder)
