"""The sample clips: what each shows and which stretch it is."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from posecheck.app.base.language import _
from posecheck.core.paths import sample_videos
from posecheck.stretches.library import all_stretches


@dataclass(frozen=True, slots=True)
class Sample:
    """Hold one clip; stretch: the id guessed from its scene or its name, None when neither tells."""

    path: Path
    stretch: str | None
    shows: str

    @property
    def label(self) -> str:
        """Return what a person chooses by."""
        name = _(all_stretches()[self.stretch].name) if self.stretch else self.path.stem.replace("-", " ")
        return f"{name}: {_(self.shows)}" if self.shows else name


def folder() -> Path:
    """Return the folder of the clips, installed or in a checkout."""
    return sample_videos()


def guess(stem: str) -> str | None:
    """Return the stretch a file is named after: the longest id its name begins with."""
    matching = [name for name in all_stretches() if stem == name or stem.startswith(f"{name}-")]
    return max(matching, key=len, default=None)


def all_samples() -> list[Sample]:
    """Return the clips that are here, by name."""
    return [_sample(path) for path in sorted(folder().glob("*.mp4"))]


def _sample(path: Path) -> Sample:
    scene = path.with_suffix(".toml")
    about = tomllib.loads(scene.read_text(encoding="utf-8")) if scene.is_file() else {}
    stated = about.get("stretch")
    return Sample(path, stated if stated in all_stretches() else guess(path.stem), str(about.get("shows", "")))
