"""Whatever the document: problems instead of tracebacks, and what passes the check can be prepared for a run.

The examples are the same each time: raise `max_examples` and give `--hypothesis-profile=default` to search.
"""

from __future__ import annotations

import json
import math
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crewlab.definitions.checks import check, errors_of
from crewlab.definitions.flows.asks import missing_fields
from crewlab.definitions.flows.closure import Closure
from crewlab.definitions.flows.flow import EachAction, parse_flow
from crewlab.definitions.flows.lowering import lower
from crewlab.definitions.flows.mapping import action_inputs
from crewlab.definitions.flows.state import StateContract
from crewlab.definitions.flows.written import written_in
from crewlab.definitions.placeholders import placeholders
from crewlab.definitions.version import content_hash
from crewlab.errors import CrewLabError, DocumentError, InputsError
from tests.definitions.flow_documents import FLOW, KNOWN, found
from tests.definitions.mutations import VALUES, mutated

LOOSE_STEP = st.dictionaries(
    st.sampled_from(
        ["do", "start", "listen", "router", "emit", "human_feedback", "set", "on_error", "timeout_seconds"]
    ),
    VALUES | st.fixed_dictionaries({"call": st.sampled_from(["crew", "flow", "agent", "tool", "each"]) | VALUES}),
)
ANYTHING = st.fixed_dictionaries(
    {"methods": st.dictionaries(st.text(max_size=3), LOOSE_STEP | VALUES, max_size=4) | VALUES},
    optional={"name": VALUES, "state": VALUES, "config": VALUES, "definitions": VALUES, "schema": VALUES},
)


@given(document=ANYTHING | mutated(FLOW))
@settings(max_examples=100)
def test_any_document_gives_problems_and_no_traceback(document: dict[str, Any]):
    """Checked twice it has the same problems, and what else looks at unchecked documents copes with it too."""
    problems = check(document, KNOWN)
    assert check(document, KNOWN) == problems
    assert all(problem.what and problem.id for problem in problems)
    placeholders(document)
    content_hash(document)
    for use in (lambda: parse_flow(document), lambda: Closure.resolve(document, found)):
        try:
            use()
        except CrewLabError as error:
            assert error.message  # noqa: PT017 - that nothing else is raised is the promise


@given(document=mutated(FLOW, most=2))
@settings(max_examples=100)
def test_what_passes_the_check_can_be_prepared(document: dict[str, Any]):
    """Every step is read, every expression compiled, everything used is found, and the state begins."""
    if errors_of(check(document, KNOWN)):
        return
    closure = Closure.resolve(document, found)
    assert Closure.of(json.loads(json.dumps(closure.snapshot()))).snapshot() == _as_json(closure.snapshot())
    for step in parse_flow(closure.document).steps.values():
        actions = [each.action for each in step.do.do] if isinstance(step.do, EachAction) else [step.do]
        assert all(isinstance(given.source, str) for action in actions for given in action_inputs(action))
    for body in closure.document["methods"].values():
        assert all(written.expressions is not None for written in written_in(body))
    _begin(closure.document)
    try:
        lower(closure)
    except DocumentError as error:
        assert error.message  # noqa: PT017 - that nothing else is raised is the promise


def _begin(document: dict[str, Any]) -> None:
    """The state with a value in each field that has to be given, or a sentence about the value."""
    given = dict.fromkeys(missing_fields(document, {}), "x")
    try:
        StateContract(document).initial(given)
    except InputsError as error:
        assert given, error  # noqa: PT017 - what is wrong may only be what was given


def _as_json(value: Any) -> Any:
    """As it comes back from a store; not-a-number is not equal to itself."""
    return json.loads(json.dumps(value)) if not _has_nan(value) else value


def _has_nan(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(_has_nan(item) for item in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, float) and math.isnan(value)
