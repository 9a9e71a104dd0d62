"""Compare the licences of all installed packages with the allowed ones: `python -m research.supply.licences`.

pip-licenses reads what each package says of itself. What a wheel bundles is not in there: the wheels of PyAV, say, hold
FFmpeg with x264, which is under the GPL.
"""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
OWN = "posecheck-stretch"


@dataclass(frozen=True, slots=True)
class Rules:
    """Hold what is allowed.

    Attributes:
        allowed: Licences as packages write them, in lower case.
        looked_up: Packages whose own words are unclear or not allowed, with why they are taken all the same.
    """

    allowed: frozenset[str]
    looked_up: Mapping[str, str]


def rules(path: Path = ROOT / "pyproject.toml") -> Rules:
    """Read the rules; ValueError where a reason is missing."""
    held = tomllib.loads(path.read_text(encoding="utf-8"))["tool"]["licences"]
    for name, reason in held["looked-up"].items():
        if not isinstance(reason, str) or not reason.strip():
            raise ValueError(f"{path}: {name}: expected the reason why it is taken, got {reason!r}")
    return Rules(
        frozenset(one.lower() for one in held["allowed"]), {_plain(k): v for k, v in held["looked-up"].items()}
    )


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def installed() -> list[tuple[str, str]]:
    """Return the installed packages, and the licence that each states."""
    words = ("--format=json", "--from=mixed", "--with-system", "--python", sys.executable)
    done = subprocess.run([sys.executable, "-m", "piplicenses", *words], capture_output=True, text=True, check=True)
    return [(one["Name"], one["License"]) for one in json.loads(done.stdout) if _plain(one["Name"]) != OWN]


def is_allowed(licence: str, allowed: frozenset[str]) -> bool:
    """Return whether a licence may be used: of alternatives (OR) one must be allowed, of others (AND, ;) all."""
    for part in licence.split(";"):
        choices = [[one.strip() for one in choice.split(" AND ")] for choice in part.split(" OR ")]
        if not any(all(one.lower() in allowed for one in choice) for choice in choices):
            return False
    return True


def wrong(packages: Sequence[tuple[str, str]], told: Rules) -> list[str]:
    """Return a line for each package whose licence is not allowed and that nobody has looked up."""
    return [
        f"{name}: expected an allowed licence, found {licence}"
        for name, licence in packages
        if not is_allowed(licence, told.allowed) and _plain(name) not in told.looked_up
    ]


def main() -> int:
    """Check what is installed, say what is wrong, and return the exit code."""
    told, packages = rules(), installed()
    lines = wrong(packages, told)
    for line in lines:
        print(line)
    if lines:
        print("Allowed licences and packages that were looked up stand in pyproject.toml, [tool.licences].")
    else:
        print(f"{len(packages)} packages, all under allowed licences or looked up")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main())
