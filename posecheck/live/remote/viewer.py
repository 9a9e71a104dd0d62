"""One person whose browser finds their pose: from the landmarks it sends to the answers it gets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

import numpy as np

from posecheck.capture.markers.phone.beside import Beside
from posecheck.capture.markers.phone.stream import Sent, Streams
from posecheck.capture.pose.subject_tracker import SubjectPicker
from posecheck.core.frame import Frame, Rgb
from posecheck.core.i18n import Language, translator
from posecheck.core.pose import Pose
from posecheck.live.announcements import LiveCues
from posecheck.live.coach import Coach, Command, LiveFrame, Shot
from posecheck.live.kept import KeptSet, put_away
from posecheck.live.remote import surroundings
from posecheck.live.remote.answers import Answers
from posecheck.live.remote.clock import FrameClock
from posecheck.live.remote.company import Company
from posecheck.live.remote.filmed import Filming
from posecheck.live.remote.wire import Received, read
from posecheck.live.sets import Set
from posecheck.stretches.profiles import Profile
from posecheck.stretches.stretch import Stretch

LOST_S = 1.5
"""A time without frames that is longer stands for a lost connection, or a page in the background."""
PICK_S = 0.19
"""How often it is asked whose pose it is: with every third frame at 15 a second."""
IN_MEMORY_BYTES = 1 << 18
"""Most bytes of a running set's landmarks in memory, eight seconds of them: many people share the server's."""


@lru_cache(maxsize=64)
def _without_content(size_wh: tuple[int, int]) -> Rgb:
    return np.broadcast_to(np.zeros(1, np.uint8), (size_wh[1], size_wh[0], 3))


@dataclass(frozen=True, slots=True)
class Wish:
    """Hold what the visitor wants to do.

    Attributes:
        stretch: The stretch, with the limits for this person.
        language: The visitor's language.
        age: The age in years that is stored with the set; None where it is not known.
        profile: The profile that its limits come from; None for those of the stretch itself.
    """

    stretch: Stretch
    language: Language = "en"
    age: int | None = None
    profile: Profile | None = None

    def of(self, done: Sequence[Set]) -> list[KeptSet]:
        """Return finished sets with the profile that they were judged by, put away."""
        return [put_away(replace(one, profile=self.profile)) for one in done]


class RemoteViewer:
    """Judge the landmarks of one person's browser; call it from one thread at a time.

    Attributes:
        may_end: Whether the frames that follow may end a set, which takes far longer than to judge them: the person has
            asked for something, holds a hand up, or is not seen.
    """

    def __init__(self, wish: Wish) -> None:
        self._clock = FrameClock()
        self._picker = SubjectPicker()
        self._picked_s: float | None = None
        self._followed = False
        self._company = Company()
        self._filming = Filming()
        self._kept: list[KeptSet] = []
        self._done = self._index = self._subject = 0
        self._coach: Coach | None = None
        self._now_s = 0.0
        self.may_end = False
        self._phones = Streams(lambda: self._now_s)
        self._phone = Beside(self._phones, sees=False)
        self.want(wish)

    def want(self, wish: Wish) -> None:
        """Ask for a stretch; the current set ends, and another one begins."""
        self._finish("camera")
        self._wish = wish
        self._coach = Coach(wish.stretch, age=wish.age, in_memory=IN_MEMORY_BYTES)
        self._cues = LiveCues(wish.language)
        self._answers = Answers(translator(wish.language))

    def connected(self) -> None:
        """Begin another connection of the same page."""
        self._clock.connected()
        self._answers.again()

    def ask(self, command: str) -> None:
        """Ask the coach for something with the next frame, or hear of a film that the browser has begun.

        Args:
            command: A Command, or what filmed.BEGUN matches; the server has checked it.
        """
        if not self._filming.begun(command) and self._coach is not None:
            self._coach.ask(cast(Command, command))
            self.may_end = True

    def frames(self, message: bytes, arrived_s: float) -> bytes:
        """Judge the frames of a message, and return the answer to them.

        Args:
            message: What came, from anybody.
            arrived_s: When it came, by the server's clock.

        Raises:
            HostileError: No page of ours sends such a message.
        """
        received = read(message)
        assert self._coach is not None
        self._now_s = arrived_s
        shots, moments, sent_s = list[Shot](), list[LiveFrame](), dict[int, float]()
        for one in received:
            before, now = self._clock.last_s, self._clock.time_s(one.time_s, arrived_s)
            if before is not None and now - before > LOST_S:
                moments += self._coach.update_block(shots) if shots else []
                shots.clear()
                self._coach.bridge(before, now)
                # Who is seen now counts as the one from before: nobody saw them leave.
                self._picker.restart()
                self._picked_s = None
            shots.append(self._shot(one, now))
            sent_s[self._index] = one.time_s
        moments += self._coach.update_block(shots)
        if (state := self._phone.state) != "none":
            moments = [replace(moment, phone=state) for moment in moments]
        sayings = tuple(saying for moment in moments for saying in self._cues.tell(moment))
        last = moments[-1]
        unseen = last.pose is None or not last.pose.found
        self.may_end = last.phase in ("running", "paused") and (unseen or last.signal.held_s > 0)
        self._keep()
        self._filming.follow(moments, sent_s)
        events = [event for moment in moments for event in moment.events]
        return self._answers.of(moments[-1], received[-1].number, sayings, events, self._done)

    def surroundings(self, message: bytes) -> None:
        """Take what a message says about the background and about others; it holds for the frames that follow.

        Args:
            message: What came, from anybody.

        Raises:
            HostileError: No page of ours sends such a message.
        """
        self._company.hear(surroundings.read(message))

    def phone(self, message: bytes, arrived_s: float) -> None:
        """Take what a message says that a phone has measured; it holds for the frames that follow.

        Args:
            message: What came, from the server, which has checked it.
            arrived_s: When it came, by the server's clock.
        """
        self._now_s = arrived_s
        if (sent := Sent.read(message)) is not None:
            self._phones.add(sent)

    def end(self) -> None:
        """End the set; no more frames come."""
        self._finish("camera")

    def sets(self) -> list[KeptSet]:
        """Return the sets that were finished since the last call."""
        kept, self._kept = self._kept, []
        return kept

    def _finish(self, why: str) -> None:
        if self._coach is not None:
            self._coach.finish(why)
            self._keep()
            self._coach = None

    def _keep(self) -> None:
        assert self._coach is not None
        ended = self._coach.ended()
        for one in ended:
            self._filming.note(one.analysis.track.about)
        fresh = self._wish.of(ended)
        if fresh:
            # The coach only tells how it went; many people's whole sets would fill the memory.
            self._coach.last = fresh[-1]
        self._kept += fresh
        self._done += len(fresh)

    def _shot(self, one: Received, time_s: float) -> Shot:
        """Return a frame whose picture has a size and no content, with the pose at the frame's time."""
        self._index += 1
        self._phone.came(time_s)
        frame = Frame(self._index, time_s, _without_content(one.size_wh))
        return frame, self._phone.lay(frame, self._subject_in(one, time_s))

    def _subject_in(self, one: Received, time_s: float) -> Pose | None:
        """Return the pose where it is the subject's, hidden where it is somebody else's, None where nobody is found.

        Only one person is looked for in each frame, so that whose pose it is needs not be asked anew with every one.
        """
        if one.pose is None:
            self._picked_s = None
            return self._picker.pick([], 0)
        company = self._company
        pose = replace(
            one.pose,
            time_s=time_s,
            subject=self._subject,
            people=1 + company.others,
            touched=company.touched,
            background=company.background,
        )
        looked = company.beside(pose)
        if looked is None and self._picked_s is not None and time_s - self._picked_s < PICK_S:
            return pose if self._followed else self._hidden(pose)
        picked = self._picker.pick([pose, *(looked or ())], 1 + company.others)
        here = picked is not None and picked.image_xy is pose.image_xy
        company.judge(pose, looked, followed=here)
        self._picked_s, self._followed = time_s, here and not company.hidden
        if picked is None or not self._followed:
            return self._hidden(pose)
        self._subject = picked.subject
        return picked if looked is None else replace(picked, touched=company.touched)

    def _hidden(self, pose: Pose) -> Pose:
        background = self._company.background
        return replace(Pose.hidden(pose.time_s, pose.size_wh, pose.people, self._subject), background=background)
