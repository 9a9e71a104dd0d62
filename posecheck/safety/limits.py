"""The limits that hold for one person: of the stretch, for their age, with a profile, settings and their answers.

Every place that judges a person takes its limits from here, so that a check, a batch, a live set and the app agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from posecheck.safety.answers import Answers
from posecheck.safety.suit import Suited, suited
from posecheck.stretches.library import coached, find_stretch
from posecheck.stretches.profiles import Profile
from posecheck.stretches.stretch import Stretch


@dataclass(frozen=True, slots=True)
class Limits:
    """Hold a stretch whose limits suit a person.

    Attributes:
        suited: The stretch with all that was laid over it, and what the answers mean for it.
        age: The age that the limits were made for, in years; None where it is not known.
    """

    suited: Suited
    age: int | None

    @property
    def stretch(self) -> Stretch:
        """Return the stretch with all that was laid over it."""
        return self.suited.stretch


def age_of(age: int | None, answers: Answers | None) -> int | None:
    """Return the age that counts: the one given, else the one in the answers; None where neither is known."""
    return answers.age if age is None and answers is not None else age


def asked_limits(stretch: str, age: int | None, profile: Profile | None, settings: Sequence[str] = ()) -> Stretch:
    """Return a coached stretch with the limits for an age, then a profile's, then single settings.

    Answers to the health questions are not in it; see limits_for.

    Args:
        stretch: A stretch's id, or a stretch file.
        age: In years; None for an adult below every band.
        profile: Changed limits of a person or a clinic.
        settings: Single limits, as `trunk_rotation.stop=40`.

    Raises:
        NotCoachedError: Where the stretch is not coached.
        StretchError: Where there is no such stretch, or the limits do not fit it.
    """
    chosen = coached(find_stretch(stretch)).for_age(age)
    if profile is not None:
        chosen = profile.over(chosen)
    return Profile.from_settings(settings).over(chosen)


def limits_for(
    stretch: str,
    age: int | None,
    profile: Profile | None,
    settings: Sequence[str],
    answers: Answers | None,
    now: datetime,
) -> Limits:
    """Return a coached stretch with all that is asked of its limits; caps of the answers come last and only lower.

    Args:
        stretch: A stretch's id, or a stretch file.
        age: In years; None takes it from the answers.
        profile: Changed limits of a person or a clinic.
        settings: Single limits, as `trunk_rotation.stop=40`.
        answers: To the health questions; None where nobody was asked.
        now: With its time zone; answers are valid for a month.

    Raises:
        NotCoachedError: Where the stretch is not coached, or the answers rule it out.
        StretchError: Where there is no such stretch, or the limits do not fit it.
    """
    known = age_of(age, answers)
    return Limits(suited(asked_limits(stretch, known, profile, settings), answers, now), known)
