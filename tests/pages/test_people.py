"""What waits for a person, on every page that says so."""

from __future__ import annotations

import pytest

from tests.factories import document, waiting_execution
from tests.pages.conftest import texts

HERE = {"origin": "foreground"}
pytestmark = pytest.mark.usefixtures("idle_engine")


@pytest.fixture
def waiting(lab):
    """An execution whose first task waits."""
    return waiting_execution(lab.store, "A *bold* draft.", prompt="Good <enough>?", **HERE)


@pytest.fixture
def question(lab, waiting):
    """What is asked."""
    return lab.waiting(waiting.execution_id)[0]


def key(question, name: str) -> str:
    """The key of a widget of its form."""
    return f"question.{question.question_id}.{name}"


def test_accepting_on_the_execution_page(open_page, lab, waiting, question):
    """The answer is shown formatted with what is asked; one click accepts it, and the question is gone."""
    app = open_page("execution", id=waiting.execution_id)
    assert "A *bold* draft." in texts(app)
    assert "Good <enough>?" in texts(app)
    app.button(key=key(question, "accept")).click().run()
    assert not app.exception
    assert not lab.waiting()
    assert lab.execution(waiting.execution_id).status == "pending"
    assert "A *bold* draft." not in texts(app)


def test_feedback_in_the_inbox(open_page, lab, waiting, question):
    """A text and *Send feedback*; neither button does what was not meant."""
    app = open_page("inbox")
    app.button(key=key(question, "send")).click().run()
    assert "Write what shall be different" in texts(app)
    app.text_area(key=key(question, "feedback")).input("Shorter.")
    app.button(key=key(question, "accept")).click().run()
    assert "There is feedback in the box" in texts(app)
    assert lab.waiting()
    app.button(key=key(question, "send")).click().run()
    assert not app.exception
    assert not lab.waiting()
    answers = lab.logs_df(execution_ids=[waiting.execution_id])
    assert "Shorter." in answers[answers["kind"] == "person_answered"]["payload"].iloc[0]


def test_questions_of_one_crew_are_told_apart(open_page, lab):
    """By what each execution was given, on Home and in the inbox."""
    for topic in ("oolong", "sencha"):
        waiting_execution(lab.store, inputs={"topic": topic}, **HERE)
    for page in ("home", "inbox"):
        assert [topic in texts(open_page(page)) for topic in ("oolong", "sencha")] == [True, True]


def test_a_second_tab_is_told(open_page, lab, waiting, question):
    """Whoever clicks on an answered question sees why nothing happened."""
    first, second = open_page("inbox"), open_page("inbox")
    first.button(key=key(question, "accept")).click().run()
    lab.store.executions.claim(waiting.execution_id, 2).result()
    second.button(key=key(question, "accept")).click()
    second.run()
    assert not second.exception
    assert lab.execution(waiting.execution_id).attempt == 2


def test_every_page_says_how_much_waits(open_page, lab, waiting):
    """A link in the sidebar, and a list on Home that says what is asked and leads to the execution."""
    app = open_page("home")
    links = [link.label for link in [*app.page_link, *app.sidebar.page_link]]
    assert "**1 waiting for you**" in links
    assert any("research" in label for label in links)
    assert "Waiting for you" in texts(app)
    assert any(caption.value.startswith("Good") for caption in app.caption)


def test_an_empty_inbox_says_so(open_page):
    """Nothing to do is said, with a way on."""
    assert "Nothing waits for you" in texts(open_page("inbox"))


def test_the_list_filters_what_waits(open_page, lab, waiting):
    """`?status=waiting` of Executions."""
    app = open_page("executions", status="waiting")
    assert app.button_group[0].value == ["waiting"]


def test_a_deadline_is_shown(open_page, lab):
    """When, and what happens then."""
    from datetime import UTC, datetime

    far = datetime(2099, 1, 1, tzinfo=UTC)
    waiting_execution(lab.store, deadline=far, timeout_seconds=9.0, on_timeout="accept", **HERE)
    assert "it is accepted" in texts(open_page("inbox"))


def test_the_task_form_asks_for_a_person(open_page, lab):
    """The switch writes `true`, options make it an object, and an option that is emptied takes itself away."""
    crew = lab.definitions.save(document("demo"))
    app = open_page("definition", id="demo")
    app.session_state["definition.tab"] = "Tasks"
    app.run()
    place = "definition.tasks.0.human_input"

    def written():
        return lab.definitions.draft(crew.definition_id).document["tasks"][0].get("human_input")

    app.toggle(key=place).set_value(True).run()
    assert written() is True
    app.text_input(key=f"{place}.prompt").input("Good?").run()
    app.text_input(key=f"{place}.timeout_seconds").set_value("60").run()
    app.selectbox(key=f"{place}.on_timeout").set_value("feedback").run()
    app.text_input(key=f"{place}.feedback").input("Go on.").run()
    assert not app.exception
    assert written() == {"prompt": "Good?", "timeout_seconds": 60.0, "on_timeout": "feedback", "feedback": "Go on."}
    app.text_input(key=f"{place}.prompt").input("").run()
    app.toggle(key=f"{place}.once").set_value(True).run()
    assert "prompt" not in written()
    assert written()["once"] is True
    app.toggle(key=place).set_value(False).run()
    assert lab.definitions.draft(crew.definition_id) is None


def test_launch_says_that_a_person_is_asked(open_page, lab):
    """Before the launch, with the names of the tasks."""
    crew = document("demo")
    crew["tasks"][0]["human_input"] = True
    lab.definitions.save({**crew, "inputs": {"topic": "tea"}})
    assert "Waits for a person after research" in texts(open_page("launch", definition="demo"))
