"""Validate the summary of a session before it is stored in the history."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from posecheck.history.database import HistoryError

Short = Annotated[str, Field(max_length=200)]
Brief = Annotated[str, Field(max_length=50)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class _Part(BaseModel):
    # A summary holds more keys than the history stores.
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Stretch(_Part):
    id: Annotated[str, Field(min_length=1, max_length=200)]


class _Source(_Part):
    file: str | None = None


class _Settings(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)
    age: Annotated[int, Field(ge=1, le=120)] | None = None


class _Peak(_Part):
    key: Short
    angle: Short
    words: str
    unit: Brief
    highest: Number | None
    lowest: Number | None
    error: Number | None
    judged_share: Annotated[float, Field(ge=0, le=1)]
    highest_error: Number | None = None
    lowest_error: Number | None = None


class _Event(_Part):
    key: Short
    angle: Short
    kind: Brief
    level: Brief
    start_s: Number
    end_s: Number
    worst: Number | None
    worst_s: Number | None
    unit: Brief
    limit: Number | None
    message: str


class _Repetition(BaseModel):
    # Every key is stored: those without a column of their own go into `more`.
    model_config = ConfigDict(extra="allow", frozen=True)

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
    in_s: Number | None
    out_s: Number | None
    in_speed: Number | None
    out_speed: Number | None
    hold: Brief
    reached: bool
    stopped: bool
    complete: bool
    held: bool
    reason: Brief

    def row(self, number: int) -> dict[str, Any]:
        """Return the columns of the repetition; `number` counts from 1."""
        more = self.model_extra or {}
        return {"number": number, **self.model_dump(exclude=set(more)), "more": more}


class Record(_Part):
    """Hold the parts of one summary that the history stores; the fields are named as in summary.json."""

    posecheck: Brief
    stretch: _Stretch
    source: _Source = _Source()
    settings: _Settings = _Settings()
    verdict: Brief
    headline: str
    headlines: dict[Brief, str] | None = None
    duration_s: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    peaks: tuple[_Peak, ...]
    events: tuple[_Event, ...]
    repetitions: tuple[_Repetition, ...] = ()
    series: dict[str, Any] | None = None

    @classmethod
    def of(cls, summary: dict[str, object]) -> "Record":
        """Validate a summary.

        Raises:
            HistoryError: The summary is wrong; the message names every problem in one line.
        """
        try:
            return cls.model_validate(summary)
        except ValidationError as error:
            found = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
            text = "summary: expected one written by posecheck, found {found}"
            raise HistoryError("not_a_summary", text, found=found) from error

    def session(self) -> dict[str, Any]:
        """Return the columns of the session; a session without a recording's file was live."""
        return {
            "stretch": self.stretch.id,
            "source": self.source.file or "live",
            "version": self.posecheck,
            "verdict": self.verdict,
            "headline": self.headline,
            "headlines": self.headlines,
            "duration_s": self.duration_s,
            "age": self.settings.age,
            "settings": self.settings.model_dump(mode="json"),
            "series": self.series,
        }

    def details(self) -> dict[str, list[dict[str, Any]]]:
        """Return the rows that belong to the session, by the name of their table."""
        return {
            "peaks": [peak.model_dump() for peak in self.peaks],
            "repetitions": [item.row(number) for number, item in enumerate(self.repetitions, 1)],
            "events": [event.model_dump() for event in self.events],
        }
