"""The FHIR export, read by a FHIR library of somebody else's, and by the rules that it does not check."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from posecheck.assessment.analysis import judge
from posecheck.core.errors import PosecheckError
from posecheck.feedback.vocabulary import KINDS
from posecheck.kinematics.angles import ANGLES, INDEX
from posecheck.results.fhir import bundle, write_fhir
from posecheck.results.fhir_codes import SYSTEM, UCUM, UNITS, code_system, coded, concepts
from posecheck.results.summary_file import JudgedBy, Source, SummaryFile
from posecheck.results.tables import summary_of
from posecheck.stretches.library import find_stretch
from tests.support.people import track_of, twist

JUDGED = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
SCORES = [(date(2026, 3, 2), 14), (date(2026, 5, 4), 9)]


def summary(deg: float, azimuth: float = 45.0, **settings: Any) -> SummaryFile:
    """Return the results of a chair twist this far; from the side, where nothing of it can be judged, at 90 degrees."""
    analysis = judge(track_of(twist(deg), azimuth=azimuth), find_stretch("chair-twist"))
    return summary_of(analysis, Source(file="anna-mueller.mp4"), JudgedBy(stretch="chair-twist", **settings))


@pytest.fixture
def stopped(plain_geometry: None) -> SummaryFile:
    return summary(70.0, single=("trunk_rotation.caution=35",), answers={"surgery": "yes"})


@pytest.fixture
def unseen(plain_geometry: None) -> SummaryFile:
    return summary(20.0, azimuth=90.0)


def observations(made: dict[str, Any], start: str = "") -> list[Any]:
    resources = (entry["resource"] for entry in made["entry"])
    return [one for one in resources if one["resourceType"] == "Observation" and one["id"].startswith(start)]


def inside(value: Any) -> Iterator[Any]:
    """Yield every object within a document."""
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from inside(child)


def plain(value: Any) -> Any:
    """Return a document with numbers as floats, because the library keeps decimals, and one way to write UTC."""
    if isinstance(value, dict):
        return {key: plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [plain(child) for child in value]
    if isinstance(value, str):
        return value.removesuffix("Z") + "+00:00" if value.endswith("Z") and value[:2] == "20" else value
    return value if isinstance(value, bool) else float(value)


def part(observation: Any, code: str) -> Any:
    return next(one for one in observation["component"] if one["code"]["coding"][0]["code"] == code)


@pytest.mark.parametrize("name", ["stopped", "unseen"])
def test_a_fhir_library_reads_it_and_gives_it_back(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    write_fhir(tmp_path / "a.json", request.getfixturevalue(name), JUDGED, JUDGED, "Patient/123", SCORES)
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    read = Bundle.model_validate_json(text)
    assert plain(json.loads(read.model_dump_json())) == plain(json.loads(text))
    assert {entry.resource.subject.reference for entry in read.entry if hasattr(entry.resource, "subject")} >= {
        "Patient/123"
    }


def test_the_library_refuses_what_is_no_fhir(stopped: SummaryFile) -> None:
    made: Any = bundle(stopped, JUDGED)
    made["entry"][0]["resource"]["status"] = None
    with pytest.raises(ValueError, match="status"):
        Bundle.model_validate_json(json.dumps(made))


def test_the_furthest_turn_stands_in_degrees_with_its_error_as_a_component(stopped: SummaryFile) -> None:
    made: Any = bundle(stopped, JUDGED)
    peak = next(peak for peak in stopped.peaks if peak.angle == "trunk_rotation")
    for end in ("highest", "lowest"):
        one = next(iter(observations(made, f"angle-trunk-rotation-{end}")))
        assert one["code"]["coding"][0] == {
            "system": SYSTEM,
            "code": f"trunk_rotation.{end}",
            "display": f"trunk rotation, furthest to the {'left' if end == 'highest' else 'right'}",
        }
        value = getattr(peak, end)
        assert one["valueQuantity"] == {"value": value, "unit": "degrees", "system": UCUM, "code": "deg"}
        assert part(one, "stated-error")["valueQuantity"]["value"] == getattr(peak, f"{end}_error")
        assert part(one, "at")["valueQuantity"]["code"] == "s"
        assert part(one, "stop-limit")["valueQuantity"]["value"] == peak.stop


def test_the_verdict_has_all_others_as_members(stopped: SummaryFile) -> None:
    made: Any = bundle(stopped, JUDGED)
    verdict, *rest = observations(made)
    assert stopped.verdict == "stop"
    assert verdict["valueCodeableConcept"]["coding"][0]["code"] == "verdict.stop"
    assert verdict["valueCodeableConcept"]["text"] == stopped.headline
    numbers = {entry["resource"]["id"]: entry["fullUrl"] for entry in made["entry"]}
    assert [one["reference"] for one in verdict["hasMember"]] == [numbers[one["id"]] for one in rest]
    assert any("trunk_rotation.caution=35" in note["text"] for note in verdict["note"])
    assert len(observations(made, "repetition-")) == len(stopped.repetitions) > 0
    assert any(one["id"].startswith("event-") for one in rest)


def test_what_could_not_be_judged_has_a_reason_and_no_value(unseen: SummaryFile) -> None:
    made: Any = bundle(unseen, JUDGED)
    verdict = observations(made, "verdict")[0]
    assert unseen.verdict == "cannot_judge"
    assert verdict["dataAbsentReason"]["text"] == unseen.headline
    gone = observations(made, "unjudged-")
    assert len(gone) == len(unseen.unjudged) > 0
    for one, item in zip(gone, unseen.unjudged, strict=True):
        assert not [key for key in one if key.startswith("value")]
        assert [said["code"] for said in one["dataAbsentReason"]["coding"]] == ["unknown", f"reason.{item.reason}"]
        assert one["dataAbsentReason"]["text"] == item.advice


@pytest.mark.parametrize("name", ["stopped", "unseen"])
def test_every_reference_leads_somewhere_every_code_is_known_and_every_unit_is_ucum(
    name: str, request: pytest.FixtureRequest
) -> None:
    made: Any = bundle(request.getfixturevalue(name), JUDGED, None, None, SCORES)
    places = [entry["fullUrl"] for entry in made["entry"]]
    assert len(set(places)) == len(places)
    held = {one["code"]: one["display"] for one in made["entry"][-1]["resource"]["concept"]}
    for one in inside(made["entry"][:-1]):
        assert one.get("reference", places[0]) in places
        if one.get("system") == SYSTEM:
            assert held[one["code"]] == one["display"]
        if one.get("system") == UCUM:
            assert (one["code"], one["unit"]) in UNITS.values()
    ids = [one["id"] for one in observations(made)]
    assert all(len(id_) <= 64 and "_" not in id_ for id_ in ids)


def test_nobody_is_named_unless_asked_and_the_day_only_where_it_is_known(stopped: SummaryFile) -> None:
    text = json.dumps(bundle(stopped, JUDGED))
    assert "anna" not in text
    assert "surgery" not in text
    assert "subject" not in text
    first = observations(json.loads(text))[0]
    assert first["_effectiveDateTime"]["extension"][0]["valueCode"] == "unknown"
    assert first["issued"] == "2026-05-04T10:30:00+00:00"
    said = observations(bundle(stopped, JUDGED, JUDGED))[0]
    assert said["effectiveDateTime"] == "2026-05-04T10:30:00+00:00"
    assert "_effectiveDateTime" not in said


def test_the_same_results_have_the_same_numbers_and_others_have_others(
    stopped: SummaryFile, unseen: SummaryFile
) -> None:
    numbers = [{entry["fullUrl"] for entry in bundle(one, JUDGED)["entry"]} for one in (stopped, stopped, unseen)]  # type: ignore[attr-defined]
    assert numbers[0] == numbers[1]
    assert not numbers[0] & numbers[2]


def test_a_score_of_the_questionnaire_is_a_survey_of_its_day_and_the_persons_whatever_the_recording(
    stopped: SummaryFile, unseen: SummaryFile
) -> None:
    made: Any = bundle(stopped, JUDGED, JUDGED, "Patient/7", SCORES)
    one = observations(made, "rmdq-24-2026-05-04")[0]
    assert one["valueQuantity"] == {"value": 9, "unit": "points", "system": UCUM, "code": "{score}"}
    assert (one["effectiveDateTime"], one["status"], one["subject"]["reference"]) == (
        "2026-05-04",
        "final",
        "Patient/7",
    )
    assert one["category"][0]["coding"][0]["code"] == "survey"
    assert "device" not in one
    other: Any = bundle(unseen, JUDGED, None, "Patient/7", SCORES)
    assert observations(other, "rmdq-24-2026-05-04")[0]["identifier"] == one["identifier"]
    assert one["identifier"] != observations(made, "rmdq-24-2026-03-02")[0]["identifier"]
    assert not [item for item in observations(made)[0]["hasMember"] if item == one["id"]]


@pytest.mark.parametrize("patient", ["Anna Müller", "Patient/", "Patient/a b", "Practitioner/1", "Patient/1\n"])
def test_a_patient_is_a_reference(patient: str, stopped: SummaryFile) -> None:
    with pytest.raises(PosecheckError, match="expected a FHIR reference"):
        bundle(stopped, JUDGED, None, patient)


def test_the_code_system_holds_every_angle_kind_and_reason_once() -> None:
    held: Any = code_system()
    codes = [one["code"] for one in held["concept"]]
    assert len(set(codes)) == len(codes) == held["count"]
    assert set(INDEX) <= set(codes)
    assert {f"{row.name}.highest" for row in ANGLES} <= set(codes)
    assert {f"kind.{kind}" for kind in KINDS} <= set(codes)
    assert all(words.strip() for words in concepts().values())
    with pytest.raises(KeyError):
        coded("no such thing")
