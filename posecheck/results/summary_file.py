"""The schema of summary.json: the same models write the file, read it, and say what is wrong with one.

A file names the version of its format. Files of the first format, which named none, are read too. A later release may
add keys without a new version, so unknown keys are ignored; a file of a newer version is refused.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, FailFast, Field, ValidationError

from posecheck.assessment.events import Event
from posecheck.core.errors import InputError
from posecheck.core.outside.documents import json_text, read_json
from posecheck.kinematics.neutral import NeutralOrigin
from posecheck.repetitions.repetition import RepetitionEnd
from posecheck.results.folder import finish_interrupted
from posecheck.stretches.problems import problems_of
from posecheck.stretches.ranges import Kind

FORMAT = 2
"""The version that is written. 1: files without `format`."""
MOST_ROWS, MOST_SETTINGS = 100_000, 1000
"""Most events, or other rows, and most settings; more than hours of video come to."""

Short = Annotated[str, Field(max_length=200)]
Brief = Annotated[str, Field(max_length=50)]
Words = Annotated[str, Field(max_length=5000)]
"""A sentence, or a setting with its reason."""
Count = Annotated[int, Field(ge=0, lt=2**31)]
"""A number that a database holds too."""
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e9, le=1e9)]
Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
Verdict = Literal["stop", "caution", "borderline", "clear", "cannot_judge"]


class Part(BaseModel):
    """Validate one table of the file."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    def values(self) -> dict[str, Any]:
        """Return the table as JSON types, with the keys it was made with and no others, in the order of the schema."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class StretchName(Part):
    """Name the stretch that was judged."""

    id: Annotated[str, Field(min_length=1, max_length=200)]
    name: Words = ""


class Source(Part):
    """Describe the recording.

    Attributes:
        file: Its name; None for a session that was not recorded.
        size_wh: Width and height of the picture, pixels.
        fps: Frames a second.
        rotation_deg: How far the stored picture was turned to stand upright, degrees clockwise.
        every: Every Nth frame was judged.
        problem: What is wrong with the recording, as an English sentence; None if nothing.
        mirrored: Whether the recording showed the person as a mirror does.
        problems: The same as `problem` by language; None where nothing is wrong, or an earlier version wrote the file.
    """

    file: Words | None = None
    size_wh: tuple[Count, Count] | None = None
    fps: Number | None = None
    rotation_deg: Annotated[int, Field(ge=-360, le=360)] = 0
    every: Annotated[int, Field(ge=1, lt=2**31)] = 1
    problem: Words | None = None
    mirrored: bool = False
    problems: Annotated[dict[Brief, Words], Field(max_length=50)] | None = None

    def told(self, language: str) -> str | None:
        """Return what is wrong with the recording, in a language where it is held in it; None if nothing is."""
        return (self.problems or {}).get(language, self.problem)


class JudgedBy(Part):
    """Say how a recording was judged: enough to judge it again in the same way.

    Attributes:
        stretch: Id or file of the stretch.
        age: In years; None where it is not known.
        neutral: The neutral posture as FROM-TO in seconds; None where it was found.
        profile: File name of the profile; None without one.
        profile_set: The profile's limits as single settings, because its file may no longer exist later.
        single: Single limits, such as `trunk_rotation.stop=40`; in the file the key is `set`.
        answers: Answers to the health questions, with the keys of an answers file; None if nobody was asked.
        repetitions: How often a programme asked for it, each side; None where the stretch itself says.
        hold_s: How long a programme asked to hold it; None likewise.
        side: The only side that a programme asked for; None for whichever the stretch has.
    """

    stretch: Words = ""
    age: Annotated[int, Field(ge=1, le=120)] | None = None
    neutral: Short | None = None
    profile: Words | None = None
    profile_set: Annotated[tuple[Words, ...], Field(max_length=MOST_SETTINGS), FailFast()] = ()
    single: Annotated[tuple[Words, ...], Field(alias="set", max_length=MOST_SETTINGS), FailFast()] = ()
    answers: dict[str, Any] | None = None
    repetitions: Annotated[int, Field(ge=1, le=1000)] | None = None
    hold_s: Seconds | None = None
    side: Literal["left", "right"] | None = None


class Neutral(Part):
    """Say where readings are counted from; see assessment.summary.NeutralSpan."""

    start_s: Number
    end_s: Number
    view: Brief
    camera_azimuth_deg: Number | None
    lying: bool
    again_s: Annotated[tuple[tuple[Number, Number], ...], Field(max_length=MOST_ROWS), FailFast()] = ()
    origin: NeutralOrigin = NeutralOrigin.STILL


class Peak(Part):
    """Hold how far one angle went each way against its limits; see assessment.summary.Peak."""

    key: Short
    angle: Short
    words: Words
    unit: Brief
    highest: Number | None
    highest_s: Number | None = None
    lowest: Number | None
    lowest_s: Number | None = None
    error: Number | None
    caution: Number | None = None
    stop: Number | None = None
    judged_share: Share
    borderline_s: Seconds = 0.0
    caution_s: Seconds = 0.0
    stop_s: Seconds = 0.0
    highest_error: Number | None = None
    lowest_error: Number | None = None


class Unjudged(Part):
    """Hold an angle that could mostly not be judged; see assessment.summary.Unjudged."""

    angle: Short
    words: Words
    reason: Brief
    share: Share
    advice: Words


class EventRow(Part):
    """Hold one event; see assessment.events.Event. The message is the event in an English sentence."""

    key: Short
    angle: Short
    kind: Kind
    level: Literal["caution", "stop", "unknown"]
    start_s: Number
    end_s: Number
    worst: Number | None
    worst_s: Number | None
    unit: Brief
    limit: Number | None
    message: Words

    def event(self) -> Event:
        """Return the event; why an angle could not be judged is not kept."""
        nan = float("nan")
        worst, worst_s, limit = (nan if one is None else one for one in (self.worst, self.worst_s, self.limit))
        return Event(
            self.key,
            self.angle,
            self.kind,
            self.level,
            self.start_s,
            self.end_s,
            worst,
            worst_s,
            self.unit,
            limit,
        )


class RepetitionRow(Part):
    """Hold one repetition; see repetitions.repetition.Repetition."""

    side: Brief
    angle: Short
    unit: Brief
    start_s: Number
    hold_start_s: Number
    hold_end_s: Number
    end_s: Number
    peak: Number | None
    peak_s: Number | None
    peak_error: Number | None
    hold_s: Number | None
    longest_hold_s: Number | None
    hold: Brief
    stopped: bool
    reached: bool
    in_speed: Number | None
    out_speed: Number | None
    reason: RepetitionEnd
    onset_s: Number | None = None
    rest_s: Number | None = None
    cycle_s: Number | None = None
    lag_s: Number | None = None
    in_s: Number | None
    out_s: Number | None
    complete: bool
    held: bool


class SideRow(Part):
    """Sum up one side; see repetitions.series.Side. `clean` is missing in files of earlier versions."""

    side: Brief
    repetitions: Count
    complete: Count
    clean: Count | None = None
    held: Count
    best_hold_s: Number
    peak: Number | None = None
    peak_error: Number | None = None
    hold_s: Number | None = None


class DifferenceRow(Part):
    """Compare left with right; see repetitions.repetition.Difference."""

    of: Brief
    left_less_right: Number
    error: Number | None
    unit: Brief
    verdict: Brief


class SeriesRow(Part):
    """Hold what the repetitions come to; see repetitions.repetition.Series."""

    sides: Annotated[tuple[SideRow, ...], Field(max_length=MOST_ROWS), FailFast()]
    complete: bool
    dose_met: bool
    differences: Annotated[tuple[DifferenceRow, ...], Field(max_length=MOST_ROWS), FailFast()] = ()


class SummaryFile(Part):
    """Hold all there is to say of a recording: verdict, peaks, events, repetitions, and how it was judged."""

    format: Annotated[int, Field(ge=1, le=FORMAT)] = 1
    posecheck: Brief
    stretch: StretchName
    source: Source = Source()
    settings: JudgedBy = JudgedBy()
    verdict: Verdict
    headline: Words
    frames: Count
    found_share: Share = 0.0
    duration_s: Seconds
    neutral: Neutral | None = None
    peaks: Annotated[tuple[Peak, ...], Field(max_length=MOST_ROWS), FailFast()]
    unjudged: Annotated[tuple[Unjudged, ...], Field(max_length=MOST_ROWS), FailFast()] = ()
    headlines: Annotated[dict[Brief, Words], Field(max_length=50)] | None = None
    events: Annotated[tuple[EventRow, ...], Field(max_length=MOST_ROWS), FailFast()]
    repetitions: Annotated[tuple[RepetitionRow, ...], Field(max_length=MOST_ROWS), FailFast()] = ()
    series: SeriesRow | None = None

    @classmethod
    def of(cls, values: Mapping[str, object], name: object = "summary") -> "SummaryFile":
        """Validate a summary.

        Args:
            values: The keys of summary.json.
            name: What a message calls it: its file.

        Raises:
            InputError: A key is missing or holds something else; the first such key is named.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise InputError.gathered([next(problems_of(error)).within(name)]) from error

    @classmethod
    def load(cls, folder: Path) -> "SummaryFile":
        """Read the summary.json of a folder of results; what a killed process could not move in is moved first.

        Raises:
            InputError: There is none, or it was not written by posecheck; the message names the file and the key.
        """
        finish_interrupted(folder)
        path = folder / "summary.json"
        other = InputError("not_ours", "{file}: expected JSON written by posecheck, found something else", file=path)
        try:
            values = read_json(path)
        except FileNotFoundError as error:
            text = "{folder}: expected a folder with results of `posecheck check`, found no summary.json"
            raise InputError("no_results", text, folder=folder) from error
        except (OSError, ValueError) as error:
            raise other from error
        if not isinstance(values, dict):
            raise other
        return cls.of(values, path)

    def text(self) -> str:
        """Return the file's text."""
        return json_text(self.values()) + "\n"
