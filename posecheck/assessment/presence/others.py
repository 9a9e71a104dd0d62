"""What other people do to a set: one is followed instead of the person, or touches them."""

import numpy as np

from posecheck.assessment.events import Event, unknown_event
from posecheck.assessment.presence.absences import UnjudgedTracker
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.stretches.ranges import Kind

OTHERS = frozenset({Kind.ANOTHER_PERSON, Kind.CONTACT})
"""Events caused by other people, after which the verdict is never borderline or clear."""


class OtherPeople:
    """Follow what other people do, and report it as events of level unknown."""

    def __init__(self) -> None:
        self._subject: int | None = None
        self._touched = UnjudgedTracker()

    def changes(self, track: PoseTrack) -> list[Event]:
        """Take the next frames; return an event for each moment from which another person is followed."""
        events = []
        for i in np.flatnonzero(track.found):
            subject = int(track.subject[i])
            if self._subject is not None and subject != self._subject:
                at = float(track.time_s[i])
                events.append(
                    unknown_event("person", "person", Kind.ANOTHER_PERSON, (at, at), UnjudgedReason.ANOTHER_PERSON)
                )
            self._subject = subject
        return events

    def contacts(self, track: PoseTrack) -> list[Event]:
        """Take the next frames; return an event for each contact that has ended."""
        return [_contact(*ended) for ended in self._touched.update(track.time_s, track.touched)]

    def finish(self, time_s: float) -> list[Event]:
        """End what is open at this time, in seconds; return an event for a contact that lasted until then."""
        return [_contact(*ended) for ended in self._touched.finish(time_s)]


def _contact(start_s: float, end_s: float, _: int) -> Event:
    return unknown_event("contact", "person", Kind.CONTACT, (start_s, end_s), UnjudgedReason.CONTACT)
