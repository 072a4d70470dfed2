"""Everything that would go wrong in a run, found before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crewlab.definitions.flow_checks import flow_problems
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.known import Known
from crewlab.definitions.overlay import Overlay, as_overlay
from crewlab.definitions.plain import MAX_DEPTH, NO_NUMBER, NUMBER_HINT, is_deeper_than, not_a_number, plain
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules import (
    checkpoints,
    conditions,
    contexts,
    deprecated,
    fields,
    files,
    models,
    parameters,
    people,
    recollection,
    references,
    rehearsals,
    safety,
    schemas,
    secrets,
    templates,
    texts,
    tools,
    types,
    unsupported,
)
from crewlab.definitions.rules.subject import Rule, Subject

RULES: tuple[Rule, ...] = (
    types.wrong_types,
    texts.crew_parts,
    texts.crew_config,
    texts.agent_texts,
    texts.task_texts,
    texts.task_names,
    references.process_name,
    references.manager_of_hierarchy,
    references.task_agents,
    tools.tool_names,
    tools.written_servers,
    contexts.context_names,
    contexts.context_cycles,
    conditions.conditions,
    schemas.output_schemas,
    people.questions,
    templates.templates,
    safety.code_references,
    safety.callbacks,
    safety.converters,
    safety.named_files,
    safety.output_files,
    files.skills_and_inputs,
    files.skill_texts,
    models.models,
    rehearsals.parameters,
    parameters.unknown_parameters,
    recollection.memories,
    recollection.knowledge_sources,
    recollection.knowledge_configs,
    recollection.embedders,
    secrets.written_keys,
    secrets.references,
    secrets.foreign_hosts,
    deprecated.fields,
    unsupported.features,
    unsupported.kinds,
    checkpoints.checkpoints,
    checkpoints.within_tasks,
    unsupported.asynchronous_tasks,
    references.idle_agents,
    contexts.nothing_in_parallel,
    conditions.only_conditional,
    texts.default_inputs,
    texts.guardrail_placeholders,
    fields.unknown_fields,
)

_UNUSABLE = Problem(
    id="document.type",
    where="",
    what=f"The document is not an object of fewer than {MAX_DEPTH} levels with the fields name, agents and tasks.",
    hint="Start from an example, or from a new crew.",
)


def check(document: Mapping[str, Any], known: Known | None = None, *, llm: Any = None) -> list[Problem]:
    """Every problem of a crew or flow, errors first; none that is an error means that a run may start.

    `known` says what there is on this machine; rules about what it does not say are left out. `llm` is a model that
    a launch would use for all agents, or an `Overlay`. Any value is taken, and nothing is raised.
    """
    if not isinstance(document, Mapping) or is_deeper_than([document, *_launched(llm)], MAX_DEPTH):
        return [_UNUSABLE]
    if places := list(not_a_number(document)):
        return [Problem(id="document.number", where=place, what=NO_NUMBER, hint=NUMBER_HINT) for place in places]
    known = known or Known()
    overlay = _overlay(llm, known)
    if kind_of(document) == "flow":
        found = flow_problems(document, known, overlay, crew_problems)
    else:
        found = crew_problems(document, known, overlay)
    return sorted(dict.fromkeys(found), key=lambda problem: problem.severity)


def crew_problems(document: Mapping[str, Any], known: Known, overlay: Overlay) -> Iterator[Problem]:
    """What the rules about crews find, in their order."""
    subject = Subject(plain(document), known, overlay)
    return (problem for rule in RULES for problem in rule(subject))


def _launched(llm: Any) -> list[Any]:
    return [llm.llm, dict(llm.llms)] if isinstance(llm, Overlay) else [llm]


def _overlay(llm: Any, known: Known) -> Overlay:
    """What the launch says, in plain JSON; names of profiles that it does not bring are looked up in `known`."""
    given = as_overlay(llm)
    return Overlay(plain(given.llm), plain(dict(given.llms)), given.profiles or known.profiles or {})


def errors_of(problems: list[Problem]) -> list[Problem]:
    """The problems that a run may not start with."""
    return [problem for problem in problems if problem.severity == "error"]


def for_replay(problems: list[Problem]) -> list[Problem]:
    """The problems that remain when no model is called: no key and no provider's package is needed."""
    needless = ("llm.key.missing", "llm.package.missing", "embedder.key.missing", "knowledge.file.missing")
    return [problem for problem in problems if problem.id not in needless]
