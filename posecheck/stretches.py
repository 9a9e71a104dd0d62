"""Reference poses: what a stretch is and between which limits each of its angles should stay.

A stretch is one TOML file (reference_poses/), validated here; code never names one. A range judges an
"amount": the angle's value, its negative, or its magnitude (`along`), so limits are plain growing numbers:
"trunk_inclination along negative" is how far the person leans back. An `over` limit is passed above it, an
`under` limit below it. Conventions of time and hysteresis stand in session.py.
"""

import difflib
import tomllib
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from posecheck.angles import FAMILIES, INDEX
from posecheck.errors import StretchError

Advice = Literal["coach", "limit", "block"]
View = Literal["front", "oblique", "side", "back", "foot-end"]
Phase = Literal["any", "neutral", "move", "hold"]


class Kind(StrEnum):
    """Name what a passed limit means."""

    OVER_ROTATION = "over_rotation"
    EXCESSIVE_EXTENSION = "excessive_extension"
    EXCESSIVE_FLEXION = "excessive_flexion"
    SIDE_BEND = "side_bend"
    FLEXION_WITH_ROTATION = "flexion_with_rotation"
    EXTENSION_WITH_ROTATION = "extension_with_rotation"
    TOO_FAST = "too_fast"
    ABRUPT_END = "abrupt_end"
    BOUNCING = "bouncing"
    PELVIS_TURNING = "pelvis_turning"
    NECK_TOO_FAR = "neck_too_far"
    BASE_OF_SUPPORT = "base_of_support"
    LIMB_POSITION = "limb_position"
    UNSTEADY = "unsteady"
    CANNOT_JUDGE = "cannot_judge"
    ANOTHER_PERSON = "another_person"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Text = Annotated[str, Field(min_length=1)]
Number = Annotated[float, Field(ge=-1000, le=1000, allow_inf_nan=False)]


def _known_angle(name: str) -> str:
    known = [*INDEX, *FAMILIES]
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f", did you mean {near[0]}?" if near else ""
        raise ValueError(f"expected an angle posecheck measures{hint}")
    return name


class Condition(_Model):
    """Let a range count only while another angle is past a value (its magnitude, or one direction)."""

    angle: Text
    along: Literal["positive", "negative", "magnitude"] = "magnitude"
    beyond: Number

    _angle = field_validator("angle")(_known_angle)


class AgeBand(_Model):
    """Multiply a range's numbers from an age on."""

    from_age: Annotated[int, Field(ge=1, le=120)]
    factor: Annotated[float, Field(gt=0, le=2)]


class AngleRange(_Model):
    """Say how far one angle should and may go.

    id: unique within the stretch, the key of profiles and `--set`; the angle's name where not given.
    angle: a row of ANGLES, or a paired name (knee_flexion) taken from the `side` given. measure: the angle
    itself, its speed (deg/s over 0.4 s), its reversals (bounces within 2 s near the end of range) or its
    spread (peak to peak over a hold). phase: when it counts. target: where a good repetition gets to.
    caution, stop: limits, in degrees, ratio or deg/s; absent where nothing there is dangerous. source: where
    the numbers come from, basis: whether that is a published norm or our own judgement.
    """

    id: str = ""
    angle: Text
    side: Literal["each", "greater", "lesser"] = "each"
    measure: Literal["angle", "speed", "reversals", "spread"] = "angle"
    along: Literal["signed", "magnitude", "positive", "negative"] = "signed"
    limit: Literal["over", "under"] = "over"
    phase: Phase = "any"
    when: Condition | None = None
    target: tuple[Number, Number] | None = None
    caution: Number | None = None
    stop: Number | None = None
    kind: Kind
    message: Text
    source: Text
    basis: Literal["norm", "judgement"]
    views: tuple[View, ...] = ()
    ages: tuple[AgeBand, ...] = ()

    _angle = field_validator("angle")(_known_angle)

    @field_validator("message")
    @classmethod
    def _placeholders(cls, message: str) -> str:
        try:
            names = {name for _, name, _, _ in Formatter().parse(message) if name is not None}
        except ValueError as error:
            raise ValueError(f"expected text with balanced braces ({error})") from error
        if names - {"value", "limit", "side"}:
            raise ValueError("expected only {value}, {limit} and {side} in braces")
        return message

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.target is None and self.caution is None and self.stop is None:
            raise ValueError("expected at least one of target, caution and stop")
        if self.target is not None and self.target[0] > self.target[1]:
            raise ValueError(f"target: expected [low, high], got {list(self.target)}")
        ladder: list[tuple[str, float]] = []
        if self.target is not None:
            ladder.append(("target", self.target[1 if self.limit == "over" else 0]))
        ladder += [(n, v) for n, v in (("caution", self.caution), ("stop", self.stop)) if v is not None]
        for (below, low), (above, high) in pairwise(ladder):
            rising = high > low if above == "stop" and below == "caution" else high >= low
            falling = high < low if above == "stop" and below == "caution" else high <= low
            if self.limit == "over" and not rising:
                raise ValueError(f"{above}: expected more than {below} ({low:g}), got {high:g}")
            if self.limit == "under" and not falling:
                raise ValueError(f"{above}: expected less than {below} ({low:g}), got {high:g}")
        return self

    @model_validator(mode="after")
    def _ages_rise(self) -> Self:
        years = [band.from_age for band in self.ages]
        if years != sorted(set(years)):
            raise ValueError(f"ages: expected growing from_age, got {years}")
        return self

    @property
    def key(self) -> str:
        """Return the id under which profiles and settings name this range."""
        return self.id or self.angle

    @property
    def rows(self) -> tuple[str, ...]:
        """Return the names of the rows of ANGLES that this range reads."""
        return FAMILIES.get(self.angle, (self.angle,))

    def for_age(self, age: int | None) -> "AngleRange":
        """Return the range with the numbers that hold at an age (None: adult below every band)."""
        bands = [band for band in self.ages if age is not None and age >= band.from_age]
        if not bands:
            return self
        factor = bands[-1].factor

        def scaled(number: float | None) -> float | None:
            return None if number is None else round(number * factor, 1)

        target = self.target and (round(self.target[0] * factor, 1), round(self.target[1] * factor, 1))
        return self.model_copy(
            update={"target": target, "caution": scaled(self.caution), "stop": scaled(self.stop), "ages": ()}
        )


class Hold(_Model):
    """Say how long the end position is held."""

    seconds: tuple[Number, Number]
    source: Text
    basis: Literal["norm", "judgement"]


class Dose(_Model):
    """Say how often."""

    repetitions: tuple[int, int]
    per_day: tuple[int, int]
    source: Text
    basis: Literal["norm", "judgement"]


class Camera(_Model):
    """Say where the camera has to stand for this stretch to be judged."""

    views: Annotated[tuple[View, ...], Field(min_length=1)]
    placement: Text
    cannot_show: Annotated[tuple[str, ...], Field()] = ()


class Stretch(_Model):
    """Describe one stretch as its TOML file does; see AngleRange for the limits.

    primary: the angle whose rise and fall is the exercise, with the direction that counts. pelvis: still when
    it is meant to stay (rotation is then read from the shoulders), free when it turns along.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    catalogue: Annotated[str, Field(pattern=r"^([A-Z][0-9]?|own)$")] = "own"
    name: Text
    summary: Text
    advice: Advice
    reason: str = ""
    alternative: str = ""
    risk: Literal["low", "riskier", "never", "not stated"]
    position: Literal["standing", "seated", "floor-seated", "kneeling", "supine", "prone"]
    steps: Annotated[tuple[Text, ...], Field(min_length=1)]
    props: tuple[Text, ...] = ()
    people: Annotated[int, Field(ge=1, le=2)] = 1
    sides: Literal["both", "one", "symmetric"]
    pelvis: Literal["still", "free"] = "free"
    primary: str = ""
    primary_along: Literal["magnitude", "positive", "negative"] = "magnitude"
    hold: Hold | None = None
    dose: Dose | None = None
    camera: Camera
    ranges: tuple[AngleRange, ...] = ()
    sources: Annotated[tuple[Text, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        problems = []
        if self.advice != "coach" and not self.reason:
            problems.append(f"reason: expected why the advice is {self.advice}, got nothing")
        if self.advice == "block" and not self.alternative:
            problems.append("alternative: expected the id of a safer stretch, got nothing")
        if self.advice != "block":
            if self.primary not in {*INDEX, *FAMILIES}:
                problems.append(f"primary: expected an angle posecheck measures, got {self.primary!r}")
            if not self.ranges:
                problems.append("ranges: expected at least one, got none")
        keys = [item.key for item in self.ranges]
        problems += [f"{key}: expected one range with this id, got {keys.count(key)}" for key in _twice(keys)]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def lying(self) -> bool:
        """Return whether the long axis of the body is not upright."""
        return self.position in {"supine", "prone"}

    def for_age(self, age: int | None) -> "Stretch":
        """Return the stretch with the limits that hold at an age."""
        return self.model_copy(update={"ranges": tuple(item.for_age(age) for item in self.ranges)})

    def range(self, key: str) -> AngleRange:
        """Return the range with this id; StretchError names the nearest when there is none."""
        for item in self.ranges:
            if item.key == key:
                return item
        raise StretchError(_unknown(f"{self.id}: range", key, [item.key for item in self.ranges]))


def _twice(keys: list[str]) -> list[str]:
    return sorted({key for key in keys if keys.count(key) > 1})


def _unknown(what: str, got: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(got, names, 1, cutoff=0.4)
    hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(names)}"
    return f"{what}: there is no {got!r}; {hint}"


def _problems(error: ValidationError, data: dict[str, object]) -> list[str]:
    """Word each problem as `key: expected …, got …`, with ranges named by their id."""
    lines = []
    for item in error.errors():
        place = [*item["loc"]]
        ranges = data.get("ranges")
        if place[:1] == ["ranges"] and len(place) > 1 and isinstance(ranges, list) and isinstance(place[1], int):
            row = ranges[place[1]]
            named = (row.get("id") or row.get("angle")) if isinstance(row, dict) else None
            place = [str(named or f"ranges[{place[1]}]"), *place[2:]]
        where = ".".join(str(part) for part in place)
        message = item["msg"].removeprefix("Value error, ")
        got = "" if "got" in message or item["type"] == "missing" else f", got {item['input']!r}"[:80]
        if item["type"] == "missing":
            message = "expected a value, got nothing"
        elif item["type"] == "extra_forbidden":
            message, got = "expected no such key", ""
        lines += [_placed(where, part + got) for part in message.split("; ")]
    return lines


def _placed(where: str, problem: str) -> str:
    """Put a problem behind its key; one that begins with a key of its own joins on with a dot."""
    key, colon, _ = problem.partition(": ")
    return f"{where}{'.' if colon and key.isidentifier() else ': '}{problem}" if where else problem


def parse_stretch(text: str, name: str) -> Stretch:
    """Read a stretch from TOML text; name (a file's name) stands before each problem.

    Raises StretchError that names every problem of the file at once.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StretchError(f"{name}: expected TOML: {error}") from error
    try:
        return Stretch.model_validate(data)
    except ValidationError as error:
        problems = _problems(error, data)
    raise StretchError("\n".join(f"{name}: {problem}" for problem in problems))


def load_stretch(path: Path) -> Stretch:
    """Read one stretch file; raises StretchError when it cannot be read or is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StretchError(f"{path}: expected a readable TOML file: {error}") from error
    stretch = parse_stretch(text, path.name)
    if path.stem != stretch.id:
        raise StretchError(f"{path.name}: id: expected the file's name {path.stem!r}, got {stretch.id!r}")
    return stretch


def reference_folder() -> Path:
    """Return the folder of the stretches that come with posecheck, installed or in a checkout."""
    inside = Path(__file__).parent / "reference_poses"
    return inside if inside.is_dir() else Path(__file__).parents[1] / "reference_poses"


@cache
def all_stretches() -> dict[str, Stretch]:
    """Return every stretch that comes with posecheck, by id."""
    loaded = (load_stretch(path) for path in sorted(reference_folder().glob("*.toml")))
    return {stretch.id: stretch for stretch in loaded}


def find_stretch(name: str) -> Stretch:
    """Return a stretch by its id, or from the file that name points at.

    Raises StretchError with the nearest id when there is no such stretch.
    """
    if name.endswith(".toml"):
        return load_stretch(Path(name))
    path = reference_folder() / f"{name}.toml"
    if "/" not in name and "\\" not in name and path.is_file():
        return load_stretch(path)
    raise StretchError(_unknown("stretch", name, (p.stem for p in reference_folder().glob("*.toml"))))
