"""Events: one class per fact, told apart by `kind`."""

from __future__ import annotations

import pytest

from crewlab.executions.events import EVENT, EVENTS, BaseEvent, TaskStarted, Unrecognised

CLASSES = EVENTS


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_kind_is_the_class_name_in_snake_case(cls: type[BaseEvent]):
    """Whoever reads the log can find the class."""
    words = "".join(f"_{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("_")
    assert cls.model_fields["kind"].default == words


def test_kinds_are_distinct():
    """No two facts share a tag."""
    kinds = [cls.model_fields["kind"].default for cls in CLASSES]
    assert len(kinds) == len(set(kinds))


@pytest.mark.parametrize(
    "event",
    [
        TaskStarted(execution_id="x", task_name="a", task_index=0, context=("b",)),
        Unrecognised(execution_id="x", source_type="memory_query_started", payload={"query": "\ud83d ok \0"}),
    ],
)
def test_an_event_comes_back_as_its_own_class(event: BaseEvent):
    """Stored JSON gives back the very event."""
    assert EVENT.validate_python(event.model_dump()) == event
