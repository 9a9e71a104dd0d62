"""The sixteen safety rules that do not depend on angles, each by its number, with every boundary in time."""

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posecheck.core.errors import NotCoachedError, SafetyError
from posecheck.core.i18n import ENGLISH, translator
from posecheck.feedback.safety_notes import describe_ruled_out, describe_suited
from posecheck.repetitions.holds import HoldTimer
from posecheck.repetitions.series import series
from posecheck.safety import (
    Answer,
    Answers,
    Felt,
    HealthRecord,
    Sort,
    breath,
    caps,
    decide,
    practice,
    questions_due,
    screen,
    screening,
    suited,
    warming_up,
)
from posecheck.safety.answers import from_table, load
from posecheck.safety.rule_file import parse
from posecheck.safety.schema import KINDS, schema_text
from posecheck.safety.screening import Screening
from posecheck.stretches.library import all_stretches
from posecheck.stretches.stretch import Stretch
from tests.support.repetitions import done as repetition
from tests.support.texts import ROOT

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=timezone(timedelta(hours=1)))
S, P = screening(), practice()
COACHED = [stretch for stretch in all_stretches().values() if stretch.advice != "block"]
MINUTE = timedelta(minutes=1)
find_stretch = all_stretches().__getitem__


class Done:
    """A past session as the history has it."""

    def __init__(self, stretch: str, at: datetime) -> None:
        self.stretch, self.at = stretch, at


def told(at: datetime = NOW, age: int | None = 40, **answers: str | int) -> Answers:
    """Return answers: no to every question but those named."""
    whole: dict[str, str | int] = {one.id: "no" for one in S.questions if one.answer == "yes_no"}
    return Answers.of([Answer(key, value, at) for key, value in {**whole, **answers}.items()], age)


def yes(*questions: str, age: int | None = 40) -> Answers:
    """Return answers: yes to the questions named, no to all others."""
    given: dict[str, str | int] = dict.fromkeys(questions, "yes")
    return Answers.of([*told().held.values(), *(Answer(key, value, NOW) for key, value in given.items())], age)


def allowed(name: str, state: HealthRecord, now: datetime = NOW) -> str:
    return decide(S, P, find_stretch(name), state, now).state


def healthy(*sessions: Done, felt: tuple[Felt, ...] = (), now: datetime = NOW) -> HealthRecord:
    """Return the state of somebody healthy who has just warmed up."""
    return HealthRecord(told(now), sessions, felt, warmed_up_at=now)


# --- One test a rule


def test_rule_1_screening_comes_first_and_again_every_month() -> None:
    assert allowed("chair-twist", HealthRecord(Answers())) == "first"
    assert allowed("chair-twist", HealthRecord(told(), warmed_up_at=NOW)) == "allowed"
    for illness in ("disc", "osteoporosis", "scoliosis", "other_spine"):
        ill = yes(illness)
        for name in ("chair-twist", "knees-to-chest"):
            decision = screen(S, find_stretch(name), ill, NOW)
            assert decision.state == "blocked", (illness, name)
            assert decision.findings[0].rule == 1
            assert screen(S, find_stretch(decision.alternative or ""), ill, NOW).state != "blocked"
    asked = questions_due(S, P, HealthRecord(told(NOW - timedelta(days=30))), NOW)
    assert {"disc", "osteoporosis"} <= {question.id for question in asked}
    assert not questions_due(S, P, HealthRecord(told(NOW - timedelta(days=30) + MINUTE)), NOW)


def test_rule_1_a_professional_who_agreed_opens_what_is_not_ruled_out_with_caps() -> None:
    agreed = told(osteoporosis="yes", professional_agreed="yes")
    decision = screen(S, find_stretch("chair-twist"), agreed, NOW)
    assert decision.state == "limited"
    twist = caps.over(decision, find_stretch("chair-twist")).range("trunk_rotation")
    assert (twist.caution, twist.stop, twist.target) == (15, 20, (5, 12))
    assert screen(S, find_stretch("standing-twist"), agreed, NOW).state == "blocked"
    assert screen(S, find_stretch("rounded-back"), agreed, NOW).state == "blocked"
    unsure = told(osteoporosis="yes", professional_agreed="unsure")
    assert screen(S, find_stretch("chair-twist"), unsure, NOW).state == "blocked"
    # What has come up since was not agreed to.
    later = Answers.of([*told(NOW - MINUTE, professional_agreed="yes").held.values(), Answer("disc", "yes", NOW)])
    assert screen(S, find_stretch("chair-twist"), later, NOW).state == "blocked"
    assert "professional_agreed" in {question.id for question in questions_due(S, P, HealthRecord(later), NOW)}


def test_rule_2_pregnancy_rules_out_lying_and_the_week_more() -> None:
    early, late = told(pregnant="yes", pregnancy_weeks=10), told(pregnant="yes", pregnancy_weeks=16)
    lying = ("supine-twist", "knees-to-chest", "rocking-knees-to-chest", "foam-roller", "prone-arch", "bed-edge")
    for name in lying:
        assert screen(S, find_stretch(name), early, NOW).state == "blocked"
    assert screen(S, find_stretch("chair-twist"), early, NOW).state == "limited"
    standing = find_stretch("standing-twist")
    assert screen(S, standing, early, NOW).state == "limited"
    assert screen(S, standing, late, NOW).state == "blocked"
    # The week grows by itself, and one that is not known counts as late.
    assert screen(S, standing, told(pregnant="yes", pregnancy_weeks=15), NOW + timedelta(days=7)).state == "blocked"
    assert screen(S, standing, told(pregnant="yes", pregnancy_weeks=15), NOW + timedelta(days=6)).state == "limited"
    assert screen(S, standing, told(pregnant="yes"), NOW).state == "blocked"
    asked = questions_due(S, P, HealthRecord(told(pregnant="yes")), NOW)
    assert [question.id for question in asked] == ["pregnancy_weeks"]


@pytest.mark.parametrize("stretch", COACHED, ids=lambda one: one.id)
def test_rule_3_illness_and_age(stretch: Stretch) -> None:
    first = ("surgery", "fracture", "cancer", "steroids", "anticoagulants", "infection", "inflammatory_arthritis")
    for question in first:
        blocked = screen(S, stretch, yes(question), NOW).state == "blocked"
        assert blocked or stretch.id in S.groups["gentle"].stretches, question
    spine_back = stretch.id in S.groups["extension"].stretches
    stenosis = screen(S, stretch, told(slip_or_stenosis="yes", professional_agreed="yes"), NOW)
    assert (stenosis.state == "blocked") == spine_back
    dizzy = screen(S, stretch, told(vertigo_or_stroke="yes", professional_agreed="yes"), NOW)
    assert (dizzy.state == "blocked") == (stretch.id in S.groups["head_back"].stretches)
    assert screen(S, stretch, told(age=15), NOW).state == "blocked"
    assert screen(S, stretch, told(age=16), NOW).state == "allowed"
    if spine_back:
        assert screen(S, stretch, told(age=74), NOW).state == "allowed"
        assert screen(S, stretch, told(age=75), NOW).state == "blocked"


def test_rule_3_foam_roller() -> None:
    roller = find_stretch("foam-roller")
    for question in ("wound_or_skin", "fracture", "thrombosis", "anticoagulants", "osteoporosis"):
        assert screen(S, roller, yes(question, S.clearance), NOW).state == "blocked"


def test_rule_4_warm_up_comes_first_and_lasts() -> None:
    warmed = {"chair-twist", "supine-twist", "standing-twist", "standing-extension-hand-press"}
    assert warmed <= set(P.warm_up.stretches)
    cold = HealthRecord(told())
    assert allowed("chair-twist", cold) == "first"
    assert allowed("shoulder-rolls", cold) == "allowed"
    (finding,) = decide(S, P, find_stretch("chair-twist"), cold, NOW).of(Sort.WARM_UP)
    assert finding.rule == 4
    for minutes, state in ((0, "allowed"), (29, "allowed"), (30, "first")):
        assert allowed("chair-twist", HealthRecord(told(), warmed_up_at=NOW - minutes * MINUTE)) == state
    assert allowed("chair-twist", HealthRecord(told(), (Done("butterfly", NOW - 5 * MINUTE),))) == "allowed"
    assert allowed("chair-twist", HealthRecord(told(), warmed_up_at=NOW + MINUTE)) == "first"
    steps = [warming_up(P, seconds) for seconds in (0, 119.9, 120, 299.9, 300)]
    assert [(one.enough, one.over) for one in steps] == [(False, False)] * 2 + [(True, False)] * 2 + [(True, True)]
    assert steps[0].left_s == 120


def test_rule_5_one_side_is_no_set() -> None:
    stretch = find_stretch("chair-twist")
    assert not series(stretch, [repetition("left", 30)]).complete
    assert series(stretch, [repetition("left", 30), repetition("right", -30)]).complete


@pytest.mark.parametrize("stretch", COACHED, ids=lambda one: one.id)
def test_rule_6_speed_and_bounce_have_limits_where_the_back_moves(stretch: Stretch) -> None:
    measured = {item.measure for item in stretch.ranges}
    if stretch.primary in ("trunk_rotation", "trunk_inclination", "lying_roll") and stretch.position != "seated":
        assert "speed" in measured or stretch.pace


def test_rule_7_breath_is_paced_and_never_measured() -> None:
    assert breath(P, 0).way == "in"
    assert breath(P, P.breathing.in_s).way == "out"
    assert breath(P, P.breathing.in_s + P.breathing.out_s).way == "in"
    assert breath(P, 1000.0).share < 1
    assert P.breathing.out_s >= P.breathing.in_s
    assert not any("breath" in item.angle for stretch in COACHED for item in stretch.ranges)


def test_rule_8_holds_run_inside_the_target_and_a_stop_takes_them_back() -> None:
    timer = HoldTimer((10.0, 30.0), 3.0)
    for i in range(11):
        timer.update(i / 10, 20.0, True, 0)
    assert timer.hold_s == pytest.approx(1.0)
    timer.update(1.1, 40.0, True, 2)
    timer.update(2.0, 40.0, True, 2)
    assert timer.hold_s == pytest.approx(1.0)
    for i in range(5):
        timer.update(2.1 + i / 10, 50.0, True, 3)
    assert timer.hold_s == 0.0
    assert all(stretch.hold.source for stretch in COACHED if stretch.hold is not None)


def test_rule_9_what_is_felt_stops_at_once_and_locks() -> None:
    assert {"pain", "dizziness", "numbness", "stabbing_or_burning"} <= {one.id for one in P.symptoms}
    assert all(one.act.startswith("Stop") for one in P.symptoms)
    for symptom in ("numbness", "dizziness"):
        state = healthy(felt=(Felt(symptom, NOW, "chair-twist"),))
        decision = decide(S, P, find_stretch("butterfly"), state, NOW)
        assert decision.state == "blocked"
        assert decision.until == NOW + timedelta(hours=24)
    hurt = healthy(felt=(Felt("pain", NOW, "chair-twist"),))
    assert allowed("chair-twist", hurt) == allowed("chair-twist-sideways", hurt) == "blocked"
    assert allowed("butterfly", hurt) == "allowed"


def test_rule_9_stabbing_pain_locks_until_a_professional_agrees() -> None:
    felt = (Felt("stabbing_or_burning", NOW - timedelta(days=20), "chair-twist"),)
    decision = decide(S, P, find_stretch("butterfly"), healthy(felt=felt), NOW)
    assert (decision.state, decision.until) == ("blocked", None)
    asked = questions_due(S, P, healthy(felt=felt), NOW)
    assert [question.id for question in asked] == []  # told() has just said that nobody agreed
    old = HealthRecord(told(NOW - timedelta(days=25)), felt=felt)
    assert [question.id for question in questions_due(S, P, old, NOW)] == [S.clearance]
    assert allowed("butterfly", HealthRecord(told(professional_agreed="yes"), felt=felt)) == "allowed"


def test_rule_10_three_sittings_a_day_are_enough_five_the_most() -> None:
    kinds = ("butterfly", "chair-twist", "lunge", "childs-pose", "rounded-back")
    day = [Done(kinds[i], NOW.replace(hour=8 + i)) for i in range(5)]
    states = [decide(S, P, find_stretch("shoulder-rolls"), healthy(*day[:n]), NOW) for n in range(6)]
    assert [one.state for one in states] == ["allowed"] * 5 + ["blocked"]
    assert [bool(one.of(Sort.NOTICE)) for one in states] == [False] * 3 + [True] * 2 + [False]
    assert states[5].until == NOW.replace(hour=0) + timedelta(days=1)
    assert states[5].findings[0].rule == 10
    # Stretches that follow one another are one sitting.
    routine = [Done(kinds[i], NOW - (29 * (5 - i)) * MINUTE) for i in range(5)]
    assert not decide(S, P, find_stretch("shoulder-rolls"), healthy(*routine), NOW).findings


def test_rule_11_the_same_technique_pauses_for_an_hour() -> None:
    done = Done("chair-twist", NOW - 10 * MINUTE)
    decision = decide(S, P, find_stretch("chair-twist-sideways"), healthy(done), NOW)
    assert (decision.state, decision.until) == ("blocked", NOW + 50 * MINUTE)
    assert decision.findings[0].rule == 11
    assert allowed("chair-twist", healthy(done), NOW - MINUTE) == "allowed"  # the same set
    assert allowed("chair-twist", healthy(done, now=NOW + 50 * MINUTE), NOW + 50 * MINUTE) == "allowed"
    assert allowed("butterfly", healthy(done)) == "allowed"


def test_rule_12_nothing_listens_for_a_crack() -> None:
    assert "neither listens for it nor rewards it" in P.sound.text
    heard = [path for path in (ROOT / "posecheck").rglob("*.py") if '"audio": True' in path.read_text(encoding="utf-8")]
    assert heard == []


def test_rule_13_nobody_elses_hands() -> None:
    for name in ("bear-hug", "lift-from-behind", "floor-manipulation"):
        decision = screen(S, find_stretch(name), told(professional_agreed="yes"), NOW)
        assert decision.state == "blocked"
        assert any(finding.of == "always" and finding.rule == 13 for finding in decision.findings)
        assert decision.alternative is not None


@pytest.mark.parametrize("stretch", COACHED, ids=lambda one: one.id)
def test_rule_14_a_safe_place_is_asked_for_before_every_stretch(stretch: Stretch) -> None:
    texts = " ".join(item.text for item in P.checklist_of(stretch))
    assert "free floor" in texts
    if any("chair" in prop for prop in stretch.props):
        assert "chair is sturdy" in texts
    if stretch.position in ("supine", "prone", "kneeling", "floor-seated"):
        assert "padded" in texts


def test_rule_15_what_comes_back_often_is_for_a_professional() -> None:
    assert len(P.see_professional) >= 3
    pain = [Felt("pain", NOW - timedelta(days=days), "lunge") for days in (2, 6, 13)]
    assert allowed("butterfly", healthy(felt=tuple(pain))) == "blocked"
    assert allowed("butterfly", healthy(felt=tuple(pain[:2]))) == "allowed"
    old = [*pain[:2], Felt("pain", NOW - timedelta(days=14), "lunge")]
    assert allowed("butterfly", healthy(felt=tuple(old))) == "allowed"
    cleared = HealthRecord(told(professional_agreed="yes"), felt=tuple(pain))
    assert allowed("butterfly", cleared) == "allowed"
    assert screen(S, find_stretch("butterfly"), told(red_flags="yes"), NOW).findings[0].rule == 15


def test_rule_16_emergencies_rule_out_everything() -> None:
    for stretch in COACHED:
        decision = screen(S, stretch, told(emergency_signs="yes", professional_agreed="yes"), NOW)
        assert decision.findings[0].sort == Sort.EMERGENCY
        assert decision.alternative is None
    signs = " ".join(sign for one in P.emergencies for sign in one.signs)
    for word in ("urine", "inner thighs", "both legs", "chest pain", "face", "headache"):
        assert word in signs
    assert allowed("butterfly", healthy(felt=(Felt("emergency", NOW - timedelta(days=300)),))) == "blocked"


def test_the_sixteen_rules_are_named_and_each_has_its_test() -> None:
    assert [rule.number for rule in P.rules] == list(range(1, 17))
    tests = {name for name in globals() if name.startswith("test_rule_")}
    for rule in P.rules:
        assert any(name.startswith(f"test_rule_{rule.number}_") for name in tests)


# --- Boundaries of time


@settings(max_examples=200, deadline=None)
@given(seconds=st.integers(-200_000, 200_000))
def test_a_lock_holds_from_the_report_for_a_day(seconds: int) -> None:
    at = NOW + timedelta(seconds=seconds)
    state = HealthRecord(told(at), felt=(Felt("numbness", NOW),), warmed_up_at=at)
    assert (allowed("butterfly", state, at) == "blocked") == (0 <= seconds < 24 * 3600)


@settings(max_examples=200, deadline=None)
@given(starts=st.lists(st.integers(0, 300), min_size=1, max_size=6), minute=st.integers(0, 400))
def test_the_pause_never_lets_a_second_set_begin_within_the_hour(starts: list[int], minute: int) -> None:
    start = NOW.replace(hour=0)
    past = sorted(one for one in starts if one <= minute)
    state = healthy(*(Done("butterfly", start + one * MINUTE) for one in starts), now=start + minute * MINUTE)
    decision = decide(S, P, find_stretch("butterfly"), state, start + minute * MINUTE)
    paused = bool(decision.of(Sort.PAUSE))
    if not past or minute >= past[-1] + 60:
        assert not paused
    elif minute >= past[-1] + 10:
        assert paused
        (finding,) = decision.of(Sort.PAUSE)
        assert finding.until == start + (past[-1] + 60) * MINUTE
    if past and minute < past[0] + 10:
        assert not paused


@settings(max_examples=200, deadline=None)
@given(minutes=st.lists(st.integers(0, 24 * 60 - 1), max_size=10), now=st.integers(0, 24 * 60 - 1))
def test_the_count_of_a_day_never_passes_five_and_never_reaches_into_the_next(minutes: list[int], now: int) -> None:
    start = NOW.replace(hour=0)
    sessions = tuple(Done("lunge", start + minute * MINUTE) for minute in minutes)
    at = start + now * MINUTE
    decision = decide(S, P, find_stretch("butterfly"), HealthRecord(told(at), sessions), at)
    past = sorted({minute for minute in minutes if minute <= now})
    sittings = sum(a is None or b - a >= 30 for a, b in zip([None, *past], [*past, now], strict=True))
    assert bool(decision.of(Sort.ENOUGH)) == (sittings > 5)
    tomorrow = start + timedelta(days=1)
    assert not decide(S, P, find_stretch("butterfly"), HealthRecord(told(tomorrow), sessions), tomorrow).of(Sort.ENOUGH)


@settings(deadline=None)
@given(days=st.integers(-40, 40))
def test_answers_hold_for_thirty_days(days: int) -> None:
    state = HealthRecord(told(NOW - timedelta(days=days)), warmed_up_at=NOW)
    assert (allowed("butterfly", state) == "first") == (days >= 30)


@settings(max_examples=100, deadline=None)
@given(
    illnesses=st.sets(st.sampled_from([one.id for one in S.questions if one.answer == "yes_no"])),
    stretch=st.sampled_from(COACHED),
    age=st.one_of(st.none(), st.integers(1, 120)),
)
def test_more_illness_never_allows_more(illnesses: set[str], stretch: Stretch, age: int | None) -> None:
    order = {"allowed": 0, "limited": 1, "blocked": 2}
    ill = illnesses - {S.clearance}
    fewer = screen(S, stretch, yes(*sorted(ill)[1:], age=age), NOW)
    more = screen(S, stretch, yes(*ill, age=age), NOW)
    assert order[more.state] >= order[fewer.state]
    capped = caps.over(more, stretch.for_age(age))
    for was, now in zip(stretch.for_age(age).ranges, capped.ranges, strict=True):
        for one, other in ((was.caution, now.caution), (was.stop, now.stop)):
            assert one is None or (other is not None and (other <= one or was.limit == "under"))
    if more.alternative is not None:
        assert screen(S, find_stretch(more.alternative), yes(*ill, age=age), NOW).state in (
            "allowed",
            "limited",
        )


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a time with its time zone"):
        decide(S, P, find_stretch("butterfly"), HealthRecord(), NOW.replace(tzinfo=None))


# --- The data, answers and what a recording is told


def test_the_same_stretch_of_ones_own_falls_under_the_same_rules() -> None:
    own = find_stretch("chair-twist").model_copy(update={"id": "my-twist", "catalogue": "own"})
    assert screen(S, own, told(disc="yes"), NOW).state == "blocked"
    rolls = find_stretch("shoulder-rolls").model_copy(update={"id": "my-rolls", "catalogue": "own"})
    assert screen(S, rolls, told(scoliosis="yes"), NOW).state == "allowed"


def test_schemas_are_those_of_the_data() -> None:
    for name in KINDS:
        path = ROOT / "posecheck" / "safety" / f"{name}.schema.json"
        assert path.read_text(encoding="utf-8") == schema_text(name)


def test_a_wrong_rule_is_named_with_its_key() -> None:
    text = (ROOT / "posecheck" / "safety" / "screening.toml").read_text(encoding="utf-8")
    broken = text.replace('stretches = ["foam-roller"]', 'stretches = ["foam-rollr"]').replace(
        "stop = 20", "stop = 9", 1
    )
    with pytest.raises(SafetyError) as caught:
        parse(broken, "screening.toml", Screening)
    assert "expected more than caution (15), got 9" in str(caught.value)
    with pytest.raises(SafetyError, match=r"stretches: there is no 'foam-rollr'"):
        parse(text.replace('stretches = ["foam-roller"]', 'stretches = ["foam-rollr"]'), "screening.toml", Screening)


def test_a_file_of_answers_is_read_and_every_mistake_is_named(tmp_path: Path) -> None:
    path = tmp_path / "me.toml"
    path.write_text('asked = 2026-11-20\nage = 67\nosteoporosis = "yes"\ndisc = false\n', encoding="utf-8")
    answers = load(path, S, NOW)
    assert (answers.age, answers.held["disc"].value) == (67, "no")
    assert answers.held["osteoporosis"].at == datetime(2026, 11, 20, tzinfo=NOW.tzinfo)
    assert from_table(answers.as_settings(), S, NOW, "summary") == answers
    path.write_text('age = 0\nosteoporosi = "yes"\ndisc = "perhaps"\npregnancy_weeks = 90\n', encoding="utf-8")
    with pytest.raises(SafetyError) as caught:
        load(path, S, NOW)
    said = str(caught.value).splitlines()
    assert said == [
        "me.toml: age: expected a whole number from 1 to 120, got 0",
        "me.toml: osteoporosi: expected a question's name; did you mean osteoporosis?",
        "me.toml: disc: expected yes, no or unsure, got 'perhaps'",
        "me.toml: pregnancy_weeks: expected a whole number from 1 to 45, got 90",
    ]


def test_a_recording_is_refused_or_limited_with_its_reason() -> None:
    twist = find_stretch("chair-twist")
    with pytest.raises(NotCoachedError, match=r"Chair twist, arms crossed is not for you now\. .*agreed") as refused:
        suited(twist, told(disc="yes"), NOW)
    (problem,) = refused.value.problems
    said = describe_ruled_out(problem, translator("de"), "{name} (--stretch {id})")
    assert said is not None
    assert re.search(r"^Drehen auf dem Stuhl.* Sicherer ist: .* \(--stretch [a-z-]+\)\.$", said), said
    fit = suited(twist, told(disc="yes", professional_agreed="yes"), NOW)
    assert fit.stretch.range("trunk_rotation").stop == 25
    assert describe_suited(fit)[0].startswith("Tighter limits (trunk rotation: caution 20°, stop 25°")
    nobody = suited(twist, None, NOW)
    assert nobody.stretch == twist
    assert describe_suited(nobody)[0].endswith("these limits allow for no illness or injury: see the health questions.")
    assert describe_suited(nobody, ENGLISH, "page 3")[0].endswith("see page 3.")
    assert describe_suited(suited(twist, told(), NOW)) == ()
    assert "questions" in describe_suited(suited(twist, told(NOW - timedelta(days=31)), NOW))[0]
    pregnant = suited(find_stretch("childs-pose"), told(pregnant="yes", pregnancy_weeks=20), NOW)
    assert describe_suited(pregnant)[0].startswith("Keep")


def test_times_of_any_zone_are_the_same_time() -> None:
    done = Done("butterfly", (NOW - 30 * MINUTE).astimezone(UTC))
    assert allowed("butterfly", healthy(done)) == "blocked"
