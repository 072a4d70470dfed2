"""Prompts in words of one's own: crewAI puts its texts where marks are, and trips over a mark that is not there."""

from __future__ import annotations

from collections.abc import Iterable

from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.subject import Part, Subject, error, warning

MARKS = {
    "system_template": "{{ .System }}",
    "prompt_template": "{{ .Prompt }}",
    "response_template": "{{ .Response }}",
}
"""Where in each template crewAI's text goes."""
_LOST = {"system_template": "who the agent is", "prompt_template": "the task"}


def templates(subject: Subject) -> Iterable[Problem]:
    """Templates have their marks, and the two that work together are both there."""
    for agent in subject.workers:
        found = {field: agent.body.get(field) for field in MARKS}
        written = {field: text for field, text in found.items() if isinstance(text, str) and text}
        yield from _alone(agent, set(written))
        for field in _LOST.keys() & written.keys():
            if MARKS[field] not in written[field]:
                what = f"Without the mark {MARKS[field]} the model is not told {_LOST[field]}."
                yield warning("template.mark", f"{agent.where}.{field}", what, "Put the mark where it belongs.")
        if "response_template" in written:
            yield from _response(f"{agent.where}.response_template", written["response_template"])


def _alone(agent: Part, written: set[str]) -> Iterable[Problem]:
    if written and not {"system_template", "prompt_template"} <= written:
        field = sorted(written)[0]
        what = "It changes nothing: crewAI uses templates when there are both, system_template and prompt_template."
        yield warning("template.alone", f"{agent.where}.{field}", what, "Write both, or none.")


def _response(where: str, template: str) -> Iterable[Problem]:
    """The answer ends at what stands behind the mark, so something has to stand there."""
    _, mark, after = template.partition(MARKS["response_template"])
    if not mark or not after.strip():
        what = f"It needs the mark {MARKS['response_template']}, and behind it the words at which an answer ends."
        yield error("template.response", where, what, "For example: <answer>{{ .Response }}</answer>")
