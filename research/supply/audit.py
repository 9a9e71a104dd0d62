"""Look the pinned versions up among known vulnerabilities: `python -m research.supply.audit`.

pip-audit asks the database OSV, so this needs the network. Where OSV does not answer as it should, one line says so and
the check passes: a machine without network must be able to run all checks. A vulnerability fails it, unless
accepted.toml names it with a reason.
"""

import http.client
import json
import subprocess
import sys
import tomllib
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ACCEPTED = Path(__file__).with_name("accepted.toml")
SERVICE = "https://api.osv.dev/v1/vulns/GHSA-jfh8-c2jp-5v3q"
"""A well-known vulnerability, which shows whether the database can be asked."""
PATIENCE_S, MOST_S = 5.0, 300.0

Run = Callable[[Sequence[str]], subprocess.CompletedProcess[str]]


def unreachable(address: str = SERVICE) -> str | None:
    """Return why the service cannot be asked, or None where it answers."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:
            held = json.load(answer)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return " ".join(str(error).split()) or type(error).__name__
    return None if isinstance(held, dict) and "id" in held else "it tells no vulnerabilities"


def accepted(path: Path = ACCEPTED) -> dict[str, str]:
    """Return the accepted vulnerabilities with their reasons; ValueError where a reason is missing."""
    held = tomllib.loads(path.read_text(encoding="utf-8")).get("vulnerabilities", {})
    for name, reason in held.items():
        if not isinstance(reason, str) or not reason.strip():
            raise ValueError(f"{path}: {name}: expected the reason why it is accepted, got {reason!r}")
    return dict(held)


def findings(report: Any, known: dict[str, str]) -> list[str]:
    """Return a line for each vulnerability in a report of pip-audit that is not accepted."""
    lines = []
    for one in report["dependencies"]:
        for found in one.get("vulns", ()):
            if not {found["id"], *found.get("aliases", ())} & known.keys():
                fixed = ", ".join(found.get("fix_versions", ())) or "no version"
                lines.append(f"{one['name']} {one['version']}: {found['id']}, fixed in {fixed}")
    return lines


def _run(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=MOST_S)


def audit(pins: Path = ROOT / "constraints.txt", address: str = SERVICE, run: Run = _run) -> int:
    """Audit the pinned versions, say what was found, and return the exit code.

    Args:
        pins: The file of pinned versions.
        address: Where it is tried whether the service answers.
        run: Runs pip-audit.
    """
    known, why = accepted(), unreachable(address)
    if why is not None:
        print(f"skipped: the service for vulnerabilities cannot be asked ({why})")
        return 0
    words = (
        "-s",
        "osv",
        "-r",
        str(pins),
        "--no-deps",
        "--disable-pip",
        "--format",
        "json",
        "--progress-spinner",
        "off",
    )
    done = run([sys.executable, "-m", "pip_audit", *words])
    try:
        report = json.loads(done.stdout)
    except ValueError:
        why = unreachable(address)
        if why is not None:
            print(f"skipped: the service for vulnerabilities can no longer be asked ({why})")
            return 0
        print(f"pip-audit: {(done.stderr.strip().splitlines() or ['no answer'])[-1]}")
        return 2
    found = findings(report, known)
    for line in found:
        print(line)
    unknown = [one["name"] for one in report["dependencies"] if "skip_reason" in one]
    told = f"; not known to the service: {', '.join(unknown)}" if unknown else ""
    print(f"{len(report['dependencies'])} pinned versions, {len(found)} vulnerabilities that are not accepted{told}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(audit())
