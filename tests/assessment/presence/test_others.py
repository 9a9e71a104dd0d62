"""What other people do is an event: each change of the person followed, and each contact that lasts."""

from dataclasses import replace

import numpy as np
import pytest

from posecheck.assessment.events import Event
from posecheck.assessment.presence.others import OtherPeople
from posecheck.core.pose import PoseTrack
from tests.support.people import Posture, track_of

TRACK = track_of([Posture()] * 90)


def told(track: PoseTrack, block: int) -> tuple[list[Event], list[Event]]:
    others, changes, contacts = OtherPeople(), [], []
    for first in range(0, len(track), block):
        part = track.slice(first, min(first + block, len(track)))
        changes += others.changes(part)
        contacts += others.contacts(part)
    return changes, contacts + others.finish(3.0)


@pytest.mark.parametrize("block", [1, 7, 90])
def test_each_change_of_person_is_one_event_and_the_first_person_none(block: int) -> None:
    subject = np.where((np.arange(90) >= 30) & (np.arange(90) < 60), 1, 0).astype(TRACK.subject.dtype)
    changes, contacts = told(replace(TRACK, subject=subject), block)
    assert [event.kind for event in changes] == ["another_person"] * 2
    assert [event.start_s for event in changes] == pytest.approx([1.0, 2.0])
    assert not contacts


@pytest.mark.parametrize("block", [1, 7, 90])
@pytest.mark.parametrize(("until", "spans"), [(66, [(1.0, 2.2)]), (36, []), (90, [(1.0, 3.0)])])
def test_a_contact_that_lasts_is_one_event_also_at_the_end(
    until: int, spans: list[tuple[float, float]], block: int
) -> None:
    touched = ((np.arange(90) >= 30) & (np.arange(90) < until)).astype(np.uint8)
    changes, contacts = told(replace(TRACK, touched=touched), block)
    assert [event.kind for event in contacts] == ["contact"] * len(spans)
    assert [(event.start_s, event.end_s) for event in contacts] == [pytest.approx(span) for span in spans]
    assert not changes
