"""Threshold profiles: the limits that a person or a clinic has changed, applied to a stretch.

A limit that the profile does not name is moved where it would otherwise be out of order (see _keep_order). A profile is
a TOML file that holds only the changed limits, by stretch and range:

    [chair-twist.trunk_rotation]
    caution = 30
    stop = 35
    reason = "ten days after the operation, as agreed"

`at_most` lowers a stop limit to a number, a person's own range, and never raises it, whatever the other limits are.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError

from posecheck.core.errors import Problem, Setting, StretchError, is_plain
from posecheck.core.i18n import N_
from posecheck.core.outside.documents import read_toml
from posecheck.stretches.problems import faults_of
from posecheck.stretches.ranges import AngleRange, Line
from posecheck.stretches.sides import halves_of, parted, whole_key
from posecheck.stretches.stretch import Stretch

LIMITS = ("target", "caution", "stop", "at_most")
ANY = "*"
REASON = "reason"
REASON_CHARS = 500

SET = Setting("set")
SETTING_FORM = N_("{setting}: expected RANGE.stop=NUMBER, .caution=NUMBER or .target=LOW,HIGH, got {got}")

REASON_FORM = N_("expected text of at most {most} characters, got {got}")

Limit = float | tuple[float, float]


Strict = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class ProfileLimits(BaseModel):
    """Take the changed limits of one range in a profile's file."""

    model_config = ConfigDict(extra="forbid")

    target: Annotated[list[Strict], Field(min_length=2, max_length=2)] | None = None
    caution: Strict | None = None
    stop: Strict | None = None
    at_most: Strict | None = None
    reason: Annotated[Line, Field(max_length=REASON_CHARS)] = ""


class ProfileFile(RootModel[dict[str, dict[str, ProfileLimits]]]):
    """Take a profile's file: stretch id -> range -> limits."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Hold changed limits.

    Attributes:
        changes: Stretch id (or ANY) -> range -> limit name -> number; a target is (low, high).
        name: What the limits come from: a file's name, or a setting; shown before each problem.
        reasons: Stretch id (or ANY) -> range -> why the limits were changed, where a reason was given.
    """

    changes: Mapping[str, Mapping[str, Mapping[str, Limit]]]
    name: str = "settings"
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def from_settings(cls, settings: Sequence[str]) -> "Profile":
        """Read settings such as `trunk_rotation.stop=40` and `trunk_rotation.target=15,35`.

        Raises:
            StretchError: Settings are wrong; the error holds every problem.
        """
        changes: dict[str, dict[str, Limit]] = {}
        reasons: dict[str, str] = {}
        problems: list[Problem] = []
        for text in settings:
            path, equals, number = text.partition("=")
            key, dot, limit = path.strip().rpartition(".")
            if dot and equals and limit == REASON:
                if len(number) > REASON_CHARS or not is_plain(number):
                    values = {"most": REASON_CHARS, "got": repr(number)}
                    problems.append(Problem("reason_text", REASON_FORM, values).within(f"{key}.{limit}"))
                reasons[key] = number
                continue
            try:
                if not (equals and dot and limit in LIMITS):
                    raise ValueError
                parts = tuple(float(part) for part in number.split(","))
                if len(parts) != (2 if limit == "target" else 1):
                    raise ValueError
            except ValueError:
                problems.append(Problem("limit_setting", SETTING_FORM, {"setting": SET, "got": repr(text)}))
                continue
            changes.setdefault(key, {})[limit] = (parts[0], parts[1]) if limit == "target" else parts[0]
        if problems:
            raise StretchError.gathered(problems)
        return cls({ANY: changes}, SET, {ANY: reasons})

    @classmethod
    def load(cls, path: Path) -> "Profile":
        """Read a profile file.

        Raises:
            StretchError: The file cannot be read or is wrong; the error holds every problem of its form.
        """
        try:
            data = read_toml(path)
        except (OSError, ValueError) as error:
            text = N_("{file}: expected a readable TOML profile: {why}")
            raise StretchError("unreadable", text, file=path, why=error) from error
        problems: list[Problem] = []
        try:
            ProfileFile.model_validate(data)
        except ValidationError as error:
            problems += _problems_of_file(error)
        if problems:
            raise StretchError.gathered(problem.within(path.name) for problem in problems)
        changes: dict[str, dict[str, dict[str, Limit]]] = {}
        reasons: dict[str, dict[str, str]] = {}
        for stretch, ranges in data.items():
            changes[stretch] = {}
            reasons[stretch] = {}
            for key, table in ranges.items():
                # In the order of the file, which the texts of `settings` keep.
                changes[stretch][key] = {name: _limit(value) for name, value in table.items() if name != REASON}
                why = str(table.get(REASON, "")).strip()
                if why:
                    reasons[stretch][key] = why
        return cls(changes, path.name, reasons)

    def as_toml(self) -> str:
        """Return the text of a profile file that loads as this profile."""
        document = tomlkit.document()
        for stretch, ranges in self.changes.items():
            part = tomlkit.table()
            for key, limits in ranges.items():
                rows = tomlkit.table()
                for name, value in limits.items():
                    rows[name] = [_short(one) for one in value] if isinstance(value, tuple) else _short(value)
                why = self.reasons.get(stretch, {}).get(key)
                if why:
                    rows[REASON] = why
                part[key] = rows
            document[stretch] = part
        return tomlkit.dumps(document)

    def settings(self, stretch: str) -> tuple[str, ...]:
        """Return the changed limits of a stretch as texts that from_settings reads."""
        limits = tuple(
            f"{key}.{limit}={','.join(f'{part:g}' for part in (value if isinstance(value, tuple) else (value,)))}"
            for key, limits in self._for(stretch).items()
            for limit, value in limits.items()
        )
        return (*limits, *(f"{key}.{REASON}={why}" for key, why in self._reasons_for(stretch).items()))

    def _reasons_for(self, stretch: str) -> dict[str, str]:
        return {**self.reasons.get(ANY, {}), **self.reasons.get(stretch, {})}

    def merged(self, other: "Profile") -> "Profile":
        """Return this profile with the limits and reasons of another applied over it, range by range."""

        def merge(below: Mapping[str, Mapping[str, Any]], above: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
            return {key: {**below.get(key, {}), **above.get(key, {})} for key in {**below, **above}}

        stretches = {**self.changes, **other.changes}
        changes = {name: merge(self.changes.get(name, {}), other.changes.get(name, {})) for name in stretches}
        return Profile(changes, self.name, merge(self.reasons, other.reasons))

    def _for(self, stretch: str) -> dict[str, Mapping[str, Limit]]:
        """Return the changed ranges of a stretch; StretchError when the profile seems to misspell its id."""
        if not {ANY, stretch} & set(self.changes):
            for near in difflib.get_close_matches(stretch, self.changes, 1, cutoff=0.85):
                text = N_("expected a stretch's id, did you mean {stretch}?")
                raise StretchError("unknown_name", text, stretch=stretch).within(near).within(self.name)
        return {**self.changes.get(ANY, {}), **self.changes.get(stretch, {})}

    def parted(self, stretch: Stretch) -> Stretch:
        """Return the stretch with its own limits, but with those ranges in halves that this profile names by a half."""
        held = {item.key for item in stretch.ranges}
        for key in self._for(stretch.id):
            if key not in held:
                stretch = parted(stretch, whole_key(key))
        return stretch

    def _sided(self, stretch: Stretch) -> dict[str, Mapping[str, Limit]]:
        """Return the changed ranges; what is said of a range in halves holds for both, unless a half says more."""
        held = {item.key for item in self.parted(stretch).ranges}
        out: dict[str, Mapping[str, Limit]] = {}
        for key, limits in sorted(self._for(stretch.id).items(), key=lambda item: item[0] not in held):
            halves = halves_of(key)
            for name in halves if key not in held and held.issuperset(halves) else (key,):
                out[name] = {**limits, **out.get(name, {})}
        return out

    def over(self, stretch: Stretch) -> Stretch:
        """Return the stretch with the limits of this profile.

        Raises:
            StretchError: The limits do not fit the stretch; the error holds every problem.
        """
        wanted = self._sided(stretch)
        stretch = self.parted(stretch)
        ranges = list(stretch.ranges)
        problems: list[Problem] = []
        unnamed = "settings" if isinstance(self.name, Setting) else self.name
        for key, limits in wanted.items():
            try:
                i = ranges.index(stretch.range(key))
                item, limits = ranges[i], dict(limits)
                most = limits.pop("at_most", None)
                ranges[i] = AngleRange.model_validate({**item.model_dump(), **_keep_order(item, limits)})
                if isinstance(most, float):
                    reasons = self._reasons_for(stretch.id)
                    ranges[i] = _capped(ranges[i], most, reasons.get(key, reasons.get(whole_key(key), unnamed)))
            except ValidationError as error:
                problems += [problem.within(self.name) for problem in _problems_of_range(key, error)]
            except StretchError as error:
                problems += error.within(self.name).problems
        if problems:
            raise StretchError.gathered(problems)
        return stretch.model_copy(update={"ranges": tuple(ranges)})


def _capped(item: AngleRange, most: float, why: str) -> AngleRange:
    """Return a range whose stop is at most `most`; unchanged where its stop is lower, missing, or a lower limit."""
    if item.limit != "over" or item.stop is None or item.stop <= most:
        return item
    lower: dict[str, Limit] = {"stop": most}
    if item.caution is not None and item.caution >= most - (item.stop - item.caution):
        lower["caution"] = round(most - (item.stop - item.caution), 2)
    lower = _keep_order(item, lower)
    return AngleRange.model_validate(
        {**item.model_dump(), **lower, "source": why, "basis": "judgement", "capped": True}
    )


def _problems_of_range(key: str, error: ValidationError) -> list[Problem]:
    """Return each problem of a range's limits once, with the range and the limit before it.

    The values name the range (`range`) and the limit (`limit`) too, for an interface that shows them its own way.
    """
    out: dict[str, Problem] = {}
    for item in error.errors():
        limit = ".".join(str(part) for part in item["loc"][:1])
        if limit:
            values = {"range": key, "limit": limit, "got": repr(item["input"])}
            found = [(limit, Problem("limit_number", N_("expected a number from -1000 to 1000, got {got}"), values))]
        else:
            found = [(one.key, Problem(one.code, one.text, {**one.params, "range": key})) for one in faults_of(item)]
        for part, problem in found:
            placed = problem.within(f"{key}.{part}" if part else key)
            out.setdefault(placed.told(), placed)
    return list(out.values())


def _keep_order(item: AngleRange, limits: Mapping[str, Limit]) -> dict[str, Limit]:
    """Move the limits that a profile does not name, so that target, caution and stop stay in order.

    The caution keeps its distance to a lower stop, and the target ends at the caution.
    """
    out = dict(limits)
    stop, caution = out.get("stop", item.stop), out.get("caution", item.caution)
    if isinstance(stop, float) and isinstance(caution, float) and item.towards * (stop - caution) <= 0:
        if "caution" not in out and item.stop is not None:
            out["caution"] = caution = round(stop - (item.stop - caution), 2)
        elif "stop" not in out and item.stop is not None and item.caution is not None:
            out["stop"] = stop = round(caution + (item.stop - item.caution), 2)
    first = caution if isinstance(caution, float) else stop
    if "target" not in out and item.target is not None and isinstance(first, float):
        low, high = item.target
        clipped = (min(low, first), min(high, first)) if item.towards > 0 else (max(low, first), max(high, first))
        if clipped != item.target:
            out["target"] = clipped
    return out


def _problems_of_file(error: ValidationError) -> list[Problem]:
    """Return each problem of a profile's form once, with stretch, range and limit before it."""
    out: dict[str, Problem] = {}
    for item in error.errors():
        place = ".".join(str(part) for part in item["loc"][:3])
        got = item["input"]
        if len(item["loc"]) < 3:
            problem = Problem("not_a_table", N_("expected a table of limits, got {got}"), {"got": repr(got)})
        elif item["loc"][2] == REASON:
            values = {"most": REASON_CHARS, "got": repr(str(got)[:40])}
            problem = Problem("reason_text", REASON_FORM, values)
        else:
            text = N_("expected target = [low, high], caution, stop or at_most, got {got}")
            problem = Problem("limit_form", text, {"got": repr(got)})
        out.setdefault(place, problem.within(place))
    return list(out.values())


def _limit(value: Any) -> Limit:
    return (float(value[0]), float(value[1])) if isinstance(value, list) else float(value)


def _short(number: float) -> float | int:
    """Return a number as a person writes it: a whole one without decimals, 62.400000000000006 as 62.4."""
    short = round(number, 4)
    return int(short) if short == int(short) else short
