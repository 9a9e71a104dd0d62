"""The code system of the FHIR export: what posecheck's own codes stand for.

SNOMED CT needs a licence, and no LOINC code is known to mean trunk rotation as one camera reads it, or the score of the
RMDQ-24; a code that means another procedure would say more than was done. A code here says no more than posecheck
measured.
The whole system goes with every export, so that a reader needs nothing else.
"""

from collections.abc import Iterator
from functools import cache

from posecheck.core import __version__
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback.vocabulary import KINDS, SHORT, VERDICTS
from posecheck.kinematics.angles import ANGLES, FAMILIES, FAMILY_WORDS, Direction

SYSTEM = "urn:uuid:60964383-cb26-57a7-bc92-791a68039013"
"""Its name for ever; a code keeps its meaning from release to release."""
UCUM = "http://unitsofmeasure.org"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
UNITS = {
    "deg": ("deg", "degrees"),
    "ratio": ("1", "ratio"),
    "s": ("s", "seconds"),
    "deg/s": ("deg/s", "degrees a second"),
    "ratio/s": ("/s", "ratio a second"),
    "": ("1", "times"),
    "points": ("{score}", "points"),
}
"""UCUM codes and words by our own units."""
ENDS = {"highest": ("positive", "furthest up"), "lowest": ("negative", "furthest down")}
"""Ends of an angle's course, with the sign of Angle that names their direction."""

OBSERVED = {
    "verdict": "Verdict on one recording of a stretch",
    "repetition": "One repetition: the peak of its main angle",
    "event": "A limit that was passed, or what somebody else did",
    "rmdq-24": "Roland-Morris Disability Questionnaire (RMDQ-24): number of ticked sentences, 0 to 24",
}
"""What an Observation is of, beside the angles."""
PARTS = {
    "stated-error": "Half-width around the value that holds about 90 % of the errors",
    "at": "Seconds from the start of the recording",
    "start": "Start, seconds from the start of the recording",
    "end": "End, seconds from the start of the recording",
    "caution-limit": "Amount from which the stretch says caution",
    "stop-limit": "Amount from which the stretch says stop",
    "borderline-time": "Seconds nearer to a limit than the stated error",
    "caution-time": "Seconds past the caution limit",
    "stop-time": "Seconds past the stop limit",
    "judged-share": "Share of the frames with the person in which the angle was judged",
    "not-judged-share": "Share of the frames with the person in which the angle was not judged",
    "found-share": "Share of the frames in which the person was found",
    "duration": "Length of the recording",
    "stretch": "The stretch",
    "view": "From where the camera saw the person",
    "side": "The side of the repetition, as the person feels it",
    "whole": "Whether the repetition was seen whole and reached its target",
    "held": "Whether the repetition was held as long as asked",
    "hold-time": "Seconds held inside the target",
    "level": "How serious it is",
    "worst": "The reading furthest past the limit",
    "limit": "The limit that was passed",
    "angle": "The angle it is about",
}
"""What a component is."""


def end_code(angle: str, end: str) -> str:
    """Return the code for how far an angle went one way: `trunk_rotation.highest`."""
    return f"{angle}.{end}"


def end_words(angle: str, end: str) -> str:
    """Return its words, which say the person's own direction: "trunk rotation, furthest to the left"."""
    sign, otherwise = ENDS[end]
    row = next((row for row in ANGLES if row.name in FAMILIES.get(angle, (angle,))), None)
    way = Direction.NONE if row is None else getattr(row, sign)
    return f"{_words()[angle]}, {f'furthest {way.phrase}' if way is not Direction.NONE else otherwise}"


def _words() -> dict[str, str]:
    return {row.name: row.words for row in ANGLES} | FAMILY_WORDS


@cache
def concepts() -> dict[str, str]:
    """Return every code with its words."""
    return dict(_concepts())


def _concepts() -> Iterator[tuple[str, str]]:
    for angle, words in _words().items():
        yield angle, words
        for end in ENDS:
            yield end_code(angle, end), end_words(angle, end)
    yield from OBSERVED.items()
    yield from PARTS.items()
    yield from ((f"verdict.{code}", words) for code, words in VERDICTS.items())
    yield from ((f"kind.{code}", words) for code, words in KINDS.items())
    yield from ((f"reason.{UnjudgedReason(key).name.lower()}", words) for key, words in SHORT.items())


def code_system() -> dict[str, object]:
    """Return the CodeSystem resource."""
    held = [{"code": code, "display": words} for code, words in concepts().items()]
    return {
        "resourceType": "CodeSystem",
        "id": "posecheck",
        "url": SYSTEM,
        "version": __version__,
        "name": "Posecheck",
        "title": "What posecheck measures with one camera",
        "status": "active",
        "experimental": False,
        "copyright": "Apache-2.0",
        "caseSensitive": True,
        "content": "complete",
        "count": len(held),
        "concept": held,
    }


def coded(code: str) -> dict[str, object]:
    """Return one of our own codes as a CodeableConcept; KeyError for one that the system does not hold."""
    words = concepts()[code]
    return {"coding": [{"system": SYSTEM, "code": code, "display": words}], "text": words}


def quantity(value: float, unit: str) -> dict[str, object]:
    """Return a number with its UCUM unit, from one of our own units."""
    code, words = UNITS[unit]
    return {"value": value, "unit": words, "system": UCUM, "code": code}


def absent(reason: str | None, words: str) -> dict[str, object]:
    """Return why a value is missing: HL7's own `unknown`, our reason where there is one, and what to do about it."""
    coding = [{"system": ABSENT, "code": "unknown", "display": "Unknown"}]
    ours = f"reason.{reason}"
    if ours in concepts():
        coding.append({"system": SYSTEM, "code": ours, "display": concepts()[ours]})
    return {"coding": coding, "text": words}
