"""The truth of a rendered clip, as sample_videos/ holds it beside each film."""

from pathlib import Path

import numpy as np
from pydantic import BaseModel, Field, ValidationError

from posecheck.core.errors import InputError
from posecheck.core.outside.documents import read_json
from posecheck.core.outside.files import Most
from posecheck.stretches.problems import problems_of
from posecheck.validation.truth.reference import Reference

SAME_AS = {"trunk_flexion": "trunk_flexion_from_vertical"}
"""Angles whose definition has another name in the generator; its own `trunk_flexion` counts from the pelvis."""


class Clip(BaseModel):
    """Validate what is used of the file."""

    fps: float = Field(gt=0, le=1000, allow_inf_nan=False)
    angles_deg: dict[str, list[float | None]] = Field(min_length=1)


def read(path: Path) -> Reference:
    """Read a .truth.json: `fps` and, for each angle, a number for each frame.

    Raises:
        InputError: It is another file, or a list is as long as no other.
    """
    try:
        clip = Clip.model_validate(read_json(path, Most.LANDMARKS))
    except ValidationError as error:
        raise InputError.gathered([next(problems_of(error)).within(path)]) from error
    except ValueError as error:
        text = "{file}: expected the truth of a rendered clip (JSON), found something else"
        raise InputError("not_json", text, file=path) from error
    lengths = {name: len(values) for name, values in clip.angles_deg.items()}
    n = max(lengths.values())
    for name, length in lengths.items():
        if length != n:
            text = "{file}: angles_deg.{name}: expected {n} numbers, found {found}"
            raise InputError("lengths", text, file=path, name=name, n=n, found=length)
    columns = {name: np.array(values, np.float64) for name, values in clip.angles_deg.items()}
    columns |= {name: columns[other] for name, other in SAME_AS.items() if other in columns}
    return Reference(path, columns, np.arange(n) / clip.fps)
