"""Whatever is stored, right or wrong, can be looked at: checked, drawn, asked for its models, written and read back.

The examples are the same each time; raise `max_examples` and give `--hypothesis-profile=default` to search.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crewlab.definitions.checks import check, errors_of
from crewlab.definitions.editing_flows.sources import source_choices
from crewlab.definitions.editing_flows.states import is_editable_state, state_rows
from crewlab.definitions.editing_flows.steps import is_editable_flow, step_names
from crewlab.definitions.editing_flows.toolbox import calls_of, tools_of
from crewlab.definitions.flows.closure import Closure
from crewlab.definitions.flows.lowering import lower
from crewlab.definitions.gallery import gallery
from crewlab.definitions.interchange.asynchronous import from_crewai
from crewlab.definitions.interchange.exporting import export
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.knowledge import files_of
from crewlab.definitions.memory import storages_of
from crewlab.definitions.models import agents_of, is_rehearsal, models_of
from crewlab.definitions.notation.text import read_document, write_document
from crewlab.definitions.pictures.drawing import graph_of
from crewlab.definitions.pictures.lineage import uses_of
from crewlab.definitions.pictures.mermaid import mermaid
from crewlab.definitions.pictures.svg import svg
from crewlab.definitions.plain import MAX_DEPTH, is_deeper_than, plain
from crewlab.errors import CrewLabError
from crewlab.settings import PROJECT
from tests.definitions.documents import crew
from tests.definitions.flow_documents import FLOW, KNOWN, found
from tests.definitions.mutations import mutated

SOUND = [
    FLOW,
    crew(),
    *(
        one.document
        for one in gallery(PROJECT / "data" / "gallery", PROJECT / "data" / "examples")
        if one.kind == "flow"
    ),
]
ANY = st.sampled_from(SOUND).flatmap(mutated)
RECORDS = Records()


@given(document=ANY)
@settings(max_examples=30)
def test_any_document_can_be_looked_at(document: dict[str, Any]):
    """With problems instead of tracebacks; what has no error can also be taken away in every shape."""
    problems = check(document, KNOWN)
    assert all(problem.what and problem.id for problem in problems)
    if is_deeper_than(document, MAX_DEPTH):
        assert errors_of(problems)
        return
    stored = json.loads(json.dumps(plain(document)))
    _seen(stored)
    if kind_of(stored) == "flow":
        _edited(stored)
    for form in ("yaml", "json"):
        _or_a_sentence(lambda form=form: read_document(write_document(stored, form), source=f"any.{form}"))
    if not errors_of(problems):
        _taken_away(stored)


def _seen(document: dict[str, Any]) -> None:
    graph = graph_of(document)
    assert mermaid(graph)
    assert svg(graph, "any")
    for look in (uses_of, tools_of, files_of, storages_of, models_of, agents_of, is_rehearsal):
        look(document)
    _or_a_sentence(lambda: from_crewai(document))


def _edited(document: dict[str, Any]) -> None:
    calls_of(document)
    for name in step_names(document) if is_editable_flow(document) else ():
        source_choices(document, name, lambda *_: None)
    if is_editable_state(document):
        state_rows(document)


def _taken_away(document: dict[str, Any]) -> None:
    lowered = None
    if kind_of(document) == "flow":
        lowered = _or_a_sentence(lambda: lower(Closure.resolve(document, found)))
        if lowered is None:
            return
    for form in ("crewai", "project", "python", "notebook"):
        _or_a_sentence(lambda form=form: export("any", document, form, RECORDS, lowered))


def _or_a_sentence(use: Callable[[], Any]) -> Any:
    """What it gives, or nothing where it says why not."""
    try:
        return use()
    except CrewLabError as error:
        assert error.message  # noqa: PT017 - that nothing else is raised is the promise
        return None
