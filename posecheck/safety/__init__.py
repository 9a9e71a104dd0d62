"""Safety: what a careful physiotherapist asks, refuses and limits, as data with sources and a pure decision.

screening.toml and practice.toml hold the rules. answers and pauses describe a person: their answers, sessions and
symptoms. decision applies the rules to them, caps lowers a stretch's limits accordingly, and suit does both for a
recording. This package stores nothing: history/health.py fills a HealthRecord from the history.

    from posecheck.safety import Answers, HealthRecord, decide, practice, screening

    decision = decide(screening(), practice(), stretch, HealthRecord(answers), now)
    stretch = caps.over(decision, stretch)
"""

from posecheck.safety.answers import Answer, Answers
from posecheck.safety.decision import Decision, Finding, HealthRecord, Sort, decide, questions_due, screen
from posecheck.safety.first import first_questions, rest_in_order
from posecheck.safety.pauses import Felt, breath, warming_up
from posecheck.safety.practice import practice
from posecheck.safety.screening import screening
from posecheck.safety.suit import Suited, ruled_out, suited

__all__ = [
    "Answer",
    "Answers",
    "Decision",
    "Felt",
    "Finding",
    "HealthRecord",
    "Sort",
    "Suited",
    "breath",
    "decide",
    "first_questions",
    "practice",
    "questions_due",
    "rest_in_order",
    "ruled_out",
    "screen",
    "screening",
    "suited",
    "warming_up",
]
