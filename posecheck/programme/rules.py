"""Hold a programme to its stretches and to the safety rules of the catalogue.

Nothing in a programme may ask for more than the stretch's own file does: repetitions, hold, times a day. What is not
coached is not in a programme. Warm muscles come before what needs them, and both sides are done unless it says why not.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from posecheck.core.errors import Problem, StretchError
from posecheck.core.i18n import N_
from posecheck.programme.programme import Programme, Step
from posecheck.safety.pauses import technique
from posecheck.safety.practice import practice
from posecheck.stretches.ranges import AngleRange
from posecheck.stretches.stretch import Stretch, unknown_name

SIDES = ("left", "right")


def broken(programme: Programme, known: Mapping[str, Stretch]) -> list[Problem]:
    """Return what a programme does against the rules, each problem with the step and the key it is about.

    Args:
        programme: The programme.
        known: The stretches that there are, by id.
    """
    out: list[Problem] = []
    for number, step in programme.numbered():
        out += [problem.within(f"steps.{number}.{key}") for key, problem in _of_step(step, known)]
    if any(step.stretch not in known for step in programme.steps):
        return out
    whole = (_both_sides(programme, known), _often(programme, known), _warm(programme, known), _order(programme))
    return [*out, *(problem for found in whole for problem in found)]


def most_per_day(programme: Programme, known: Mapping[str, Stretch]) -> int:
    """Return how often a day a programme may be done at the most, by its stretches and by the rule of sittings.

    Args:
        programme: The programme.
        known: The stretches that there are, by id.
    """
    most = practice().daily.hard
    for name, times in _times(programme, known).items():
        dose = known[name].dose
        if dose is not None:
            most = min(most, dose.per_day[1] // times)
    return most


def longest_hold(stretch: Stretch) -> float | None:
    """Return the longest hold that a stretch asks anybody for; None where nothing is held."""
    hold = stretch.hold
    return None if hold is None else max([hold.seconds[1], *(band.seconds[1] for band in hold.ages)])


def past_norm(before: AngleRange, after: AngleRange) -> bool:
    """Return whether a limit was moved past a published norm.

    Args:
        before: The range as its stretch has it.
        after: The range with the changed limits.
    """
    pairs = ((after.caution, before.caution), (after.stop, before.stop))
    moved = (before.towards * (now - norm) for now, norm in pairs if now is not None and norm is not None)
    return before.basis == "norm" and any(by > 1e-9 for by in moved)


def _of_step(step: Step, known: Mapping[str, Stretch]) -> Iterator[tuple[str, Problem]]:
    """Yield what is wrong with a step alone, each problem with its key."""
    stretch = known.get(step.stretch)
    if stretch is None:
        yield from (("stretch", problem) for problem in unknown_name("stretch", step.stretch, known).problems)
        return
    if stretch.advice == "block":
        values = {"got": repr(stretch.id), "safer": repr(stretch.alternative)}
        text = N_("expected a stretch that is coached, such as {safer}, got {got}")
        yield "stretch", Problem("not_coached", text, values)
    if stretch.dose is not None and step.repetitions > stretch.dose.repetitions[1]:
        yield "repetitions", _more(stretch.dose.repetitions[1], step.repetitions, stretch)
    longest = longest_hold(stretch)
    if step.hold_s is not None and longest is None:
        text = N_("expected none, since nothing is held in {stretch}, got {got}")
        yield "hold_s", Problem("no_hold", text, {"stretch": stretch.id, "got": f"{step.hold_s:g}"})
    elif step.hold_s is not None and longest is not None and step.hold_s > longest:
        yield "hold_s", _more(longest, step.hold_s, stretch)
    if stretch.sides == "symmetric" and step.sides != "both":
        text = N_("expected both, since both sides move at once in {stretch}, got {got}")
        yield "sides", Problem("no_sides", text, {"stretch": stretch.id, "got": repr(step.sides)})
    yield from _limits(step, stretch)


def _more(most: float, got: float, stretch: Stretch) -> Problem:
    text = N_("expected at most {most} for {stretch}, got {got}")
    return Problem("more_than_catalogue", text, {"most": f"{most:g}", "stretch": stretch.id, "got": f"{got:g}"})


def _limits(step: Step, stretch: Stretch) -> Iterator[tuple[str, Problem]]:
    """Yield where the limits do not fit the stretch, or go past a published norm without a reason."""
    profile = step.profile("")
    if profile is None:
        return
    try:
        laid = profile.over(stretch)
    except StretchError as error:
        # Each problem names the profile first, which has no name of its own here.
        yield from (("limits", replace(problem, where=problem.where[1:])) for problem in error.problems)
        return
    for before, after in zip(stretch.ranges, laid.ranges, strict=True):
        if before.key in step.limits and past_norm(before, after) and not step.limits[before.key].reason.strip():
            text = N_("expected why the limit may lie past the published norm, got nothing")
            yield f"limits.{before.key}.reason", Problem("no_reason", text, {"got": None})


def _both_sides(programme: Programme, known: Mapping[str, Stretch]) -> Iterator[Problem]:
    """Yield where one side is done more than the other and nothing says why."""
    done: dict[str, Counter[str]] = {}
    for step in programme.steps:
        if known[step.stretch].sides == "both":
            sides = SIDES if step.sides == "both" else (step.sides,)
            done.setdefault(step.stretch, Counter()).update(dict.fromkeys(sides, step.sets * step.repetitions))
    for number, step in programme.numbered():
        counts = done.get(step.stretch, Counter())
        if step.sides != "both" and counts["left"] != counts["right"] and not step.one_side_because.strip():
            values = {"left": counts["left"], "right": counts["right"], "got": repr(step.sides), "name": step.stretch}
            text = N_(
                "expected both sides of {name} alike, or one_side_because with the reason, got {got}: "
                "{left} repetitions on the left, {right} on the right"
            )
            yield Problem("one_side", text, values).within(f"steps.{number}.sides")


def _times(programme: Programme, known: Mapping[str, Stretch]) -> dict[str, int]:
    """Return how many sets of each stretch one side does, which count as that many times."""
    sets: dict[str, Counter[str]] = {}
    for step in programme.steps:
        sets.setdefault(step.stretch, Counter()).update(dict.fromkeys(step.sides_of(known[step.stretch]), step.sets))
    return {name: max(counts.values()) for name, counts in sets.items()}


def _often(programme: Programme, known: Mapping[str, Stretch]) -> Iterator[Problem]:
    """Yield where something would be done more often a day than the catalogue allows; a set counts as once."""
    most = practice().daily.hard
    if programme.per_day > most:
        text = N_("expected at most {most} sittings a day, got {got}")
        yield Problem("too_often", text, {"most": most, "got": programme.per_day}).within("per_day")
    for name, times in _times(programme, known).items():
        dose = known[name].dose
        if dose is not None and times * programme.per_day > dose.per_day[1]:
            values = {"most": dose.per_day[1], "stretch": name, "sets": times, "got": times * programme.per_day}
            text = N_("expected {stretch} at most {most} times a day, got {got}: {sets} sets each time")
            yield Problem("too_often", text, values).within("per_day")


def _warm(programme: Programme, known: Mapping[str, Stretch]) -> Iterator[Problem]:
    """Yield where muscles would not be warm, or no longer be."""
    rule, passed_s = practice().warm_up, 0.0
    needs = [step.stretch for step in programme.steps if rule.holds(known[step.stretch])]
    minutes = programme.warm_up_min
    if minutes is None:
        if needs:
            values: dict[str, object] = {"least": f"{rule.least_min:g}", "most": f"{rule.most_min:g}", "got": None}
            text = N_("expected {least} to {most} minutes of warming up before {stretch}, got nothing")
            yield Problem("no_warm_up", text, {**values, "stretch": needs[0]}).within("warm_up_min")
        return
    if not rule.least_min <= minutes <= rule.most_min:
        values = {"least": f"{rule.least_min:g}", "most": f"{rule.most_min:g}", "got": f"{minutes:g}"}
        yield Problem("warm_up", N_("expected {least} to {most} minutes, got {got}"), values).within("warm_up_min")
    for number, step in programme.numbered():
        if rule.holds(known[step.stretch]) and passed_s > 60 * rule.lasts_min:
            values = {"stretch": step.stretch, "most": f"{rule.lasts_min:g}", "got": round(passed_s / 60)}
            text = N_("expected {stretch} within {most} minutes of warming up, got about {got} minutes before it")
            yield Problem("cold_again", text, values).within(f"steps.{number}.stretch")
        passed_s += step.seconds(known[step.stretch])


def _order(programme: Programme) -> Iterator[Problem]:
    """Yield where a technique comes back after something else: the same spot needs its pause."""
    seen: dict[str, int] = {}
    for number, step in programme.numbered():
        same = technique(step.stretch)
        if same in seen and seen[same] != number - 1:
            values = {"stretch": step.stretch, "pause": f"{practice().same_technique.pause_min:g}", "got": seen[same]}
            text = N_(
                "expected {stretch} right after the step of the same kind, since that spot then needs {pause} minutes, "
                "got something between it and step {got}"
            )
            yield Problem("same_technique", text, values).within(f"steps.{number}.stretch")
        seen[same] = number
