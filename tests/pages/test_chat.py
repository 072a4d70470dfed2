"""A conversation about a crew: what is said, what it would run with, and what it answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crewlab.errors import ModelCallError
from crewlab.executions.execution import Execution
from crewlab.lab import Lab
from crewlab.ui.components.chat.talk_view import BOX
from crewlab.ui.links import PAGES
from tests.factories import REHEARSAL, Work, document, run_to_end, start
from tests.pages.conftest import texts
from tests.pages.test_conversation import bubbles

pytestmark = pytest.mark.usefixtures("idle_engine")

WORK = (Work("write", "Tea is fine."),)


def talker(lab: Lab, chat_llm: Any = REHEARSAL) -> str:
    """The id of a crew that needs a topic."""
    crew = {**document("brew", WORK), "chat_llm": chat_llm}
    crew["tasks"][0]["description"] = "Write about {topic}"
    return lab.definitions.save(crew).definition_id


def pending(lab: Lab, name: str = "brew, chat") -> list[Execution]:
    return [one for one in lab.executions(status="pending") if one.definition_name == name]


def answer(lab: Lab, *, error: Exception | None = None, **values: Any) -> None:
    """Have the chat model answer what was asked last."""
    (turn,) = pending(lab)
    start(lab.store, turn.execution_id)
    work = Work("answer", json.dumps(values), values)
    run_to_end(lab.store, lab.execution(turn.execution_id), (work,), error=error)  # type: ignore[arg-type]  # as one


def say(app: AppTest, text: str) -> None:
    app.chat_input(key=BOX).set_value(text).run()
    assert not app.exception


def test_one_talks_about_a_crew_until_it_can_run(open_page, lab):
    """Each turn is an execution that knows what was said; the crew runs with what was found out, once, when told to."""
    app = open_page("chat", id=talker(lab))
    assert "It needs: **topic**" in texts(app)
    say(app, "Hello :red[you]!")
    assert "Answering" in texts(app)
    answer(lab, reply="Which topic?", ready=False)
    app.run()
    assert ":red[" not in bubbles(app)[0]
    assert bubbles(app)[1] == "assistant: Which topic?"
    say(app, "Tea.")
    answer(lab, reply="Fine.", ready=True, inputs={"topic": "tea"})
    app.run()
    assert bubbles(app)[1:] == ["assistant: Which topic?", "user: Tea.", "assistant: Fine."]
    assert "**topic**: tea" in texts(app)
    button = app.button(key="chat.run")
    button.click().run()
    button.click().run()
    (run,) = pending(lab, "brew")
    assert run.inputs["topic"] == "tea"
    assert [one["content"] for one in json.loads(run.inputs["crew_chat_messages"])][-1] == "Tea."
    start(lab.store, run.execution_id)
    run_to_end(lab.store, run, WORK)
    app.run()
    assert bubbles(app)[-1] == "assistant: Tea is fine."
    app.button(key="chat.new").click().run()
    assert bubbles(app) == []


def test_what_is_said_too_early_is_sent_later(open_page, lab):
    """It waits on the screen; nobody has to say it again."""
    app = open_page("chat", id=talker(lab))
    say(app, "Tea.")
    say(app, "Green tea.")
    assert len(pending(lab)) == 1
    assert "Sent when the answer is there" in texts(app)
    answer(lab, reply="Which one?", ready=False)
    app.run()
    assert bubbles(app)[:3] == ["user: Tea.", "assistant: Which one?", "user: Green tea."]
    assert len(pending(lab)) == 1
    assert "Sent when" not in texts(app)


def test_a_chat_model_that_fails_is_asked_again(open_page, lab):
    """With the same words, and once however often one clicks."""
    app = open_page("chat", id=talker(lab))
    say(app, "Tea.")
    answer(lab, error=ModelCallError("down"))
    app.run()
    assert "The chat model did not answer: down" in texts(app)
    button = app.button(key="chat.again")
    button.click().run()
    button.click().run()
    (turn,) = pending(lab)
    assert turn.inputs["conversation"] == "User: Tea."
    assert bubbles(app)[0] == "user: Tea."


def test_what_cannot_be_sent_is_kept(open_page, lab, monkeypatch):
    """The reason is told, and it can be sent again."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    definition_id = talker(lab, "openai/gpt-4o-mini")
    app = open_page("chat", id=definition_id)
    say(app, "Tea.")
    assert pending(lab) == []
    assert "OPENAI_API_KEY" in app.toast[0].value
    app.run()
    assert bubbles(app) == ["user: Tea."]
    lab.remember_key("OPENAI_API_KEY", "sk-test")
    app.button(key="chat.send").click().run()
    assert len(pending(lab)) == 1
    assert bubbles(app)[0] == "user: Tea."


def test_it_goes_on_where_it_was_left(open_page, lab):
    """From the page of the crew, whose button leads to what was said."""
    definition_id = talker(lab)
    app = open_page("chat", id=definition_id)
    say(app, "Tea.")
    (turn,) = pending(lab)
    app.query_params.clear()
    app.query_params["id"] = definition_id
    app.switch_page(PAGES["definition"]).run()
    app.button(key="definition.chat").click().run()
    assert not app.exception
    assert bubbles(app)[0] == "user: Tea."
    assert app.query_params["turn"] == turn.execution_id


def unheard(app: AppTest, address: dict[str, Any], mark: Any, seen: str) -> None:
    """Have the browser be where it was before what was done last, as of a slow line."""
    app.query_params.clear()
    for name, value in address.items():
        app.query_params[name] = value
    mark.set_value(seen)


def test_who_is_faster_than_the_answers_stays_in_the_conversation(open_page, lab):
    """The browser sends the address that it has: it neither begins another one, nor runs the crew twice."""
    app = open_page("chat", id=talker(lab))
    before, seen = dict(app.query_params), app.text_input(key="page-seen").value
    say(app, "Tea.")
    unheard(app, before, app.text_input(key="page-seen"), seen)
    say(app, "Green tea.")
    assert len(pending(lab)) == 1
    assert "Sent when the answer is there" in texts(app)
    answer(lab, reply="Which one?", ready=False)
    app.run()
    answer(lab, reply="Fine.", ready=True, inputs={"topic": "tea"})
    app.run()
    before, button, mark = dict(app.query_params), app.button(key="chat.run"), app.text_input(key="page-seen")
    seen = mark.value
    button.click().run()
    unheard(app, before, mark, seen)
    button.click().run()
    assert len(pending(lab, "brew")) == 1
    app.query_params.clear()
    app.query_params["id"] = before["id"]
    app.run()
    assert bubbles(app) == [], "a step back in the history, which has heard of all"


def test_an_address_whose_turn_is_unknown_says_so(open_page, lab):
    """And not what somebody else has said."""
    assert "There is no execution" in texts(open_page("chat", id=talker(lab), turn="gone"))


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (None, "No crew chosen"),
        (document("mute"), "Nobody to talk to"),
        ({"name": "f", "conversational": {"llm": REHEARSAL}, "methods": {}}, "This flow talks itself"),
        (
            {"name": "f", "methods": {"a": {"start": True, "do": {"call": "expression", "expr": "1"}}}},
            "A flow talks when it is a conversation",
        ),
    ],
)
def test_where_there_is_nobody_to_talk_to_the_page_leads_on(open_page, lab, made, told):
    """It says what is missing."""
    query = {} if made is None else {"id": lab.definitions.save(made).definition_id}
    app = open_page("chat", **query)
    assert told in texts(app)
    assert not app.chat_input
