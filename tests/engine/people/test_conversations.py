"""Talking to a flow that holds conversations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from crewlab.engine.people.conversations import Conversation
from crewlab.errors import ExecutionError, InputsError
from crewlab.executions.status import ExecutionStatus as S
from crewlab.lab import Lab

HELLO = {"listen": "converse", "do": {"call": "expression", "expr": "'You said ' + state.last_user_message"}}
ASK = {
    "listen": "converse_turn",
    "do": {"call": "expression", "expr": "'a draft'"},
    "human_feedback": {"message": "Good?", "emit": ["yes", "no"]},
}
CONVERSE = {"converse_turn": HELLO}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One for all."""
    with Lab.open(tmp_path_factory.mktemp("conversations") / "data") as opened:
        yield opened


def saved(lab: Lab, name: str, **steps: Any) -> str:
    """A flow that answers without any model."""
    made = {"schema": "crewai.flow/v1", "name": name, "conversational": {}, "methods": {**CONVERSE, **steps}}
    return lab.definitions.save(made).name


def test_each_message_is_answered_in_one_execution(lab: Lab):
    """Until it is ended: the execution completes, and nothing can be said any more."""
    talk = lab.chat(saved(lab, "talk"))
    assert isinstance(talk, Conversation)
    assert (talk.execution, talk.messages, talk.end()) == (None, (), None)
    first, second = talk.say("one"), talk.say("two")
    assert (first.text, second.text) == ("You said one", "You said two")
    assert first.turn.execution_id == second.turn.execution_id
    assert [message["content"] for message in talk.messages] == ["one", "You said one", "two", "You said two"]
    ended = talk.end()
    assert ended is not None
    assert (ended.status, ended.output, talk.is_over) == (S.COMPLETED, "You said two", True)
    with pytest.raises(ExecutionError, match="it is completed"):
        talk.say("three")


def test_a_word_that_ends_is_a_message_like_any_other(lab: Lab):
    """Only what is chosen as an outcome is one."""
    talk = lab.chat(saved(lab, "ends"))
    talk.say("begin")
    assert talk.say("end").text == "You said end"
    assert talk.say("exit").turn.status is S.COMPLETED


def test_a_conversation_is_taken_up_again(lab: Lab):
    """By whoever names its execution; that of another flow is refused."""
    name = saved(lab, "kept")
    execution_id = lab.chat(name).say("one").turn.execution_id
    again = lab.chat(name, execution_id=execution_id)
    assert again.say("two").turn.execution_id == execution_id
    with pytest.raises(InputsError, match="no conversation with 'others'"):
        lab.chat(saved(lab, "others"), execution_id=execution_id)


def test_a_step_that_asks_is_answered_in_the_conversation(lab: Lab):
    """Its question is what one hears; an outcome is said like anything else."""
    talk = lab.chat(saved(lab, "asks", ask=ASK))
    assert talk.say("hello").text == "Good?\n\na draft\n\nChoose one of: yes, no."
    assert isinstance(talk, Conversation)
    with pytest.raises(ExecutionError, match="'ask' asks"):
        talk.end()
    assert talk.say("yes").turn.status is S.WAITING


def test_a_turn_that_fails_says_why(lab: Lab):
    """And goes on with a resume."""
    broken = {"listen": "converse_turn", "do": {"call": "expression", "expr": "state.nothing.at.all"}}
    talk = lab.chat(saved(lab, "fails", then=broken))
    with pytest.raises(ExecutionError, match="then"):
        talk.say("hello")
    with pytest.raises(ExecutionError, match="it is failed") as caught:
        talk.say("hello?")
    assert "Resume" in caught.value.hint


def test_nothing_is_said_without_words(lab: Lab):
    """Nor about a crew to which the state of a flow is given."""
    with pytest.raises(InputsError, match="Nothing is said"):
        lab.chat(saved(lab, "words")).say(" ")
    with pytest.raises(InputsError, match="is a crew"):
        lab.chat("market-brief", {"topic": "tea"})
