"""A conversation on the page of its execution: bubbles, and a box."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.definitions.flows.conversation import LISTEN
from crewlab.executions.events import StateChange, StateChanged
from crewlab.lab import Lab
from crewlab.ui.components.executions.conversation_view import BOX, NEWEST
from tests.factories import running_execution, start
from tests.pages.conftest import texts
from tests.pages.test_step_questions import answer_of, ask, asked

pytestmark = pytest.mark.usefixtures("idle_engine")


def said(lab: Lab, execution_id: str, *messages: tuple[str, Any]) -> None:
    """Write messages into the state."""
    written = [{"role": role, "content": content} for role, content in messages]
    change = StateChange(field="messages", after=written)
    lab.store.events.append([StateChanged(execution_id=execution_id, step=LISTEN, changes=(change,))])
    assert lab.store.events.flush(5)


def bubbles(app: Any) -> list[str]:
    return [f"{one.name}: {' '.join(part.value for part in one.markdown)}" for one in app.chat_message]


def test_one_talks_in_the_page(open_page, lab):
    """What was said is shown by whom, harmless; a message that is entered is the answer."""
    question = asked(lab, "end", name=LISTEN)
    said(lab, question.execution_id, ("user", "Tea?"), ("assistant", "Yes :red[please]"), ("tool", {"n": 1}))
    app = open_page("execution", id=question.execution_id)
    assert bubbles(app)[0] == "user: Tea?"
    assert ":red[" not in bubbles(app)[1]
    assert bubbles(app)[2].endswith('{"n": 1}')
    assert "waits for you" not in texts(app), "the box is the question"
    app.chat_input(key=BOX.format(question.execution_id)).set_value("With milk.").run()
    assert not app.exception
    assert "With milk." in answer_of(lab, question)
    assert "Answering" in texts(app)


def test_the_person_ends_it(open_page, lab):
    """With a click; no message is needed."""
    question = asked(lab, "end", name=LISTEN)
    app = open_page("execution", id=question.execution_id)
    assert "Nothing has been said yet" in texts(app)
    app.button(key=f"conversation.end.{question.execution_id}").click().run()
    assert '"end"' in answer_of(lab, question)


def test_of_a_long_conversation_the_newest_messages_are_shown(open_page, lab):
    """The others when they are asked for."""
    flow = running_execution(
        lab.store, crew={"name": "f", "methods": {}, "tasks": [], "conversational": {}}, kind="flow"
    )
    said(lab, flow.execution_id, *(("user", f"Message {number}.") for number in range(NEWEST + 2)))
    app = open_page("execution", id=flow.execution_id)
    assert bubbles(app)[0] == "user: Message 2."
    app.toggle(key="conversation.all").set_value(True).run()
    assert bubbles(app)[0] == "user: Message 0."


def test_a_step_that_asks_comes_first(open_page, lab):
    """Its form stands below; nothing pretends to be answering."""
    question = asked(lab, "yes", "no", talks=True)
    app = open_page("execution", id=question.execution_id)
    assert app.chat_input(key=BOX.format(question.execution_id)).disabled
    assert app.chat_input(key=BOX.format(question.execution_id)).placeholder == "A step asks you something first"
    assert "Answering" not in texts(app)
    assert "waits for you" in texts(app)


def test_what_is_entered_early_is_sent_when_the_answer_is_there(open_page, lab):
    """One may type ahead: it waits as long as the turn runs."""
    question = asked(lab, "end", name=LISTEN)
    app = open_page("execution", id=question.execution_id)
    lab.answer(question.execution_id, "First.")
    app.run()
    app.chat_input(key=BOX.format(question.execution_id)).set_value("Second.").run()
    app.chat_input(key=BOX.format(question.execution_id)).set_value("Third.").run()
    assert "Second.\n\nThird." in texts(app)
    assert "Sent when the answer is there" in texts(app)
    app = open_page("execution", id=question.execution_id)
    assert "Second.\n\nThird." in texts(app), "a reload loses nothing"
    start(lab.store, question.execution_id, 2)
    ask(lab, question.execution_id, ("end",), name=LISTEN, attempt=2)
    app.run()
    assert not app.exception
    assert "Sent when" not in texts(app)
    assert "Second.\\n\\nThird." in answer_of(lab, question)
