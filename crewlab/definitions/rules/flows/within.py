"""The crews, agents, tools and flows within a flow, checked by their own rules, with the path that leads to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from crewlab.definitions.flows.conversation import models_of
from crewlab.definitions.flows.references import MOST_LEVELS, PlacedAction, reference_of
from crewlab.definitions.library.tool_names import server_of, tool_named
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.checkpoints import is_within_tasks
from crewlab.definitions.rules.flows.subject import FlowSubject
from crewlab.definitions.rules.subject import error, is_on, listed, warning

CrewCheck = Callable[[Mapping[str, Any]], tuple[Problem, ...]]
FlowCheck = Callable[[FlowSubject], Iterable[Problem]]
_TASK = "task"
_OF_STEP = ("input", "response_format")
"""What an agent step says of its task instead of its agent."""


def crews(subject: FlowSubject, check_crew: CrewCheck) -> Iterable[Problem]:
    """Crews that are written in steps, and those that steps name; each of these once."""
    seen: set[str] = set()
    for placed in _placed(subject, "crew"):
        inline = placed.action.get("with")
        reference = reference_of(placed)
        version = subject.version(reference) if reference is not None else None
        if isinstance(inline, Mapping):
            yield from _moved(check_crew(_named(inline, placed.step)), f"{placed.where}.with")
        elif version is not None and version.kind == "crew" and (key := subject.key(version)) not in seen:
            seen.add(key)
            yield from _moved(check_crew(version.document), f"{placed.where}.{key}", f"In {key}: ")


def agents(subject: FlowSubject, check_crew: CrewCheck) -> Iterable[Problem]:
    """Agents that are asked by themselves, checked as the only agent of a crew with one task."""
    for placed in _placed(subject, "agent"):
        body = placed.action.get("with")
        if isinstance(body, Mapping):
            yield from _agent_input(placed, body)
            yield from _agent_checkpoint(f"{placed.where}.with.checkpoint", body.get("checkpoint"))
            for problem in check_crew(_crew_of(placed.step, body)):
                where = _place_of_agent(problem.where, placed.step)
                if where is not None:
                    yield problem.model_copy(update={"where": f"{placed.where}.with{where}"})


def readers(subject: FlowSubject, check_crew: CrewCheck) -> Iterable[Problem]:
    """The models that read outcomes out of what people say; where none is named, people choose."""
    for step in subject.steps.values():
        llm = step.feedback.get("llm")
        if llm and step.feedback.get("emit"):
            reader = {"role": "Reader", "goal": "Read", "backstory": "Exact", "llm": llm}
            for problem in check_crew(_crew_of(step.name, reader)):
                where = _place_of_agent(problem.where, step.name)
                if where is not None:
                    yield problem.model_copy(update={"where": f"{step.where}.human_feedback{where}"})


def talkers(subject: FlowSubject, check_crew: CrewCheck) -> Iterable[Problem]:
    """The models that a conversation asks."""
    for step, llm in models_of(subject.document).items():
        talker = {"role": "Talker", "goal": "Talk", "backstory": "Kind", "llm": llm}
        for problem in check_crew(_crew_of(step, talker)):
            where = _place_of_agent(problem.where, step)
            if where is not None:
                yield problem.model_copy(update={"where": f"conversational.{_field_of(subject, llm)}{where[4:]}"})


def _field_of(subject: FlowSubject, llm: Any) -> str:
    """Where a conversation names a model."""
    block = subject.document["conversational"]
    return next((name for name in ("llm", "intent_llm") if block.get(name) == llm), "router.llm")


def flows(subject: FlowSubject, check_flow: FlowCheck) -> Iterable[Problem]:
    """Flows that are written in steps, and those that steps name; each of these once."""
    seen: set[str] = set()
    for placed in _placed(subject, "flow"):
        inline = placed.action.get("with")
        reference = reference_of(placed)
        version = subject.version(reference) if reference is not None else None
        if len(subject.path) >= MOST_LEVELS:
            what = f"Flows are nested more than {MOST_LEVELS} levels deep."
            yield error("flow.nested", placed.where, what, "Let fewer flows run each other.")
        elif isinstance(inline, Mapping):
            inner = _within(subject, _named(inline, placed.step), "(inline)")
            yield from _moved(check_flow(inner), f"{placed.where}.with")
        elif version is not None and version.kind == "flow" and (key := subject.key(version)) not in seen:
            seen.add(key)
            if key not in subject.path and version.name != subject.root:
                found = check_flow(_within(subject, version.document, key))
                yield from _moved(found, f"{placed.where}.{key}", f"In {key}: ")


def tools(subject: FlowSubject) -> Iterable[Problem]:
    """A tool step names one tool that can be used here; nothing else is imported."""
    for placed in _placed(subject, "tool"):
        ref = placed.action.get("ref")
        if isinstance(ref, str) and subject.known.tools is not None:
            yield from _tool(subject, f"{placed.where}.ref", ref)


def _tool(subject: FlowSubject, where: str, ref: str) -> Iterable[Problem]:
    name = tool_named(ref)
    known = subject.known.tools or frozenset()
    obstacle = (subject.known.tool_obstacles or {}).get(server_of(name))
    if not name.strip():
        yield error("flow.tool.missing", where, "The step names no tool.", "Choose one of the Library.")
    elif name not in known and server_of(name) not in (subject.known.offers or {}):
        what = f"There is no tool {name[:80]!r} on CrewLab's list, and nothing else is imported."
        yield error("flow.tool.unknown", where, what, f"See Library > Tools. There are: {listed(known)}.")
    elif obstacle is not None:
        yield error(
            obstacle.id, where, obstacle.what if name in obstacle.what else f"{name}: {obstacle.what}", obstacle.hint
        )


def _agent_input(placed: PlacedAction, body: Mapping[str, Any]) -> Iterable[Problem]:
    given, where = body.get("input"), f"{placed.where}.with.input"
    if not isinstance(given, str | list) or not given:
        what = "The agent is asked nothing."
        yield error("flow.agent.input", where, what, "Write its input, a text or a list of messages.")
    elif isinstance(given, list) and not all(_is_message(message) for message in given):
        what = "The input of an agent is a text, or a list of messages with a role and a content."
        yield error("flow.agent.input", where, what, 'For example [{"role": "user", "content": "${state.question}"}].')


def _agent_checkpoint(where: str, said: Any) -> Iterable[Problem]:
    """No file is written for an agent by itself; but it may go on in its midst."""
    if is_on(said) and not is_within_tasks(said):
        what = "It does nothing: no file is written for one agent, and no event within its work is named."
        hint = "Name `llm_call_completed` in on_events; `config.checkpoint` of the flow writes files after its steps."
        yield warning("flow.agent.checkpoint", where, what, hint)


def _is_message(message: Any) -> bool:
    return isinstance(message, Mapping) and all(isinstance(message.get(field), str) for field in ("role", "content"))


def _crew_of(name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """A crew in which the agent, called like the step, does the one task of the step."""
    agent = {key: value for key, value in body.items() if key not in _OF_STEP}
    task: dict[str, Any] = {"name": _TASK, "description": "asked", "expected_output": "answered", "agent": name}
    if body.get("response_format") is not None:
        task["output_json"] = body["response_format"]
    return {"name": name, "agents": {name: agent}, "tasks": [task]}


def _place_of_agent(where: str, name: str) -> str | None:
    """A place of that crew within the step; nothing for a place that the step does not have."""
    if where.startswith(f"agents.{name}"):
        return where.removeprefix(f"agents.{name}")
    if where.startswith(f"tasks.{_TASK}.output_json"):
        return where.replace(f"tasks.{_TASK}.output_json", ".response_format", 1)
    return f".{where}" if where in ("llm",) or where.startswith("llms.") else None


def _placed(subject: FlowSubject, call: str) -> Iterable[PlacedAction]:
    return (placed for step in subject.steps.values() for placed in step.actions if placed.call == call)


def _within(subject: FlowSubject, document: Mapping[str, Any], key: str) -> FlowSubject:
    return FlowSubject(document, subject.known, subject.overlay, subject.root, (*subject.path, key))


def _named(document: Mapping[str, Any], step: str) -> Mapping[str, Any]:
    """A crew or flow in a step need not have a name: it is called like the step."""
    return document if document.get("name") else {**document, "name": step}


def _moved(problems: Iterable[Problem], where: str, said: str = "") -> Iterable[Problem]:
    for problem in problems:
        place = f"{where}.{problem.where}" if problem.where else where
        yield problem.model_copy(update={"where": place, "what": f"{said}{problem.what}"})
