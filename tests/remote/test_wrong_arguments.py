"""What a notebook hands over by mistake is told in words, by the lab and by the one of the running app alike."""

from __future__ import annotations

import pytest

from crewlab.engine.people.chats import Chat
from crewlab.engine.people.conversations import Conversation
from crewlab.errors import ArgumentError, DefinitionError, DocumentError, ExecutionNotFoundError
from tests.factories import document

CALLS = [
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
        "'collections' has to be a text, and it is of the type",
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


@pytest.mark.parametrize("kind", [Chat, Conversation])
def test_words_are_text(lab, kind):
    """A number is not said to anybody."""
    version = lab.definitions.save(document("talked", chat_llm="rehearsal/plain"))
    with pytest.raises(ArgumentError, match="'text' has to be a text, and it is of the type int"):
        kind(lab, version).say(5)
