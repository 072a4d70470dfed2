"""Rules about the definitions that steps name: there are such, of that kind, and none uses itself."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from crewlab.definitions.flows.references import PlacedAction, Reference
from crewlab.definitions.named_version import named_version
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.flows.subject import FlowSubject
from crewlab.definitions.rules.subject import error, listed, warning
from crewlab.errors import DefinitionNotFoundError


def sources(subject: FlowSubject) -> Iterable[Problem]:
    """A crew or flow step either names a definition or holds one."""
    for step in subject.steps.values():
        for placed in step.actions:
            if placed.call in ("crew", "flow"):
                yield from _source(placed)


def named(subject: FlowSubject) -> Iterable[Problem]:
    """There is such a definition, of that kind, with that version, and it is not archived."""
    known = subject.known.definitions
    for reference in subject.references if known is not None else ():
        version = subject.version(reference)
        if version is None and not _is_root(subject, reference):
            yield _unknown(subject, reference)
        elif version is not None and version.kind != reference.kind:
            what = f"{reference.name!r} is a {version.kind}, and the step asks for a {reference.kind}."
            hint = f"Write `call: {version.kind}`, or name a {reference.kind}."
            yield error("flow.definition.kind", f"{reference.where}.definition", what, hint)
        elif known is not None and version is not None and version.name in known.archived:
            what = f"{reference.name!r} is archived; it still runs."
            yield warning(
                "flow.definition.archived", f"{reference.where}.definition", what, "Take it out, or choose another."
            )


def circles(subject: FlowSubject) -> Iterable[Problem]:
    """No flow uses itself, however long the way round is."""
    for reference in subject.references:
        found = _circle(subject, reference)
        if found:
            what = f"These flows use each other without end: {' → '.join(found)}."
            hint = "Take the step out of one of them."
            yield error("flow.definition.cycle", f"{reference.where}.definition", what, hint)


def _circle(subject: FlowSubject, reference: Reference) -> tuple[str, ...]:
    version = subject.version(reference)
    key = subject.key(version) if version is not None else ""
    if key in subject.path:
        return (*_names(subject.path[subject.path.index(key) :]), reference.name)
    return (subject.root, *_names(subject.path), reference.name) if _is_root(subject, reference) else ()


def _is_root(subject: FlowSubject, reference: Reference) -> bool:
    """Whether a step names the flow under check, which need not be saved yet."""
    return reference.kind == "flow" and reference.number is None and reference.name == subject.root != ""


def _names(path: Iterable[str]) -> tuple[str, ...]:
    return tuple(key.rpartition("@")[0] or key for key in path)


def _source(placed: PlacedAction) -> Iterable[Problem]:
    action, call = placed.action, placed.call
    given = [field for field in ("definition", "with", "from_declaration") if action.get(field) not in (None, "")]
    if action.get("from_declaration") is not None and call == "crew":
        what = f"The crew is in a file ({str(action['from_declaration'])[:80]!r}), which a run does not open."
        hint = "Import the folder or zip of the project, which puts the crew in its place, or name a definition."
        yield error("flow.crew.file", f"{placed.where}.from_declaration", what, hint)
    elif not given:
        what = f"The step does not say which {call} it runs."
        yield error("flow.definition.missing", f"{placed.where}.definition", what, "Name a definition.")
    elif len(given) > 1:
        what = f"The step names a {call} and holds another one."
        yield error("flow.definition.both", f"{placed.where}.with", what, "Remove `definition` or `with`.")


def _unknown(subject: FlowSubject, reference: Reference) -> Problem:
    known = subject.known.definitions
    kinds = known.kinds if known is not None else {}
    where = f"{reference.where}.definition"
    if known is not None and reference.number is not None:
        try:
            latest = known.find(reference.name, None).number
        except DefinitionNotFoundError:
            pass
        else:
            what = f"{reference.name!r} has no version {reference.number}; the latest is {latest}."
            return error(
                "flow.definition.version", f"{reference.where}.version", what, "Choose another version, or none."
            )
    wanted = named_version(reference.name)
    if wanted.number is not None and wanted.name in kinds:
        what = f"A step names its definition and the version apart, and {reference.name[:80]!r} is one text."
        hint = f"Write `definition: {wanted.name}` and `version: {wanted.number}`."
        return error("flow.definition.unknown", where, what, hint)
    close = get_close_matches(reference.name[:80], list(kinds), n=1)
    names = [name for name, kind in kinds.items() if kind == reference.kind]
    hint = f"Did you mean {close[0]!r}?" if close else f"There are: {listed(names)}."
    return error("flow.definition.unknown", where, f"There is no definition {reference.name[:80]!r}.", hint)
