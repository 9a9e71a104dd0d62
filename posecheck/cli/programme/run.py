"""The body of `posecheck programme FILE`: check every step before the camera starts, lead through them, keep and tell.

A step that the person's answers rule out, or that was done often enough today, is left out with its reason.
"""

import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import typer

from posecheck.capture.pose.model_file import ensure
from posecheck.capture.video.camera import source
from posecheck.cli.errors import say
from posecheck.cli.live import beside, require_camera, suited_now, texts_of
from posecheck.cli.programme.listing import describe_warm_up, known_stretches, lines_of, show_done
from posecheck.core.errors import InputError, NotCoachedError
from posecheck.core.i18n import N_, Translator
from posecheck.desktop.speech import Speech
from posecheck.desktop.steps import STEP_KEYS, StepLoop
from posecheck.desktop.window import Opened
from posecheck.feedback.programme_words import ENOUGH, OTHER_SIDE, describe_days, describe_step
from posecheck.history import PastProgramme, Score, open_store
from posecheck.live.coach import Coach
from posecheck.live.sets import Set, settings_for, source_of
from posecheck.phone.listen import PORT
from posecheck.programme.library import find_programme
from posecheck.programme.programme import Programme, Step
from posecheck.programme.sitting import PAIN, Sitting
from posecheck.programme.week import days_this_week, enough, enough_of
from posecheck.recordings.request import variant_of
from posecheck.results.tables import summary_of
from posecheck.safety import HealthRecord, practice
from posecheck.safety.limits import age_of, asked_limits
from posecheck.safety.pauses import warm
from posecheck.stretches.profiles import Profile
from posecheck.stretches.stretch import Stretch

CARD_S = 4.0
"""Seconds that the card of a step stands at the least, where a camera looks on."""


@dataclass(frozen=True, slots=True)
class Request:
    """Hold what `posecheck programme` was asked for. recording: plays as the camera.

    state: what is known of the person's health, None where nobody was asked. person: who keeps a history, None for
    nobody. pain: before the first step, 0 to 10. rmdq: today's score of the questionnaire, None where there is none.
    phone: whether phones may send.
    """

    programme: str
    camera: int = 0
    recording: Path | None = None
    age: int | None = None
    profile: Path | None = None
    full: bool = False
    mirrored: bool = True
    every_frame: bool = False
    voice: bool = False
    language: str = "en"
    model: str = "full"
    model_file: Path | None = None
    state: HealthRecord | None = None
    person: str | None = None
    pain: int | None = None
    rmdq: int | None = None
    phone: bool = False
    phone_port: int = PORT


@dataclass(slots=True)
class Plan:
    """Hold a programme as it may be done now: each step's stretch with its limits, or why it is left out."""

    programme: Programme
    age: int | None
    stretches: dict[int, Stretch] = field(default_factory=dict)
    settings: dict[int, tuple[str, ...]] = field(default_factory=dict)
    not_now: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def run(request: Request) -> Sitting:
    """Lead through the programme until its end, or until the person quits; a PosecheckError says what is wrong."""
    if request.every_frame and request.recording is None:
        text = "--every-frame: expected a recording beside it, since a camera does not wait"
        raise InputError("no_file", text)
    require_camera(phone=request.phone, every_frame=request.every_frame)
    programme, texts = find_programme(request.programme), texts_of(request.language)
    now = datetime.now().astimezone()
    past = _past(request.person)
    if request.rmdq is not None:
        _keep_score(request.rmdq, request.person, now.date())
    if enough(programme, past, now):
        raise NotCoachedError("enough_today", "{name}: " + ENOUGH, name=programme.name)
    plan = planned(request, programme, past, texts, now)
    sitting = Sitting(programme, now, pain_before=request.pain)
    for i in plan.not_now:
        sitting.skip(i)
    if not plan.stretches:
        show_done(sitting, plan.not_now, texts)
        return sitting
    if request.pain is None and request.person is not None:
        sitting.pain_before = _pain(N_("Pain now, 0 to 10 (Enter: do not say)"), texts)
    try:
        _lead(request, plan, sitting, texts)
    except KeyboardInterrupt:
        say("")  # as with q: what was done up to then is told and kept
    if sitting.touched and request.person is not None:
        sitting.pain_after = _pain(N_("Pain after it, 0 to 10 (Enter: do not say)"), texts)
        with open_store() as store:
            store.keep_programme(sitting, request.person)
    show_done(sitting, plan.not_now, texts)
    if request.person is not None:
        say(describe_days(days_this_week(_past(request.person), now), texts))
    return sitting


def planned(
    request: Request, programme: Programme, past: Sequence[PastProgramme], texts: Translator, now: datetime
) -> Plan:
    """Return which steps may be done now, with their limits.

    Args:
        request: What was asked for.
        programme: The programme.
        past: What the person did of programmes.
        texts: Their language.
        now: With its time zone.
    """
    profile = None if request.profile is None else Profile.load(request.profile)
    plan = Plan(programme, age_of(request.age, None if request.state is None else request.state.answers))
    for i, step in enumerate(programme.steps):
        own = step.profile(programme.name)
        both = profile if own is None else own if profile is None else profile.merged(own)
        stretch = step.asked(asked_limits(step.stretch, plan.age, both))
        if enough_of(step, stretch, past, now):
            plan.not_now[i] = texts.gettext(ENOUGH)
            continue
        try:
            plan.stretches[i], notes = suited_now(stretch, request.state, texts)
        except NotCoachedError as error:
            plan.not_now[i] = error.told(texts)
            continue
        plan.settings[i] = () if both is None else both.settings(stretch.id)
        plan.notes += [note for note in notes if note not in plan.notes]
    return plan


def _lead(request: Request, plan: Plan, sitting: Sitting, texts: Translator) -> None:
    known = known_stretches()
    for number, step in plan.programme.numbered():
        for line in lines_of(number, step, known, texts):
            say(line, error=True)
        if number - 1 in plan.not_now:
            say(f"     ! {plan.not_now[number - 1]}", error=True)
    for line in (*(f"! {note}" for note in plan.notes), STEP_KEYS):
        print(line, file=sys.stderr)
    what = request.camera if request.recording is None else request.recording
    with contextlib.ExitStack() as stack:
        voice = Speech(texts.language) if request.voice else None
        if voice is not None:
            stack.callback(voice.close)
        model = ensure(variant_of(request.model), request.model_file)
        camera = Opened(model, lambda: source(what), full=request.full, every=request.every_frame)
        opened = stack.enter_context(camera)
        first = next(iter(plan.stretches.values())).id
        phones = beside(stack, request.phone_port, first, request.language) if request.phone else None
        for i, stretch in plan.stretches.items():
            coach = Coach(stretch, age=plan.age)
            loop = StepLoop(coach, opened.engine, opened.screen, request.mirrored, texts, voice, phones=phones)
            follow(request, plan, sitting, i, loop)
            loop.run(opened.camera)
            if loop.left == "skipped" and sitting.steps[i].state == "open":
                sitting.skip(i)
            if loop.left in (None, "quit"):
                return  # nothing more comes from a recording that has ended


def follow(request: Request, plan: Plan, sitting: Sitting, i: int, loop: StepLoop) -> None:
    """Let a loop lead through one step: what its card says, when its sets end, and what becomes of them.

    Args:
        request: What was asked for.
        plan: The programme as it may be done now.
        sitting: How far the person is.
        i: The index of the step.
        loop: The loop, with the coach of the step's stretch.
    """
    step, stretch, texts = plan.programme.steps[i], plan.stretches[i], loop.texts

    def keep(ended: Set) -> None:
        done = replace(ended, other_model=request.model != "full")
        counted = done.analysis.series
        if not sitting.add_set(i, counted):
            return
        told = done.headline(texts)
        say(f"{i + 1}. {texts.gettext(stretch.name)}: {told} {texts.gettext(OTHER_SIDE.get(sitting.missing(i), ''))}")
        if request.person is not None:
            answers = None if request.state is None else request.state.answers
            judged = settings_for(done, step.stretch, plan.settings[i], answers)
            with open_store() as store:
                store.add(summary_of(done.analysis, source_of(done), judged), request.person, done.began)

    loop.keep = keep
    loop.is_done = lambda: sitting.steps[i].state == "done"
    sides = ("left", "right") if stretch.sides == "both" else ("",)
    loop.asked = {side: step.repetitions for side in sides if step.sides in ("both", side) or side == ""}
    title = texts.gettext(N_("Step {number} of {count}")).format(number=i + 1, count=len(plan.programme.steps))
    loop.card = (title, texts.gettext(stretch.name), describe_step(step, stretch, texts), texts.gettext(step.note))
    loop.card_s = _card_s(request, plan, i)
    if request.recording is None and i == min(plan.stretches) and _cold(request, plan):
        minutes = plan.programme.warm_up_min or 0.0
        loop.card = (title, loop.card[1], describe_warm_up(plan.programme, texts), loop.card[2])
        loop.card_s = 60 * minutes


def _card_s(request: Request, plan: Plan, i: int) -> float:
    """Return how long a step's card stands: for the pause after the step before it."""
    before: Step | None = plan.programme.steps[i - 1] if i > 0 and i - 1 in plan.stretches else None
    pause_s = 0.0 if before is None else before.pause_s
    # A recording does not wait.
    return pause_s if request.recording is not None else max(CARD_S, pause_s)


def _cold(request: Request, plan: Plan) -> bool:
    """Return whether the programme asks to warm up, and the person is not warm from before."""
    state = request.state or HealthRecord()
    now = datetime.now().astimezone()
    return plan.programme.warm_up_min is not None and not warm(practice(), state.sessions, None, now)


def _past(person: str | None) -> list[PastProgramme]:
    if person is None:
        return []
    with open_store() as store:
        return store.programmes(person)


def _keep_score(points: int, person: str | None, day: date) -> None:
    """Keep a score of the questionnaire, also where no step is done after it."""
    if person is None:
        raise InputError("score_of_nobody", "--rmdq: expected --person beside it, whose history keeps it")
    with open_store() as store:
        store.keep_score(Score(day, points), person)


def _pain(question: str, texts: Translator) -> int | None:
    """Ask how strong the pain is; None where nobody answers, or nobody is at the terminal."""
    if not sys.stdin.isatty():
        return None
    while True:
        said = str(typer.prompt(texts.gettext(question), default="", show_default=False)).strip()
        if not said:
            return None
        if said.isdecimal() and int(said) in PAIN:
            return int(said)
