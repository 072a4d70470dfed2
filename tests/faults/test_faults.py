"""Whatever a model server or a tool does, an execution ends truthfully and readably, and touches no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crewlab.lab import Lab
from tests.faults.matrix import FAULTS, Fault
from tests.faults.meeting import BAD_TASK, Outcome, lab_for_faults, meet


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One lab meets all faults: what one leaves behind must not spoil the next."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "test-key")
        with lab_for_faults(tmp_path_factory.mktemp("faults")) as running:
            yield running


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_fault_ends_truthfully_and_touches_nothing_else(fault: Fault, lab: Lab):
    """Right status, one readable sentence that names task and call, requests counted, the one beside it complete.

    A request that is late may not even have arrived: of those the call itself tells how many there were.
    """
    met = meet(fault, lab)
    assert met.bad.status == fault.ends, met.report
    assert [word for word in fault.says if word not in met.report] == []
    assert fault.requests in (None, met.model_calls[0]["retries"] + 1 if fault.is_late else met.requests)
    assert (met.beside.status, met.beside.tasks_done) == ("completed", 2)
    if fault.ends == "failed":
        check_failed_model_call(met)
    if fault.tool_call is not None:
        check_tool_call(met, fault)


def check_failed_model_call(met: Outcome) -> None:
    """The report names the task and the model, says what to do, and the call is there to look at."""
    error = met.bad.error
    assert error is not None
    assert (error.type, error.task_name) == ("ModelCallError", BAD_TASK)
    assert "openai/test-model" in error.message
    assert error.hint
    assert "\n" not in error.message
    assert [(call["status"], call["task_name"]) for call in met.model_calls] == [("failed", BAD_TASK)]
    assert met.model_calls[0]["error_message"] == error.message


def check_tool_call(met: Outcome, fault: Fault) -> None:
    """The call is recorded with its task and its end, and the model was told and went on."""
    first = met.tool_calls[0]
    assert (first["status"], first["task_name"]) == (fault.tool_call, BAD_TASK)
    assert {call["status"] for call in met.model_calls} == {"completed"}
