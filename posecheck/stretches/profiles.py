"""Threshold profiles: the few limits a person or a clinic has changed, laid over a stretch.

A limit that is not named gives way to one that is (see _given_way). A profile is a TOML file that holds only
what differs, by stretch and range:

    [chair-twist.trunk_rotation]
    caution = 30
    stop = 35
    reason = "ten days after the operation, as agreed"

`at_most` lowers a stop limit to a number and never raises it, whatever other limits hold: a person's own range.
"""

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomlkit
from pydantic import ValidationError

from posecheck.core.errors import StretchError
from posecheck.stretches.ranges import AngleRange
from posecheck.stretches.stretch import Stretch

LIMITS = ("target", "caution", "stop", "at_most")
ANY = "*"
REASON = "reason"
REASON_CHARS = 500
OWN = "own pain-free range"
"""How the source of a limit begins that is a person's own range (personal_cap.py)."""

Limit = float | tuple[float, float]


@dataclass(frozen=True, slots=True)
class Profile:
    """Hold changed limits: stretch id (or ANY) -> range -> limit name -> number, target as (low, high).

    reasons: stretch id -> range -> why, where somebody wrote it down.
    """

    changes: Mapping[str, Mapping[str, Mapping[str, Limit]]]
    name: str = "settings"
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def from_settings(cls, settings: Sequence[str]) -> "Profile":
        """Read `trunk_rotation.stop=40` and `trunk_rotation.target=15,35`; every mistake in one StretchError."""
        changes: dict[str, dict[str, Limit]] = {}
        reasons: dict[str, str] = {}
        problems = []
        for text in settings:
            path, equals, number = text.partition("=")
            key, dot, limit = path.strip().rpartition(".")
            if dot and equals and limit == REASON:
                reasons[key] = number
                continue
            try:
                if not (equals and dot and limit in LIMITS):
                    raise ValueError
                parts = tuple(float(part) for part in number.split(","))
                if len(parts) != (2 if limit == "target" else 1):
                    raise ValueError
            except ValueError:
                problems.append(f"--set: expected RANGE.stop=NUMBER, .caution=NUMBER or .target=LOW,HIGH, got {text!r}")
                continue
            changes.setdefault(key, {})[limit] = (parts[0], parts[1]) if limit == "target" else parts[0]
        if problems:
            raise StretchError("\n".join(problems))
        return cls({ANY: changes}, "--set", {ANY: reasons})

    @classmethod
    def load(cls, path: Path) -> "Profile":
        """Read a profile file; every mistake of its form in one StretchError."""
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise StretchError(f"{path}: expected a readable TOML profile: {error}") from error
        problems: list[str] = []
        tables = {
            stretch: ranges
            for stretch, ranges in data.items()
            if _is_table(f"{path.name}: {stretch}", ranges, problems)
        }
        reasons = {
            stretch: {key: _reason(f"{path.name}: {stretch}.{key}", table, problems) for key, table in ranges.items()}
            for stretch, ranges in tables.items()
        }
        changes = {
            stretch: {key: _limits(f"{path.name}: {stretch}.{key}", table, problems) for key, table in ranges.items()}
            for stretch, ranges in tables.items()
        }
        if problems:
            raise StretchError("\n".join(problems))
        told = {stretch: {key: why for key, why in held.items() if why} for stretch, held in reasons.items()}
        return cls(changes, path.name, told)

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
        """Return what holds for a stretch in the words that from_settings reads."""
        limits = tuple(
            f"{key}.{limit}={','.join(f'{part:g}' for part in (value if isinstance(value, tuple) else (value,)))}"
            for key, limits in self._for(stretch).items()
            for limit, value in limits.items()
        )
        return (*limits, *(f"{key}.{REASON}={why}" for key, why in self._reasons_for(stretch).items()))

    def _reasons_for(self, stretch: str) -> dict[str, str]:
        return {**self.reasons.get(ANY, {}), **self.reasons.get(stretch, {})}

    def merged(self, other: "Profile") -> "Profile":
        """Return this profile with another's limits and reasons over it, range by range."""

        def laid(below: Mapping[str, Mapping[str, Any]], above: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
            return {key: {**below.get(key, {}), **above.get(key, {})} for key in {**below, **above}}

        stretches = {**self.changes, **other.changes}
        changes = {name: laid(self.changes.get(name, {}), other.changes.get(name, {})) for name in stretches}
        return Profile(changes, self.name, laid(self.reasons, other.reasons))

    def _for(self, stretch: str) -> dict[str, Mapping[str, Limit]]:
        """Return the ranges changed for a stretch; StretchError when only a misspelt name can mean it."""
        if not {ANY, stretch} & set(self.changes):
            for near in difflib.get_close_matches(stretch, self.changes, 1, cutoff=0.85):
                raise StretchError(f"{self.name}: {near}: expected a stretch's id, did you mean {stretch}?")
        return {**self.changes.get(ANY, {}), **self.changes.get(stretch, {})}

    def over(self, stretch: Stretch) -> Stretch:
        """Return the stretch with the limits of this profile; StretchError when they do not fit it."""
        wanted = self._for(stretch.id)
        ranges = list(stretch.ranges)
        problems = []
        for key, limits in wanted.items():
            try:
                i = ranges.index(stretch.range(key))
                item, limits = ranges[i], dict(limits)
                most = limits.pop("at_most", None)
                ranges[i] = AngleRange.model_validate({**item.model_dump(), **_given_way(item, limits)})
                if isinstance(most, float):
                    ranges[i] = _capped(ranges[i], most, self._reasons_for(stretch.id).get(key, self.name))
            except ValidationError as error:
                problems += [f"{self.name}: {problem}" for problem in _worded(key, error)]
            except StretchError as error:
                problems.append(f"{self.name}: {error}")
        if problems:
            raise StretchError("\n".join(problems))
        return stretch.model_copy(update={"ranges": tuple(ranges)})


def _capped(item: AngleRange, most: float, why: str) -> AngleRange:
    """Return a range whose stop is at most so much; the same where it is lower already, or has none above."""
    if item.limit != "over" or item.stop is None or item.stop <= most:
        return item
    lower: dict[str, Limit] = {"stop": most}
    if item.caution is not None and item.caution >= most - (item.stop - item.caution):
        lower["caution"] = round(most - (item.stop - item.caution), 2)
    lower = _given_way(item, lower)
    return AngleRange.model_validate({**item.model_dump(), **lower, "source": why, "basis": "judgement"})


def _worded(key: str, error: ValidationError) -> list[str]:
    """Word each problem of a range's limits once, as `trunk_rotation.stop: expected …`."""
    lines = []
    for item in error.errors():
        limit = ".".join(str(part) for part in item["loc"][:1])
        message = item["msg"].removeprefix("Value error, ")
        if limit:
            message = f"{limit}: expected a number from -1000 to 1000, got {item['input']!r}"
        lines.append(f"{key}.{message}")
    return list(dict.fromkeys(lines))


def _given_way(item: AngleRange, limits: Mapping[str, Limit]) -> dict[str, Limit]:
    """Let limits that are not named make room for those that are: a lower stop takes the caution along.

    The caution keeps its distance to the stop, the target shrinks to end at the caution.
    """
    out = dict(limits)
    sign = 1.0 if item.limit == "over" else -1.0
    stop, caution = out.get("stop", item.stop), out.get("caution", item.caution)
    if isinstance(stop, float) and isinstance(caution, float) and sign * (stop - caution) <= 0:
        if "caution" not in out and item.stop is not None:
            out["caution"] = caution = round(stop - (item.stop - caution), 2)
        elif "stop" not in out and item.stop is not None and item.caution is not None:
            out["stop"] = stop = round(caution + (item.stop - item.caution), 2)
    first = caution if isinstance(caution, float) else stop
    if "target" not in out and item.target is not None and isinstance(first, float):
        low, high = item.target
        clipped = (min(low, first), min(high, first)) if sign > 0 else (max(low, first), max(high, first))
        if clipped != item.target:
            out["target"] = clipped
    return out


def _is_table(where: str, value: object, problems: list[str]) -> bool:
    if not isinstance(value, dict):
        problems.append(f"{where}: expected a table of limits, got {value!r}")
    return isinstance(value, dict)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _short(number: float) -> float | int:
    """Return a number as a person writes it."""
    return int(number) if number == int(number) else number


def _reason(where: str, table: object, problems: list[str]) -> str:
    """Take the reason out of a range's table."""
    why = table.pop(REASON, "") if isinstance(table, dict) else ""
    if isinstance(why, str) and len(why) <= REASON_CHARS:
        return why.strip()
    problems.append(f"{where}.{REASON}: expected text of at most {REASON_CHARS} characters, got {str(why)[:40]!r}")
    return ""


def _limits(where: str, table: object, problems: list[str]) -> dict[str, Limit]:
    out: dict[str, Limit] = {}
    if not _is_table(where, table, problems) or not isinstance(table, dict):
        return out
    for name, value in table.items():
        if name == "target" and isinstance(value, list) and len(value) == 2 and all(map(_is_number, value)):
            out[name] = (float(value[0]), float(value[1]))
        elif name in ("caution", "stop", "at_most") and _is_number(value):
            out[name] = float(value)
        else:
            problems.append(f"{where}.{name}: expected target = [low, high], caution, stop or at_most, got {value!r}")
    return out
