"""The schema of validation.json; a later release may add keys, a change of what a key means gets a new `format`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from posecheck.core.errors import InputError
from posecheck.core.outside.documents import json_text, read_json
from posecheck.stretches.problems import problems_of

FORMAT = 1

Number = Annotated[float, Field(allow_inf_nan=False)] | None
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Basis = Literal["moments", "peaks"]


class Part(BaseModel):
    """Validate one table of the file; unknown keys are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Figures(Part):
    """Hold the agreement of one angle; see docs/validation.md for what each figure means.

    Attributes:
        n: Pairs of a reading and the reference.
        truth_low: The least value of the reference.
        truth_high: The greatest.
        mae: Mean absolute error.
        bias: Mean of reading less reference.
        rmse: Root of the mean squared error.
        p95: 95 % of the absolute errors are smaller.
        slope: Of the reading against the reference.
        intercept: The reading where the reference is 0.
        pearson_r: Correlation.
        icc: ICC(A,1).
        icc_low: Lower end of its 95 % interval, by McGraw & Wong.
        icc_high: Upper end.
        loa_low: Lower limit of agreement: bias less 1.96 standard deviations of the errors.
        loa_high: Upper limit.
        sem: Standard error of measurement of agreement.
        mdc95: Smallest detectable change: 1.96 × √2 × sem.
        inside: Share of errors no larger than the stated one.
        intervals: 95 % intervals by drawing people again, low and high by figure; empty with fewer than three people.
    """

    n: Count
    truth_low: Number
    truth_high: Number
    mae: Number
    bias: Number
    rmse: Number
    p95: Number
    slope: Number
    intercept: Number
    pearson_r: Number
    icc: Number
    icc_low: Number
    icc_high: Number
    loa_low: Number
    loa_high: Number
    sem: Number
    mdc95: Number
    inside: Number
    intervals: dict[str, tuple[float, float]] = {}


class Unjudged(Part):
    """Hold how much of the reference's time an angle was not judged in, and why.

    Attributes:
        frames: Moments that the reference knows.
        share: The share of them without a reading.
        why: For each reason, in lower case, its share of these moments; `not_kept` where the results do not tell.
    """

    frames: Count
    share: Share
    why: dict[str, Share] = {}


class AngleFigures(Part):
    """Hold the figures of one angle: over all recordings, or in one."""

    angle: str
    unit: str
    people: Count
    recordings: Count
    moments: Figures | None
    peaks: Figures | None
    unjudged: Unjudged | None


class Offset(Part):
    """Say how the clocks were brought together.

    Attributes:
        by: correlation, given, same_clock or repetitions.
        seconds: What was added to the reference's times; None for repetitions.
        correlation: Of readings and reference there, all angles together.
        search_s: How far around `centre_s` was searched.
        centre_s: The middle of the search.
        next_seconds: The next best offset.
        next_correlation: The correlation there.
    """

    by: Literal["correlation", "given", "same_clock", "repetitions"]
    seconds: Number = None
    correlation: Number = None
    search_s: Number = None
    centre_s: Number = None
    next_seconds: Number = None
    next_correlation: Number = None


class Note(Part):
    """Hold something that a reader must know, as a code with the angle and a value."""

    code: str
    angle: str = ""
    value: Number = None


class PassageRow(Part):
    """Hold one limit that the reference passed, or one event without that; see posecheck.validation.passages."""

    key: str
    angle: str
    level: Literal["caution", "stop"]
    outcome: Literal["hit", "missed", "unjudged", "false"]
    start_s: Number
    end_s: Number
    past: Number
    limit: Number


class Recording(Part):
    """Hold one recording beside its reference.

    Attributes:
        results: The folder of results.
        truth: The reference's file.
        person: Whose recording it is.
        stretch: The stretch's id.
        posecheck: The version that made the results.
        offset: How the clocks were brought together.
        columns: For each angle, the column of the reference with its changes, or `markers`.
        counted_from_neutral: Whether the reference was counted from the recording's neutral where the reading is.
        notes: What a reader must know.
        passages: Limits passed; None where the stretch's file is gone or the reference only has single moments.
        angles: The figures of this recording alone.
    """

    results: str
    truth: str
    person: str
    stretch: str
    posecheck: str
    offset: Offset
    columns: dict[str, str]
    counted_from_neutral: bool
    notes: tuple[Note, ...] = ()
    passages: tuple[PassageRow, ...] | None = None
    angles: tuple[AngleFigures, ...]


class LimitFigures(Part):
    """Count what became of one limit over all recordings."""

    stretch: str
    key: str
    angle: str
    level: Literal["caution", "stop"]
    hits: Count
    missed: Count
    unjudged: Count
    false: Count


class Bootstrap(Part):
    """Say how intervals were made: people drawn again `draws` times, with random numbers from `seed`."""

    draws: Count
    seed: int
    clusters: Literal["person"] = "person"
    people: Count


class ValidationFile(Part):
    """Hold all there is to say of a validation."""

    format: Annotated[int, Field(ge=1, le=FORMAT)] = FORMAT
    posecheck: str
    stated_share: Share
    bootstrap: Bootstrap
    angles: tuple[AngleFigures, ...]
    limits: tuple[LimitFigures, ...]
    recordings: tuple[Recording, ...]

    @classmethod
    def load(cls, path: Path) -> "ValidationFile":
        """Read a validation.json.

        Raises:
            InputError: It is missing or wrong; the message names the key.
        """
        try:
            values: Mapping[str, object] = read_json(path)
        except (OSError, ValueError) as error:
            text = "{file}: expected a validation.json written by posecheck, found something else"
            raise InputError("not_ours", text, file=path) from error
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise InputError.gathered([next(problems_of(error)).within(path)]) from error

    def text(self) -> str:
        """Return the file's text."""
        return json_text(self.model_dump(mode="json")) + "\n"
