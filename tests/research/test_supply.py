"""The checks of the supply chain: they find what is wrong, and say so where they cannot look."""

import json
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from research.supply import audit, licences

RULES = licences.Rules(frozenset({"mit", "bsd-3-clause", "apache-2.0"}), {"looked-at": "somebody did"})
REPORT = {
    "dependencies": [
        {"name": "fine", "version": "1", "vulns": []},
        {"name": "bad", "version": "2", "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["3"]}]},
    ]
}


@pytest.fixture
def service(tmp_path: Path) -> str:
    (tmp_path / "service.json").write_text('{"id": "GHSA-1"}', encoding="utf-8")
    return (tmp_path / "service.json").as_uri()


def answering(text: str) -> audit.Run:
    def run(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(words, 1, text, "first\nlast line")

    return run


def test_without_a_network_the_audit_is_skipped_soon_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        begun = time.monotonic()
        assert audit.audit(address=f"http://127.0.0.1:{nobody.getsockname()[1]}/") == 0
    assert time.monotonic() - begun < 10
    said = capsys.readouterr().out
    assert said.startswith("skipped: ")
    assert said.count("\n") == 1


def test_an_answer_without_a_vulnerability_counts_as_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.json").write_text('{"info": {}}', encoding="utf-8")
    assert audit.audit(address=(tmp_path / "a.json").as_uri()) == 0
    assert capsys.readouterr().out.startswith("skipped: ")


def test_a_vulnerability_fails_the_audit(service: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.audit(address=service, run=answering(json.dumps(REPORT))) == 1
    assert "bad 2: PYSEC-1, fixed in 3" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["PYSEC-1", "CVE-1"])
def test_an_accepted_one_does_not(name: str) -> None:
    assert audit.findings(REPORT, {name: "not used"}) == []


def test_an_audit_that_breaks_fails(service: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.audit(address=service, run=answering("no json")) == 2
    assert capsys.readouterr().out == "pip-audit: last line\n"


def test_what_is_accepted_needs_a_reason(tmp_path: Path) -> None:
    assert isinstance(audit.accepted(), dict)
    path = tmp_path / "accepted.toml"
    path.write_text('[vulnerabilities]\n"CVE-1" = " "\n', encoding="utf-8")
    with pytest.raises(ValueError, match="CVE-1: expected the reason"):
        audit.accepted(path)


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only AND MIT", False),
        ("GPL-3.0-only OR MIT AND Apache-2.0", True),
        ("MIT; BSD-3-Clause", True),
        ("MIT; Other/Proprietary License", False),
        ("UNKNOWN", False),
        ("", False),
    ],
)
def test_licences_are_read_as_expressions(licence: str, allowed: bool) -> None:
    assert licences.is_allowed(licence, RULES.allowed) == allowed


def test_a_bad_licence_is_named_and_a_looked_up_package_is_not() -> None:
    packages = [("fine", "MIT"), ("made-up", "Pay-Me-1.0"), ("Looked.At", "UNKNOWN")]
    assert licences.wrong(packages, RULES) == ["made-up: expected an allowed licence, found Pay-Me-1.0"]


def test_what_is_installed_is_allowed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert licences.main() == 0, capsys.readouterr().out
    packages = licences.installed()
    assert {"numpy", "mediapipe"} <= {name for name, _ in packages}
    monkeypatch.setattr(licences, "installed", lambda: [*packages, ("made-up", "Pay-Me-1.0")])
    assert licences.main() == 1
    assert "made-up: expected an allowed licence" in capsys.readouterr().out


def test_what_was_looked_up_needs_a_reason_and_is_still_needed(tmp_path: Path) -> None:
    told, packages = licences.rules(), dict(licences.installed())
    known = {name.lower().replace("_", "-") for name in packages}
    assert set(told.looked_up) <= known
    path = tmp_path / "pyproject.toml"
    path.write_text('[tool.licences]\nallowed = []\nlooked-up = { a = "" }\n', encoding="utf-8")
    with pytest.raises(ValueError, match="a: expected the reason"):
        licences.rules(path)
