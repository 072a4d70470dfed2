"""Whatever two documents: a list of differences, told in lines, and none between equal ones.

The examples are the same each time; raise `max_examples` and give `--hypothesis-profile=default` to search.
"""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings

from crewlab.definitions.diff import diff
from crewlab.definitions.diff.difference import DefinitionDiff, Side
from crewlab.definitions.shape import in_crew_shape
from tests.definitions.documents import crew
from tests.definitions.flow_documents import FLOW
from tests.definitions.mutations import mutated

ANY = mutated(FLOW) | mutated(crew())


@given(before=ANY, after=ANY)
@settings(max_examples=150)
def test_any_two_documents_can_be_compared(before: dict[str, Any], after: dict[str, Any]):
    """Neither is changed, and what is different can be printed and shown."""
    kept = copy.deepcopy((before, after))
    found = DefinitionDiff(before=Side.of(before), after=Side.of(after))
    assert all(change.path for change in found.changes)
    assert len(str(found).splitlines()) >= 1 + len(found.changes)
    assert found._repr_html_()
    assert (before, after) == kept


@given(document=ANY)
@settings(max_examples=100)
def test_equal_documents_have_no_differences(document: dict[str, Any]):
    """However odd they are."""
    assert diff(document, copy.deepcopy(document)) == []


@given(after=mutated(FLOW) | mutated(crew()))
@settings(max_examples=100)
def test_a_changed_document_is_not_told_as_the_same(after: dict[str, Any]):
    """What a run would notice is a difference, or the order of steps and fields, which none would."""
    before = FLOW if "methods" in after or "schema" in after else crew()
    if not diff(before, after):
        assert _known(in_crew_shape(before)) == _known(in_crew_shape(after))


def _known(document: dict[str, Any]) -> Any:
    """What is compared: fields that are `null` are fields that are not there."""
    if isinstance(document, dict):
        return {key: _known(value) for key, value in document.items() if value is not None}
    return [_known(item) for item in document] if isinstance(document, list) else document
