"""The sample clips: what each one shows, and which stretch it is."""

from dataclasses import dataclass
from pathlib import Path

from posecheck.app.base.language import _
from posecheck.core.outside.documents import read_toml
from posecheck.core.paths import sample_videos
from posecheck.stretches.library import all_stretches

FIRST = "chair-twist-over-rotation"
"""The clip that is offered first: its result is clear."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Hold one clip.

    Attributes:
        path: The video file.
        stretch: The id of the stretch, from the .toml file beside the clip or else from the clip's name; None where
            neither names a stretch.
        shows: What the clip shows, in English; empty where the .toml file does not say.
    """

    path: Path
    stretch: str | None
    shows: str

    @property
    def label(self) -> str:
        """Return the clip's name in the list that visitors choose from."""
        name = _(all_stretches()[self.stretch].name) if self.stretch else self.path.stem.replace("-", " ")
        return f"{name}: {_(self.shows)}" if self.shows else name


def folder() -> Path:
    """Return the folder of the clips, installed or in a checkout."""
    return sample_videos()


def guess(stem: str) -> str | None:
    """Return the id of the stretch that a file is named after: the longest id that its name begins with, or None."""
    matching = [name for name in all_stretches() if stem == name or stem.startswith(f"{name}-")]
    return max(matching, key=len, default=None)


def all_samples() -> list[Sample]:
    """Return all sample clips on this machine: FIRST, then the others in the order of their file names."""
    return [_sample(path) for path in sorted(folder().glob("*.mp4"), key=lambda path: (path.stem != FIRST, path.stem))]


def _sample(path: Path) -> Sample:
    scene = path.with_suffix(".toml")
    about = read_toml(scene) if scene.is_file() else {}
    stated = about.get("stretch")
    return Sample(path, stated if stated in all_stretches() else guess(path.stem), str(about.get("shows", "")))
