"""Every difference from crewAI that is meant, and what a user has of it: never more than five."""

from __future__ import annotations

from enum import Enum


class Difference(Enum):
    """What we do otherwise, and the benefit."""

    RECOVERY = (
        "A model that writes down its tools is told when it asks for one in a broken form; when its window is full, "
        "it goes on from a summary, and the last tool does not run again.",
        "The task's output is an answer, not the half-written call of a tool, and no tool runs twice unasked.",
    )
    ONE_RETRY_LAYER = (
        "A request that the provider refuses for good is sent once.",
        "An error shows at once, and nothing is paid or waited for three times.",
    )
    UNKNOWN_TOOL = (
        "A model that calls a tool which does not exist is told which ones do.",
        "It goes on with the right tool instead of guessing again.",
    )
    MISSED_SCHEMA = (
        "An answer that misses the task's schema is converted by one call, instead of the task being done again.",
        "The answer that was paid for is kept, and one small call is sent instead of the whole conversation.",
    )
    PLAN_THAT_FAILS = (
        "A plan that fails is not lost: the next one is made knowing what failed, and when planning comes to nothing "
        "(words without steps, a planner that is never ready, steps without a result) the agent does the task by it.",
        "The second plan avoids the first one's mistake, planning always ends, and the output is never a notice that "
        "nothing was produced.",
    )

    def __init__(self, what: str, benefit: str) -> None:
        self.what, self.benefit = what, benefit
