"""Files for the repository's host, and what is said about security."""

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOW, BOT = ROOT / ".github" / "workflows" / "ci.yml", ROOT / ".github" / "dependabot.yml"

pytestmark = pytest.mark.skipif(not BOT.is_file(), reason="not a checkout")


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_the_workflow_does_what_ci_does_and_may_only_read() -> None:
    held = read(WORKFLOW)
    assert held["permissions"] == {"contents": "read"}
    (job,) = held["jobs"].values()
    assert job["container"].startswith("debian:")
    assert "permissions" not in job
    assert [step["run"] for step in job["steps"] if "run" in step][-1] == "bash .ci/run"
    assert all("@" in step["uses"] for step in job["steps"] if "uses" in step)
    assert "secrets." not in WORKFLOW.read_text(encoding="utf-8")


def test_newer_versions_are_looked_for_where_there_are_some() -> None:
    held = read(BOT)
    assert held["version"] == 2
    kinds = {one["package-ecosystem"]: one["directory"] for one in held["updates"]}
    assert kinds == {"pip": "/", "github-actions": "/", "docker": "/deploy"}
    assert (ROOT / "deploy" / "Dockerfile").is_file()


def test_reporting_is_private_and_without_videos_of_people() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    for needed in (
        "docs/reliability.md",
        "Report a vulnerability",
        "Do not send a video of a person",
        "newest release",
    ):
        assert needed in text


def test_every_check_of_the_makefile_runs_in_ci() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (check,) = (line for line in makefile.splitlines() if line.startswith("check:"))
    (ran,) = (line for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines() if line[:5] == "make ")
    assert set(check.split()[1:]) - {"test"} == set(ran.split()[1:])
