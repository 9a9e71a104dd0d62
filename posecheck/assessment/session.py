"""One person doing one stretch: poses in, readings, levels, flags and events out.

Session takes tracks in order of time, one frame (live) or a whole recording at a time, and gives the same answer either
way. It keeps what later frames depend on: neutral, filter, speed, limits that are being passed.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from posecheck.assessment.events import Event, LimitTracker, limit_event, limit_of, unknown_event
from posecheck.assessment.grading import CAUTION, CLEAR, OFF, Grader
from posecheck.assessment.judged import Flag, JudgedFrames, joined
from posecheck.assessment.movements import Movements
from posecheck.assessment.pacing import Timing
from posecheck.assessment.presence.absences import UnjudgedTracker
from posecheck.assessment.presence.leaving import Leaving
from posecheck.assessment.presence.others import OtherPeople
from posecheck.core.arrays import Floats
from posecheck.core.levels import Level
from posecheck.core.pose import Pose, PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.kinematics.angles import ANGLES, rows_of
from posecheck.kinematics.estimation import READ
from posecheck.kinematics.neutral import Neutral
from posecheck.kinematics.observation import Observation
from posecheck.measurement.cleaning.held_arms import HeldArms
from posecheck.measurement.framing import find_turn
from posecheck.measurement.marker_fusion import MarkerFusion
from posecheck.measurement.motion import typical_step_s
from posecheck.measurement.rates import Rates
from posecheck.measurement.readings import FUSED, Readings, missing, read, suspended
from posecheck.measurement.stalls import Smoothing, in_order
from posecheck.measurement.start.capture import Capture, capture
from posecheck.measurement.start.keeper import NeutralKeeper
from posecheck.measurement.start.search import NeutralSearch
from posecheck.repetitions.phases import Progress
from posecheck.repetitions.repetition import Repetition
from posecheck.repetitions.tracker import RepetitionPhase, RepetitionTracker, form_levels
from posecheck.stretches.checks import Check, checks_of
from posecheck.stretches.ranges import Kind
from posecheck.stretches.stretch import Stretch


class Session:
    """Judge one person against a stretch; frames must come in order of time.

    Attributes:
        stretch: The stretch with the limits for this person.
        checks: The checks of the stretch.
        grader: What judges them.
        neutral: The neutral that readings are measured from now; None until it is found.
        renewals: The later neutrals that replaced the first one.
    """

    def __init__(self, stretch: Stretch, neutral: Neutral | None = None, *, every_angle: bool = True) -> None:
        """Begin a session.

        Args:
            stretch: The stretch, with the limits for this person.
            neutral: The neutral, where it is known beforehand.
            every_angle: Whether to read every row of ANGLES, and not only those that the stretch's judgement rests on.
        """
        self.stretch = stretch
        self.checks: tuple[Check, ...] = checks_of(stretch)
        self.grader = Grader(self.checks)
        self._wanted = None if every_angle else self._judged_rows()
        self.renewals: tuple[Neutral, ...] = ()
        self._first = neutral
        self._replaced: list[tuple[float, Neutral | None]] = []
        self._by_view: dict[str | None, tuple[NDArray[np.bool_], list[int]]] = {}
        self._timing = Timing(stretch)
        self._end_s, self._last_s = 0.0, -np.inf
        self._begin(neutral)

    def _begin(self, neutral: Neutral | None) -> None:
        """Begin with frames that have nothing to do with those before."""
        self.neutral = neutral
        self._keeper: NeutralKeeper | None = None
        self._search = NeutralSearch(self.stretch)
        self._progress = Progress.of(self.stretch, neutral)
        self.markers = MarkerFusion()
        self._arms = HeldArms()
        self._smoothing = Smoothing()
        self._movements = Movements(self.checks, self.grader)
        self._excursions = [LimitTracker(check) for check in self.checks]
        self._leaving = Leaving()
        self._absences = {row: UnjudgedTracker() for check in self.checks if check.limits for row in check.rows}
        self._follower = RepetitionTracker(self.stretch)
        self._final: tuple[Repetition, ...] | None = None
        self._others = OtherPeople()

    def _judged_rows(self) -> frozenset[int]:
        names = (self.stretch.primary, self.stretch.followed[0], self.stretch.side_from, *FUSED)
        return self.grader.read | READ | {row for name in names for row in rows_of(name)}

    def cut(self, neutral: Neutral | None) -> tuple[tuple[Event, ...], tuple[Repetition, ...]]:
        """Begin another part of an edited recording; return the events and repetitions that were still open.

        Args:
            neutral: What the frames of the part are measured from; None to look for it in them.
        """
        open_ = self.finish(), self.finish_repetitions()
        self._first = self.first_neutral
        self._replaced.append((self._end_s, self.neutral))
        if neutral not in (None, self.neutral) and self._first is not None:
            self.renewals += (neutral,)
        self._begin(neutral)
        return open_

    def update(self, track: PoseTrack) -> JudgedFrames:
        """Judge the frames that follow those before; one whose time is not later is placed just after the last."""
        track = in_order(track, self._last_s)
        self._last_s = float(track.time_s[-1]) if len(track) else self._last_s
        if self.neutral is None:
            self._look_for_neutral(track)
        if self.neutral is None or not len(track):
            return self._feed(track, None)
        if self._keeper is None:
            self._keeper = NeutralKeeper(self.neutral, self.stretch)
        pieces = self._keeper.update(track)
        judged: list[JudgedFrames] = []
        for piece in pieces:
            self._renew(piece.neutral)
            judged.append(self._feed(piece.frames, piece.doubt))
        return judged[0] if len(judged) == 1 else joined(judged)

    def judge_pose(self, time_s: float, pose: Pose | None, size_wh: tuple[int, int]) -> JudgedFrames:
        """Judge one frame, as it comes from a camera.

        Args:
            time_s: When the frame was taken, in seconds, later than the one before.
            pose: The person's landmarks in this frame; None where nobody was found.
            size_wh: The frame's width and height in pixels.

        Returns:
            The judgement, with arrays of one frame. Nothing is judged until the neutral has been found.
        """
        return self.update(PoseTrack.of([time_s], [pose], size_wh))

    def _renew(self, neutral: Neutral) -> None:
        """Measure from another neutral from here on, unless it is the same."""
        if neutral is not self.neutral:
            self._first = self.first_neutral
            self._replaced.append((neutral.end_s, self.neutral))
            self.neutral = neutral
            self.renewals += (neutral,)
            self._progress = Progress.of(self.stretch, neutral)

    def _feed(self, frames: PoseTrack | Observation, doubt: NDArray[np.uint8] | None) -> JudgedFrames:
        """Judge frames that are all measured from the current neutral. doubt (n,): why a frame is not judged."""
        observed = Observation.of(frames)
        track = observed.track
        # Held arms are for readings alone: rates are measured from what was given, which shows a fast arm too.
        read_plainly = read(self._arms.update(observed), self.neutral, self.stretch, doubt, self._wanted)
        raw = self.markers.update(track, read_plainly, self.neutral, self.stretch)
        raw = suspended(raw, track.touched)
        return self.judge(track, *self._smoothing.update(track, raw, self.neutral))

    def judge(self, track: PoseTrack, readings: Readings, rates: Rates) -> JudgedFrames:
        """Judge frames by readings that are already smoothed.

        Args:
            track: The landmarks of n frames.
            readings: Their readings (n, k), measured from this session's neutral.
            rates: How fast they change.
        """
        phase = self._phase(readings.value, rates.value)
        signed, levels, lasting, events = self._judge(readings, rates, phase)
        events += self._cannot_judge(readings) + self._others.changes(track) + self._phone_moved()
        events += self._others.contacts(track)
        if len(track):
            self._end_s = float(track.time_s[-1]) + typical_step_s(track.time_s)
        level = form_levels(self.checks, levels)
        stopped = np.asarray((np.minimum(levels, lasting) >= Level.STOP).any(axis=1))
        repetitions = self._follower.update(readings, rates.value, level, self._progress, stopped)
        events += self._timing.events(repetitions, self._follower.overlong())
        events.sort(key=lambda event: event.start_s)
        timer_s = self._follower.timer_s
        return JudgedFrames(
            readings, rates, phase, signed, levels, lasting, self.flags(), tuple(events), repetitions, timer_s
        )

    def moment(self) -> RepetitionPhase:
        """Return which part of a repetition the last frame is in, with its hold timer."""
        return self._follower.now()

    def finish_repetitions(self) -> tuple[Repetition, ...]:
        """End the session's repetitions; return the one that was still open."""
        if self._final is None:
            self._final = self._follower.finish()
        return self._final

    @property
    def capture(self) -> Capture | None:
        """How far the stillness for a neutral has got and what is wrong; None while there is a neutral."""
        waiting = self._search.waiting if self._keeper is None else self._keeper.waiting
        there = self.neutral is not None and (waiting is None or self.neutral.blind)
        return None if there else capture(waiting, self.stretch)

    @property
    def first_neutral(self) -> Neutral | None:
        """The neutral that the first readings are measured from; later ones are in `renewals`."""
        return self.neutral if self._first is None else self._first

    @property
    def _view(self) -> str | None:
        return None if self.neutral is None or self.neutral.blind else self.neutral.view

    @property
    def _shown(self) -> NDArray[np.bool_]:
        """Whether each check (c,) is meant to be seen from the current view."""
        return self._seen_from(self._view)[0]

    def watched(self) -> list[int]:
        """Return the rows of ANGLES with a limit that the current view is meant to show."""
        return self._seen_from(self._view)[1]

    def _seen_from(self, view: str | None) -> tuple[NDArray[np.bool_], list[int]]:
        """Return which checks (c,) a view shows, and the rows of those that have a limit."""
        if view not in self._by_view:
            shown = [check.shown_from(view) for check in self.checks]
            limited = (check for check, on in zip(self.checks, shown, strict=True) if on and check.limits)
            self._by_view[view] = np.array(shown, bool), sorted({row for check in limited for row in check.rows})
        return self._by_view[view]

    def flags(self) -> tuple[Flag, ...]:
        """Return the limits that are passed now, the most serious first."""
        least = Level.CAUTION
        now = [(e.level, e.check, e.worst) for e in self._excursions if e.level >= least]
        now.sort(key=lambda item: -item[0])
        return tuple(
            Flag(
                check.range.key,
                check.angle,
                check.range.kind,
                grade.name.lower(),
                worst,
                check.unit,
                limit_of(check, grade),
            )
            for grade, check, worst in now
        )

    def finish(self) -> tuple[Event, ...]:
        """End the session; return the events that were still open."""
        events = []
        for excursion in self._excursions:
            ended = excursion.finish(self._end_s)
            events += [limit_event(excursion.check, *ended)] if ended else []
        events = self._leaving.sift(events)
        for row, absence in self._absences.items():
            events += [self._absent(row, *ended) for ended in absence.finish(self._end_s)]
        events += self._others.finish(self._end_s)
        events += self._timing.events(self.finish_repetitions(), ())
        return tuple(sorted(events, key=lambda event: event.start_s))

    def _look_for_neutral(self, track: PoseTrack) -> None:
        self.neutral = self._search.update(track)
        self._progress = Progress.of(self.stretch, self.neutral)
        if self.neutral is not None:
            self._follower.start_at(self.neutral.end_s)

    def _phase(self, value: Floats, speed: Floats) -> NDArray[np.str_]:
        if self._progress is None:
            return np.full(len(value), "move", dtype="<U7")
        return self._progress.phase(value, speed)

    def _judge(
        self, readings: Readings, rates: Rates, phase: NDArray[np.str_]
    ) -> tuple[Floats, NDArray[np.int8], NDArray[np.int8], list[Event]]:
        grader = self.grader
        rows, signed, reading, midway, lull = self._movements.update(readings, rates, phase)
        amounts = grader.amounts(signed, reading)
        on = grader.applies(readings.value, midway, reading, phase, self._shown)
        levels = np.where(on, grader.levels(amounts, grader.errors(readings, rates, rows)), OFF)
        codes = self._movements.kept_open(grader.codes(amounts, levels), lull)
        passed = np.asarray((codes >= CAUTION).any(axis=0))
        events: list[Event] = []
        leaves = self._leaving.take(readings.time_s, readings.reason[:, -1])
        lasting = np.full(levels.shape, CLEAR, np.int8)
        for i, excursion in enumerate(self._excursions):
            if passed[i] or excursion.open:
                of_check = (amounts[:, i], signed[:, i], codes[:, i], leaves)
                ended, lasting[:, i] = excursion.update(readings.time_s, *of_check)
                events += [limit_event(excursion.check, *item) for item in ended]
        return signed, levels, lasting, self._leaving.sift(events, readings.time_s)

    def _cannot_judge(self, readings: Readings) -> list[Event]:
        events = []
        rows = self.watched()
        unjudged: list[bool] = np.logical_or.reduce(readings.reason[:, rows], axis=0).tolist()
        for row, some in zip(rows, unjudged, strict=True):
            if some or self._absences[row].open:
                ended = self._absences[row].update(readings.time_s, missing(readings, row, self.stretch))
                events += [self._absent(row, *item) for item in ended]
        return events

    def _phone_moved(self) -> list[Event]:
        """Return an event where a phone was found to have slipped, once for each time."""
        slip_s = self.markers.take_slip()
        if slip_s is None:
            return []
        return [unknown_event("phone", "person", Kind.PHONE_MOVED, (slip_s, slip_s), UnjudgedReason.PHONE_MOVED)]

    def _absent(self, row: int, start_s: float, end_s: float, reason: int) -> Event:
        name, why = ANGLES[row].name, UnjudgedReason(reason)
        # The turn that would have helped depends on the neutral that held when the event began.
        then = next((old for until_s, old in self._replaced if start_s < until_s), self.neutral)
        turn = find_turn(then, self.stretch) if why == UnjudgedReason.VIEW and then is not None else None
        event = unknown_event(name, name, Kind.CANNOT_JUDGE, (start_s, end_s), why)
        return replace(event, unit="deg", turn=turn)
