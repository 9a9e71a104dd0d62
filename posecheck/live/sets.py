"""A set that is over: what it came to, in words and in result files, as of a recording."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from posecheck.assessment.analysis import Analysis
from posecheck.assessment.summary import Summary
from posecheck.core.errors import StretchError
from posecheck.core.i18n import DEFAULT, LANGUAGES, N_, Translator, translator
from posecheck.feedback.headline import headline_of
from posecheck.feedback.vocabulary import OTHER_MODEL
from posecheck.recordings.outcome import Done, settings_of, write
from posecheck.repetitions.series import Series
from posecheck.results.summary_file import JudgedBy, Source
from posecheck.safety import Answers
from posecheck.stretches.library import find_stretch
from posecheck.stretches.profiles import Profile
from posecheck.stretches.stretch import Stretch

ENDINGS: dict[str, str] = {
    "asked": "",
    "left": N_("You left the picture, which ended the set."),
    "other": N_("Someone else was taken for you, which ended the set."),
    "long": N_("The set ended by itself after 20 minutes."),
    "camera": N_("The camera stopped, which ended the set."),
}


class Finished(Protocol):
    """Say of a set that is over what everybody who shows it needs: a Set, or a KeptSet, which has been put away."""

    @property
    def name(self) -> str: ...
    @property
    def began(self) -> datetime: ...
    @property
    def why(self) -> str: ...
    @property
    def other_model(self) -> bool: ...
    @property
    def stretch(self) -> Stretch: ...
    @property
    def summary(self) -> Summary: ...
    @property
    def series(self) -> Series: ...
    def headline(self, texts: Translator) -> str:
        """Return its verdict in one sentence, in a language."""


@dataclass(frozen=True, slots=True)
class Set:
    """Hold a set that is over.

    why: a key of ENDINGS. age: of the person, as its limits were made for; likewise profile, the limits of a person.
    other_model: whether another pose model than full found the pose, be it in a part.
    """

    analysis: Analysis
    began: datetime
    why: str
    age: int | None = None
    profile: Profile | None = None
    other_model: bool = False

    @property
    def name(self) -> str:
        """Return what the set is called in results and history."""
        return name_of(self.began)

    @property
    def stretch(self) -> Stretch:
        """Return the stretch with the limits that it was judged by."""
        return self.analysis.stretch

    @property
    def summary(self) -> Summary:
        """Return its verdict."""
        return self.analysis.summary

    @property
    def series(self) -> Series:
        """Return its repetitions by side."""
        return self.analysis.series

    def headline(self, texts: Translator) -> str:
        """Return its verdict in one sentence, in a language."""
        return headline_of(self.analysis, texts)


def name_of(began: datetime) -> str:
    """Return what a set that began then is called."""
    return f"live {began:%Y-%m-%d %H:%M:%S}"


def write_set(
    folder: Path, done: Set, stretch: str, settings: Sequence[str] = (), answers: Answers | None = None
) -> None:
    """Write a set's result files into a folder, as `posecheck check` writes a recording's, but no video.

    stretch: its id or file, settings: what its limits were changed by, answers: to the health questions, so that the
    folder can be judged again.
    """
    write(folder, Done(done.analysis, done.name, source_of(done), settings_for(done, stretch, settings, answers)))


def settings_for(done: Set, stretch: str, settings: Sequence[str] = (), answers: Answers | None = None) -> JudgedBy:
    """Return how a set was judged, as its result files hold it; see `write_set`."""
    profile = done.profile
    path, changed = (None, ()) if profile is None else (Path(profile.name), profile.settings(done.analysis.stretch.id))
    judged = settings_of(stretch, done.age, None, path, settings, changed, answers)
    return judged.model_copy(update=_asked(done, stretch))


def _asked(done: Set, stretch: str) -> dict[str, object]:
    """Return the repetitions and the hold that a programme asked for, where they are not the stretch's own."""
    try:
        own = find_stretch(stretch).for_age(done.age)
    except StretchError:
        return {}  # a file that is gone meanwhile, so that nothing of it is judged again
    asked, out = done.analysis.stretch, dict[str, object]()
    if asked.dose is not None and (own.dose is None or asked.dose.repetitions != own.dose.repetitions):
        out["repetitions"] = asked.dose.repetitions[0]
    if asked.hold is not None and (own.hold is None or asked.hold.seconds != own.hold.seconds):
        out["hold_s"] = asked.hold.seconds[0]
    if asked.dose is not None and asked.dose.side:
        out |= {"repetitions": asked.dose.repetitions[0], "side": asked.dose.side}
    return out


def describe_notes(done: Finished, texts: Translator) -> str:
    """Return what is to be known of a set beside its verdict; empty where there is nothing."""
    notes = (ENDINGS[done.why], OTHER_MODEL if done.other_model else "")
    return " ".join(texts.gettext(note) for note in notes if note)


def source_of(done: Set) -> Source:
    """Return what results say of where a set comes from."""
    track = done.analysis.track
    span = float(track.time_s[-1] - track.time_s[0])
    width, height = (int(edge) for edge in track.size_wh[-1])
    problems = {one: describe_notes(done, translator(one)) for one in LANGUAGES}
    source = Source(
        file=done.name,
        size_wh=(width, height),
        fps=round(float((len(track) - 1) / span), 3) if span > 0 else 0.0,
        rotation_deg=0,
        problem=problems[DEFAULT] or None,
    )
    return source.model_copy(update={"problems": problems}) if problems[DEFAULT] else source
