"""Every difference from crewAI that is meant, and what a user has of it: never more than five."""

from __future__ import annotations

from enum import Enum


class Difference(Enum):
    """What we do otherwise, and the benefit."""

    RECOVERY = (
        "A text that asks for a tool in a broken form is told to the model, which tries again.",
        "The task's output is an answer, not the half-written call of a tool.",
    )
    ONE_RETRY_LAYER = (
        "A request that the provider refuses for good is sent once.",
        "An error shows at once, and nothing is paid or waited for three times.",
    )
    UNKNOWN_TOOL = (
        "A model that calls a tool which does not exist is told which ones do.",
        "It goes on with the right tool instead of guessing again.",
    )
    PLAN_IN_WORDS = (
        "A plan without steps is given to the agent, and a planner that is never ready is asked three times at most.",
        "The plan that was paid for is used, and planning ends.",
    )

    def __init__(self, what: str, benefit: str) -> None:
        self.what, self.benefit = what, benefit
