"""What a step of a flow asks a person, in the Inbox and on the page of its execution."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.definitions.flows.conversation import LISTEN
from crewlab.executions.events import PersonAsked, StepCompleted, StepParked, StepStarted
from crewlab.executions.person import Question
from crewlab.executions.steps import question_index
from crewlab.lab import Lab
from crewlab.ui.components.executions.step_question import MOST_BUTTONS
from tests.factories import running_execution
from tests.pages.conftest import texts

pytestmark = pytest.mark.usefixtures("idle_engine")


def asked(
    lab: Lab, *outcomes: str, value: Any = "A draft.", llm: str | None = None, name: str = "review", talks: bool = False
) -> Question:
    """A flow whose step waits; with `talks` one that holds a conversation."""
    step = {"do": {"call": "expression", "expr": "1"}, "human_feedback": {"message": "Good?", "llm": llm}}
    crew = {"name": "brief", "methods": {name: step}, "tasks": []}
    if talks or name == LISTEN:
        crew |= {"conversational": {"llm": "rehearsal/plain"}, "methods": {} if name == LISTEN else crew["methods"]}
    flow = running_execution(lab.store, crew=crew, kind="flow", origin="foreground")
    return ask(lab, flow.execution_id, outcomes, name=name, value=value)


def ask(
    lab: Lab, execution_id: str, outcomes: tuple[str, ...], *, name: str, value: Any = "A draft.", attempt: int = 1
) -> Question:
    """A step of an execution asks, once in each attempt, and the execution waits."""
    number, question_id = {"execution_id": execution_id, "task_name": name, "attempt": attempt}, f"q{attempt}"
    named = {**number, "step": name, "step_kind": "expression", "call_number": attempt}
    place = {**number, "task_index": question_index(0, attempt)}
    lab.store.events.append([
        *([StepCompleted(**{**named, "call_number": attempt - 1})] if attempt > 1 else []),
        StepStarted(**named),
        PersonAsked(
            **place, question_id=question_id, prompt="Good *enough*?", output=str(value), output_json={"value": value},
            outcomes=outcomes,
        ),
        StepParked(**named, output=value, question_id=question_id),
    ])  # fmt: skip
    assert lab.store.events.flush(5)
    assert lab.store.executions.park(execution_id, attempt, "asked").result() is None
    (question,) = lab.waiting(execution_id)
    return question


def answer_of(lab: Lab, question: Question) -> str:
    log = lab.logs_df(execution_ids=[question.execution_id])
    return str(log[log["kind"] == "person_answered"]["payload"].iloc[-1])


def test_an_outcome_is_one_click(open_page, lab):
    """Each outcome is a button; the words go along, and the flow goes on."""
    question = asked(lab, "revise", "approved")
    app = open_page("inbox")
    assert "Good *enough*?" in texts(app)
    assert "a step of brief" in texts(app)
    labels = [button.label for button in app.button]
    assert "revise" in labels
    assert "Accept" not in labels
    app.text_area(key="question.q1.feedback").input("Shorter.")
    app.button(key="question.q1.outcome.1").click().run()
    assert not app.exception
    assert not lab.waiting()
    said = answer_of(lab, question)
    assert '"approved"' in said
    assert "Shorter." in said


def test_many_outcomes_are_a_list(open_page, lab):
    """Nothing is sent before one is chosen."""
    names = [f"way {number}" for number in range(MOST_BUTTONS + 1)]
    question = asked(lab, *names)
    app = open_page("execution", id=question.execution_id)
    assert app.button(key="question.q1.send").disabled
    app.selectbox(key="question.q1.outcome").set_value("way 3").run()
    app.button(key="question.q1.send").click().run()
    assert not app.exception
    assert '"way 3"' in answer_of(lab, question)


def test_words_alone_are_sent_where_there_is_nothing_to_choose(open_page, lab):
    """Saying nothing is an answer, too; what the step produced is shown as data when it is no text."""
    question = asked(lab, value={"n": 1})
    app = open_page("execution", id=question.execution_id)
    assert app.json[0].value.replace(" ", "") == '{"n":1}'
    app.button(key="question.q1.send").click().run()
    assert not app.exception
    assert not lab.waiting()


def test_words_alone_are_offered_where_a_model_reads_them(open_page, lab):
    """Only where the step names one, and not without words; the outcome is left open."""
    asked(lab, "revise", "approved")
    assert "Send words alone" not in [button.label for button in open_page("inbox").button]
    lab.answer(lab.waiting()[0].execution_id, outcome="revise")
    question = asked(lab, "revise", "approved", llm="rehearsal/plain")
    app = open_page("inbox")
    app.button(key="question.q1.words").click().run()
    assert "choose an outcome" in texts(app)
    app.text_area(key="question.q1.feedback").input("Lovely.")
    app.button(key="question.q1.words").click().run()
    assert not app.exception
    assert "Lovely." in answer_of(lab, question)


def test_a_turn_of_a_conversation_is_a_message(open_page, lab):
    """What was said last is shown; a message is sent as it is, and an empty one is not."""
    question = asked(lab, "end", value="Hello, how can I help?", name=LISTEN)
    app = open_page("inbox")
    assert "Hello, how can I help?" in texts(app)
    app.button(key="question.q1.send").click().run()
    assert "Write your message" in app.warning[0].value
    app.text_area(key="question.q1.message").input("What is the price?")
    app.button(key="question.q1.send").click().run()
    assert not app.exception
    assert "What is the price?" in answer_of(lab, question)


def test_a_conversation_ends_with_one_click(open_page, lab):
    """Nothing has to be said for that."""
    question = asked(lab, "end", name=LISTEN)
    app = open_page("inbox")
    app.button(key="question.q1.end").click().run()
    assert not app.exception
    assert '"end"' in answer_of(lab, question)
