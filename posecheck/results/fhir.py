"""A recording's results as HL7 FHIR R4: a Bundle of Observations that a hospital's or a practice's system reads.

R4 (4.0.1), because such systems speak it today: US Core, the German ISiK and the International Patient Summary build on
it. Every Observation is `preliminary`: a program measured, and no professional has looked at it.

The verdict is one Observation that names all others as its members. Each angle has one for each way that it went, with
the stated error as a component. What could not be judged has no value, but a dataAbsentReason with our reason and what
would help. Repetitions and events follow. When the stretch was done is only said where somebody says so: a recording
does not know. The Bundle names nobody: neither the recording's file nor answers to health questions are in it, and a
patient only where one is given. The same results give the same identifiers, so that a second import replaces the first.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import NAMESPACE_OID, UUID, uuid5

from posecheck.core.errors import PosecheckError
from posecheck.core.files import write_whole
from posecheck.core.outside.documents import json_text
from posecheck.results.fhir_codes import ENDS, absent, code_system, coded, end_code, quantity
from posecheck.results.summary_file import EventRow, Peak, RepetitionRow, SummaryFile
from posecheck.stretches.ranges import Kind

Item = dict[str, object]
NOT_ADVICE = "Measured by a program with one camera, not looked at by a professional. Not medical advice."
NOT_KNOWN = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
PATIENT = re.compile(r"(https?://\S{1,200}/)?Patient/[A-Za-z0-9.-]{1,64}|urn:uuid:[0-9a-f-]{36}")


def _category(code: str) -> Item:
    system = "http://terminology.hl7.org/CodeSystem/observation-category"
    return {"coding": [{"system": system, "code": code, "display": code.capitalize()}]}


def write_fhir(
    path: Path,
    summary: SummaryFile,
    judged: datetime,
    when: datetime | None = None,
    patient: str | None = None,
    scores: Sequence[tuple[date, int]] = (),
) -> None:
    """Write the Bundle as JSON; see `bundle`. OutputError where the file cannot be written."""
    write_whole(path, f"{json_text(bundle(summary, judged, when, patient, scores))}\n".encode())


def bundle(
    summary: SummaryFile,
    judged: datetime,
    when: datetime | None = None,
    patient: str | None = None,
    scores: Sequence[tuple[date, int]] = (),
) -> Item:
    """Return the results as a Bundle of type `collection`.

    Args:
        summary: The results.
        judged: When they were judged, with its time zone.
        when: When the stretch was done, with its time zone; None where it is not known.
        patient: A reference to the patient, such as `Patient/123`; None names nobody.
        scores: Scores of the RMDQ-24: the days on which it was filled in, and the points.

    Raises:
        PosecheckError: The patient is no reference.
    """
    if patient is not None and PATIENT.fullmatch(patient) is None:
        text = "patient: expected a FHIR reference such as Patient/123, got {got}"
        raise PosecheckError("patient_reference", text, got=repr(patient))
    made = _Made(summary, judged, when, patient)
    rest = [*made.angles(), *made.unjudged(), *made.repetitions(), *made.events()]
    asked = [made.score(day, points) for day, points in scores]
    resources = [made.verdict(rest), *rest, *asked, made.device(), code_system()]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": _instant(judged),
        "entry": [{"fullUrl": f"urn:uuid:{made.uuid(str(one['id']))}", "resource": one} for one in resources],
    }


class _Made:
    """Make the Observations of one summary; an id is a place in it, such as `repetition-2`."""

    def __init__(self, summary: SummaryFile, judged: datetime, when: datetime | None, patient: str | None) -> None:
        self._summary, self._judged, self._when, self._patient = summary, judged, when, patient
        self._space = uuid5(NAMESPACE_OID, summary.text())

    def uuid(self, id_: str) -> UUID:
        """Return the resource's number, the same each time these results are written."""
        return uuid5(self._space, id_)

    def _observation(self, id_: str, code: Item, value: Item, parts: list[Item]) -> Item:
        out: Item = {
            "resourceType": "Observation",
            "id": id_,
            "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{self.uuid(id_)}"}],
            "status": "preliminary",
            "category": [_category("activity")],
            "code": code,
        }
        if self._patient is not None:
            out["subject"] = {"reference": self._patient}
        if self._when is not None:
            out["effectiveDateTime"] = self._when.isoformat(timespec="seconds")
        else:
            out["_effectiveDateTime"] = {"extension": [{"url": NOT_KNOWN, "valueCode": "unknown"}]}
        out |= {"issued": _instant(self._judged), **value, "device": self._reference("posecheck-device")}
        return {**out, "component": parts} if parts else out

    def score(self, day: date, points: int) -> Item:
        """Return an Observation of the questionnaire's score on a day.

        Args:
            day: When it was filled in.
            points: Its score.
        """
        out: Item = {"resourceType": "Observation", "id": f"rmdq-24-{day.isoformat()}"}
        # It belongs to the person, not to this recording: with a patient, each export gives it the same number.
        number = (
            self.uuid(str(out["id"])) if self._patient is None else uuid5(NAMESPACE_OID, f"{self._patient} {out['id']}")
        )
        out["identifier"] = [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{number}"}]
        out |= {"status": "final", "category": [_category("survey")], "code": coded("rmdq-24")}
        if self._patient is not None:
            out["subject"] = {"reference": self._patient}
        return out | {"effectiveDateTime": day.isoformat(), "valueQuantity": quantity(points, "points")}

    def _reference(self, id_: str) -> Item:
        return {"reference": f"urn:uuid:{self.uuid(id_)}"}

    def verdict(self, members: list[Item]) -> Item:
        """Return the verdict, with all other Observations as its members."""
        one = self._summary
        if one.verdict == "cannot_judge":
            value: Item = {"dataAbsentReason": absent(None, one.headline)}
        else:
            value = {"valueCodeableConcept": coded(f"verdict.{one.verdict}") | {"text": one.headline}}
        parts: list[Item] = [
            {"code": coded("stretch"), "valueString": one.stretch.name or one.stretch.id},
            _part("duration", one.duration_s, "s"),
            _part("found-share", one.found_share, "ratio"),
        ]
        if one.neutral is not None:
            parts.append({"code": coded("view"), "valueString": one.neutral.view})
        changed = [*one.settings.profile_set, *one.settings.single]
        notes = [NOT_ADVICE, *(f"Limit other than the stretch's own: {said}" for said in changed)]
        out = self._observation("verdict", coded("verdict"), value, parts)
        out["note"] = [{"text": note} for note in notes]
        return out | ({"hasMember": [self._reference(str(item["id"])) for item in members]} if members else {})

    def angles(self) -> Iterator[Item]:
        """Yield an Observation for each way that each angle went; several ranges may read one angle."""
        read: dict[str, list[Peak]] = {}
        for peak in self._summary.peaks:
            read.setdefault(peak.angle, []).append(peak)
        for angle, peaks in read.items():
            for end in ENDS:
                first = peaks[0]
                value, at_s, error = (getattr(first, f"{end}{part}") for part in ("", "_s", "_error"))
                if value is None:
                    continue
                parts = [_part("stated-error", first.error if error is None else error, first.unit)]
                parts += [_part("at", at_s, "s"), _part("judged-share", first.judged_share, "ratio")]
                for peak in peaks:
                    parts += _limits(peak)
                number: Item = {"valueQuantity": quantity(value, first.unit)}
                code = coded(end_code(angle, end))
                yield self._observation(f"angle-{_plain(angle)}-{end}", code, number, parts)

    def unjudged(self) -> Iterator[Item]:
        """Yield an Observation without a value for each angle that mostly could not be judged."""
        for item in self._summary.unjudged:
            value: Item = {"dataAbsentReason": absent(item.reason, item.advice)}
            parts = [_part("not-judged-share", item.share, "ratio")]
            yield self._observation(f"unjudged-{_plain(item.angle)}", coded(item.angle), value, parts)

    def repetitions(self) -> Iterator[Item]:
        """Yield an Observation for each repetition: its peak, with its error."""
        for number, item in enumerate(self._summary.repetitions, 1):
            if item.peak is None:
                value: Item = {"dataAbsentReason": absent(None, "The peak was not seen.")}
            else:
                value = {"valueQuantity": quantity(item.peak, item.unit)}
            yield self._observation(f"repetition-{number}", coded("repetition"), value, _repetition_parts(item))

    def events(self) -> Iterator[Item]:
        """Yield an Observation for each event; what could not be judged for a while stands in the angles' shares."""
        for number, item in enumerate(self._summary.events, 1):
            if item.kind != Kind.CANNOT_JUDGE:
                value: Item = {"valueCodeableConcept": coded(f"kind.{item.kind}") | {"text": item.message}}
                yield self._observation(f"event-{number}", coded("event"), value, _event_parts(item))

    def device(self) -> Item:
        """Return what measured: this program."""
        return {
            "resourceType": "Device",
            "id": "posecheck-device",
            "deviceName": [{"name": "posecheck", "type": "model-name"}],
            "version": [{"value": self._summary.posecheck}],
            "type": {"text": "Program that measures posture with one camera; no medical device"},
        }


def _limits(peak: Peak) -> list[Item]:
    limits = ((name, getattr(peak, name)) for name in ("caution", "stop"))
    parts = [_part(f"{name}-limit", limit, peak.unit) for name, limit in limits if limit is not None]
    times = {"borderline": peak.borderline_s, "caution": peak.caution_s, "stop": peak.stop_s}
    return parts + [_part(f"{name}-time", seconds, "s") for name, seconds in times.items()]


def _repetition_parts(item: RepetitionRow) -> list[Item]:
    parts: list[Item] = [{"code": coded("angle"), "valueCodeableConcept": coded(item.angle)}]
    if item.side:
        parts.append({"code": coded("side"), "valueString": item.side})
    parts += [_part("stated-error", item.peak_error, item.unit), _part("hold-time", item.hold_s, "s")]
    parts += [_part("start", item.start_s, "s"), _part("end", item.end_s, "s")]
    parts += [{"code": coded("whole"), "valueBoolean": item.complete}]
    return [*parts, {"code": coded("held"), "valueBoolean": item.held}]


def _event_parts(item: EventRow) -> list[Item]:
    level = "cannot_judge" if item.level == "unknown" else item.level
    parts: list[Item] = [{"code": coded("level"), "valueCodeableConcept": coded(f"verdict.{level}")}]
    parts += [_part("start", item.start_s, "s"), _part("end", item.end_s, "s")]
    numbers = {"worst": item.worst, "limit": item.limit}
    return parts + [_part(name, value, item.unit) for name, value in numbers.items() if value is not None]


def _part(name: str, value: float | None, unit: str) -> Item:
    if value is None:
        return {"code": coded(name), "dataAbsentReason": absent(None, "It could not be told.")}
    return {"code": coded(name), "valueQuantity": quantity(value, unit)}


def _plain(name: str) -> str:
    """Return a name as a part of a FHIR id, which holds no underscore."""
    return re.sub(r"[^A-Za-z0-9.]", "-", name)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
