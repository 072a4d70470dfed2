"""Every difference from crewAI's flow runtime that is meant, and what a user has of it: never more than five."""

from __future__ import annotations

from enum import Enum


class Difference(Enum):
    """What we do otherwise, and the benefit."""

    OR_JOINS = (
        "Steps that feed the same `or` all run to their end. What waits for the first of them runs once, and again for "
        "what comes back to it around a loop.",
        "No step that was paid for is thrown away halfway, the join is never lost with the slower branch, and a loop "
        "goes round.",
    )
    FAILURE_ENDS_THE_FLOW = (
        "A step that fails without an error route fails the flow, whichever branch it is on, and no step starts "
        "after it; so does a router with an outcome that it does not declare and nobody hears.",
        "A flow that says `completed` did everything, and nothing is spent on branches of a flow that has failed.",
    )
    AT_ONCE = (
        "A step starts as soon as its trigger has fired, also while other branches of the same step still run.",
        "A flow takes as long as its longest path, not as long as the slowest branch of each stage.",
    )
    PERSON_CHOOSES = (
        "The person who gives feedback picks the outcome; no model is asked what was meant.",
        "The flow goes where the person sent it, and no call is paid for guessing that.",
    )
    REFUSED_AT_THE_START = (
        "A flow that cannot do what it says is refused before its first step: a placeholder that no input fills, a "
        "join that can never be, a step that waits for what nobody raises.",
        "No model is asked about `{topic}` in so many letters, no step is silently left out, and nothing is paid.",
    )

    def __init__(self, what: str, benefit: str) -> None:
        self.what, self.benefit = what, benefit
