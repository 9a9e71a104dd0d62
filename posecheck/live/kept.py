"""A finished set that is put away: what pages show of it at once stays in memory, its landmarks go to a file.

It is judged again from its landmarks when somebody opens it: they come back as they were, so the judgement does too. A
judged set is ten times as large, and a server keeps several of everybody's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from posecheck.assessment.analysis import judge
from posecheck.assessment.summary import Summary
from posecheck.core.i18n import LANGUAGES, Translator, translator
from posecheck.live import shelf
from posecheck.live.packed import packed, unpacked
from posecheck.live.sets import Set, name_of
from posecheck.repetitions.series import Series
from posecheck.stretches.profiles import Profile
from posecheck.stretches.stretch import Stretch


@dataclass(frozen=True, slots=True)
class KeptSet:
    """Hold a set that is put away; see Set for what it shares with one.

    Attributes:
        stretch: With the limits that it was judged by.
        summary: Its verdict.
        series: Its repetitions by side.
        headlines: Its verdict in a sentence, by language.
        landmarks: Its landmarks, put away.
    """

    stretch: Stretch
    summary: Summary
    series: Series
    headlines: Mapping[str, str]
    landmarks: shelf.Put
    began: datetime
    why: str
    age: int | None = None
    profile: Profile | None = None
    other_model: bool = False

    @property
    def name(self) -> str:
        """Return what the set is called in results and history."""
        return name_of(self.began)

    def headline(self, texts: Translator) -> str:
        """Return its verdict in one sentence, in a language."""
        return self.headlines[texts.language]

    def shared(self, stretch: Stretch, profile: Profile | None) -> "KeptSet":
        """Return the set with a stretch and a profile that are here already, where its own are the same."""
        return replace(
            self,
            stretch=stretch if stretch == self.stretch else self.stretch,
            profile=profile if profile == self.profile else self.profile,
        )

    def opened(self) -> Set:
        """Return the whole set, judged again from its landmarks: some 0.1 ms for each of its frames.

        Raises:
            OSError: Its landmarks cannot be read.
        """
        analysis = judge(unpacked(self.landmarks.read()), self.stretch)
        return Set(analysis, self.began, self.why, self.age, self.profile, self.other_model)


def put_away(done: Set) -> KeptSet:
    """Return a set with its landmarks put away, from which it can be opened again.

    Args:
        done: The set, judged by its stretch alone.
    """
    return KeptSet(
        done.stretch,
        done.summary,
        done.series,
        {language: done.headline(translator(language)) for language in LANGUAGES},
        shelf.put(packed(done.analysis.track)),
        done.began,
        done.why,
        done.age,
        done.profile,
        done.other_model,
    )
