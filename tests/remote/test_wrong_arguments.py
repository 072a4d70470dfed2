"""What a notebook hands over by mistake is told in words, by the lab and by the one of the running app alike."""

from __future__ import annotations

import pytest

from crewlab.engine.people.chats import Chat
from crewlab.engine.people.conversations import Conversation
from crewlab.errors import (
    ArgumentError,
    BatchNotFoundError,
    DefinitionError,
    DocumentError,
    ExecutionError,
    ExecutionNotFoundError,
    InputsError,
)
from tests.factories import document, finished_execution

CALLS = [
    (lambda lab: lab.execution(3), ArgumentError, "'execution_id' has to be a text"),
    (lambda lab: lab.executions(status="done"), ArgumentError, "There is no status 'done'. Write one of pending,"),
    (lambda lab: lab.count_executions(status=["failed", "done"]), ArgumentError, "There is no status 'done'"),
    (lambda lab: lab.executions(kind="nope"), ArgumentError, "no kind 'nope'"),
    (lambda lab: lab.executions(limit="5"), ArgumentError, "'limit' has to be a whole number"),
    (lambda lab: lab.tasks_df(limit=-1), ArgumentError, "'limit' is -1, and cannot be less than 0"),
    (lambda lab: lab.tasks_df(execution_ids=3), ArgumentError, "'execution_ids' has to be a text or several"),
    (lambda lab: lab.compare_batches([]), ExecutionError, "at least two batches"),
    (lambda lab: lab.wait("nope"), ExecutionNotFoundError, "no execution or batch 'nope'"),
    (lambda lab: lab.launch("a", "text"), InputsError, "mapping of names to values, and this is of the type str"),
    (lambda lab: lab.launch_batch("a", [1]), InputsError, "mapping of names to values, and this is of the type int"),
    (lambda lab: lab.launch_training("a", [1]), InputsError, "mapping of names to values"),
    (lambda lab: lab.quality_report("nope"), BatchNotFoundError, "no execution or batch 'nope'"),
    (
        lambda lab: lab.save_tool({"name": "a"}),
        ArgumentError,
        "'record' has to be of the class ToolRecord, and it is of the type",
    ),
    (lambda lab: lab.save_mcp_server(None), ArgumentError, "'server' has to be of the class McpServer, and it is None"),
    (lambda lab: lab.spend_usd("2026-05-01"), ArgumentError, "'since' has to be a datetime"),
    (lambda lab: lab.events("nope"), ExecutionNotFoundError, "no execution or batch 'nope'"),
    (lambda lab: lab.children("nope"), ExecutionNotFoundError, "no execution or batch 'nope'"),
    (lambda lab: lab.definitions.list(kind="nope"), ArgumentError, "no kind 'nope'. Write one of crew, flow"),
    (lambda lab: lab.gallery.search(kind="nope"), ArgumentError, "Write one of crew, flow, agent, tool"),
    (lambda lab: lab.gallery.search(None), ArgumentError, "'text' has to be a text, and it is None"),
    (lambda lab: lab.definitions.rename("a", None), ArgumentError, "'new_name' has to be a text"),
    (lambda lab: lab.definitions.rename("a", " "), DefinitionError, "The new name is empty"),
    (lambda lab: lab.definitions.rename("a", "b" * 201), DefinitionError, "201 characters"),
    (lambda lab: lab.definitions.tag("a", None), ArgumentError, "'tags' has to be a text"),
    (
        lambda lab: lab.definitions.collect("a", 5),
        ArgumentError,
        "'collections' has to be a text or several, and it is of the type",
    ),
    (lambda lab: lab.definitions.restore("a", "1"), ArgumentError, "'number' has to be a whole number"),
    (lambda lab: lab.definitions.version("a", True), ArgumentError, "of the type bool. Write it without quotes"),
    (lambda lab: lab.definitions.placeholders(None), DocumentError, "of the type NoneType"),
    (lambda lab: lab.definitions.save(document("a", process="parallel")), DefinitionError, "definition_id=lab.defini"),
]


@pytest.fixture
def stored(lab):
    """A definition to be wrong about."""
    lab.definitions.save(document("a"))


@pytest.mark.parametrize("is_remote", [False, True], ids=["lab", "remote"])
def test_wrong_arguments_are_named(lab, remote, stored, is_remote):
    """Each with what was given and what to give; none comes as an error of Python, and none gives an empty list."""
    for call, kind, said in CALLS:
        with pytest.raises(kind) as caught:
            call(remote if is_remote else lab)
        assert said in str(caught.value)
        assert caught.value.hint


@pytest.mark.parametrize("is_remote", [False, True], ids=["lab", "remote"])
def test_one_id_is_not_its_letters(lab, remote, is_remote):
    """What reads or waits for several executions takes one by itself, too, instead of finding none."""
    asked = remote if is_remote else lab
    execution_id = finished_execution(lab.store, owner=lab.settings.owner).execution_id
    assert asked.executions_df(execution_ids=execution_id)["execution_id"].tolist() == [execution_id]
    assert [one.execution_id for one in asked.wait(execution_id)] == [execution_id]


@pytest.mark.parametrize("is_remote", [False, True], ids=["lab", "remote"])
def test_a_filter_that_there_is_not_is_told(lab, remote, is_remote):
    """Behind `**filters` Python would not notice."""
    asked = remote if is_remote else lab
    for call in (asked.executions, asked.count_executions, asked.tasks_df, lambda **wrong: asked.launch("a", **wrong)):
        with pytest.raises(TypeError, match="unexpected keyword argument 'state'; there are"):
            call(state="failed")


@pytest.mark.parametrize("kind", [Chat, Conversation])
def test_words_are_text(lab, kind):
    """A number is not said to anybody."""
    version = lab.definitions.save(document("talked", chat_llm="rehearsal/plain"))
    with pytest.raises(ArgumentError, match="'text' has to be a text, and it is of the type int"):
        kind(lab, version).say(5)
