"""`converter_cls`: allowed code that makes the object of a schema."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.definitions.checks import check
from crewlab.definitions.known import Known
from crewlab.errors import BuildError, CodeError
from crewlab.executions.events import ModelCallCompleted
from tests.bridge.attempts import Attempt, one_task, run
from tests.model_server import ModelServer

HERE = "tests.bridge.own_converters"
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


def converted(name: str, field: str = "output_json", said: str = "one two three", **changes: Any) -> Attempt:
    """What comes of a task whose answer is `said` and whose converter is `name`."""
    with ModelServer(reply=lambda _: said) as server:
        llm = {"model": "openai/any", "base_url": server.url, "response_format": None}
        document = one_task(llm, converter_cls={"python": f"{HERE}:{name}"}, **{field: SCHEMA})
        allowed = frozenset({f"{HERE}:{one}" for one in ("ByHand", "Asking", "Wrong", "Hanging")})
        return run(document, **{"allowed_code": allowed, **changes})


def test_a_converter_makes_the_object():
    """In place of crewAI's own."""
    done = converted("ByHand")
    assert done.error is None
    assert done.outcomes[0].output_json == {"n": 3}


def test_what_a_converter_asks_is_recorded():
    """The call belongs to the task like any other."""
    done = converted("Asking", field="output_pydantic")
    assert done.error is None
    assert done.outcomes[0].output_json == {"n": len("one two three")}
    first, second = done.of(ModelCallCompleted)
    assert (first.task_name, second.task_name) == ("write", "write")
    assert "Count: one two three" in str(second.messages)


@pytest.mark.parametrize(
    ("name", "changes", "says"),
    [("Wrong", {}, "something else than the schema: n"), ("Hanging", {"tool_timeout_seconds": 0.1}, "not done within")],
)
def test_a_converter_that_fails_fails_its_task(name: str, changes: dict[str, Any], says: str):
    """It says whose fault it is."""
    done = converted(name, **changes)
    assert isinstance(done.error, CodeError)
    assert says in done.error.message
    assert "The converter of task 'write'" in done.error.message


def test_code_that_nobody_allowed_is_refused():
    """By the check, and again when the crew is built."""
    reference = f"{HERE}:ByHand"
    document = one_task(converter_cls={"python": reference}, output_json=SCHEMA)
    refused = [problem for problem in check(document) if problem.where == "tasks.write.converter_cls"]
    assert [problem.id for problem in refused] == ["code.refused"]
    assert check(document, Known(allowed_code=frozenset({reference}))) == []
    assert isinstance(run(document).error, BuildError)


def test_a_converter_without_a_schema_does_nothing_and_is_said():
    """There is no object to make."""
    reference = f"{HERE}:ByHand"
    document = one_task(converter_cls={"python": reference})
    known = Known(allowed_code=frozenset({reference}))
    assert [problem.id for problem in check(document, known)] == ["task.converter.unused"]
