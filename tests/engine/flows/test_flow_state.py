"""The state of a flow while it runs."""

from __future__ import annotations

from crewlab.definitions.flows.state import StateContract
from crewlab.engine.flows.flow_state import FlowState


def test_a_number_that_becomes_another_kind_of_number_has_changed():
    """To an expression 1 is not 1.0: a resume that had not heard of it would fail where the flow did not."""
    state = FlowState(StateContract({"name": "f", "methods": {}}), {"n": 1, "rows": [1], "same": "x"}, "e")
    changes = state.write({"n": 1.0, "rows": [True], "same": "x"})
    assert [(change.field, repr(change.after)) for change in changes] == [("n", "1.0"), ("rows", "[True]")]
