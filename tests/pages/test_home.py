"""Home: numbers, what runs, what ran, first steps."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from crewlab.executions.model_test import ModelTest
from crewlab.lab import Lab
from tests.factories import finished_execution
from tests.pages.conftest import texts

MODEL, URL, KEY = "home.model.name", "home.model.base_url", "home.model.key"


def test_an_empty_lab_shows_first_steps(open_page):
    """A newcomer sees what to do, and no row of zeros."""
    app = open_page("home")
    assert "Run an example" in texts(app)
    assert not app.metric


def test_the_example_is_one_click_away(open_page):
    """The button leads to Launch with the example chosen."""
    app = open_page("home")
    app.button(key="home.run_example").click().run()
    assert not app.exception
    assert app.title[0].value == "Launch"
    assert app.query_params["definition"] == "market-brief"


def test_every_status_is_counted(lab, open_page):
    """What was cancelled is in the numbers too."""
    finished_execution(lab.store)
    labels = {metric.label for metric in open_page("home").metric}
    assert labels == {"Running", "Pending", "Completed", "Failed or interrupted", "Cancelled", "Real spend"}


def test_rehearsals_are_not_spend(lab, open_page):
    """What the rehearsal model did is counted as executions, labelled, and costs nothing."""
    finished_execution(lab.store)
    app = open_page("home")
    values = {metric.label: metric.value for metric in app.metric}
    assert values["Completed"] == "1"
    assert values["Real spend"] == "none"
    assert "rehearsal: not evidence" in texts(app)


def test_real_spend_is_shown(lab, open_page):
    """Calls to a priced model add up in dollars."""
    finished_execution(lab.store, model="openai/gpt-4o-mini")
    app = open_page("home")
    values = {metric.label: metric.value for metric in app.metric}
    assert values["Real spend"].startswith("$0.000")
    assert "rehearsal: not evidence" not in texts(app)


def test_first_steps_stay_within_reach(lab, open_page):
    """Who has run something can still enter a model of their own."""
    finished_execution(lab.store)
    app = open_page("home")
    assert app.text_input(key=MODEL)


def ask(app: AppTest, *, model: str, key: str = "", url: str = "") -> AppTest:
    """Fill the form *Use your own model* and press *Test*."""
    app.text_input(key=MODEL).input(model)
    app.text_input(key=KEY).input(key)
    app.text_input(key=URL).input(url)
    return next(button for button in app.button if button.label == "Test").click().run()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the lab was asked to test; every model answers."""
    models: list[object] = []

    def answer(_: Lab, llm: object) -> ModelTest:
        models.append(llm)
        return ModelTest(ok=True, latency_seconds=0.42, answer="Yes, I am here.")

    monkeypatch.setattr(Lab, "test_model", answer)
    return models


def test_a_key_is_remembered_by_the_lab_and_wiped_from_the_page(lab, open_page, asked, monkeypatch):
    """The key stays in memory under the variable that its provider reads, and in no widget."""
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    app = ask(open_page("home"), model="anthropic/claude-sonnet-4-5", key="sk-secret")
    assert lab.key_names()["ANTHROPIC_API_KEY"] == "memory"
    assert app.session_state[KEY] == ""
    assert "sk-secret" not in str(app.session_state)
    assert "0.42 s" in texts(app)


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every key is refused."""
    failure = ModelTest(ok=False, latency_seconds=0.1, error="The provider refused the key.", hint="Check the key.")
    monkeypatch.setattr(Lab, "test_model", lambda *_: failure)


def test_a_key_that_does_not_work_replaces_none(lab, open_page, refused):
    """A mistyped key is not kept, and the page says so."""
    lab.remember_key("OPENAI_API_KEY", "sk-works")
    app = ask(open_page("home"), model="openai/gpt-4o-mini", key="sk-mistyped")
    assert lab.keys.get("OPENAI_API_KEY") == "sk-works"
    assert "The key was not kept; OPENAI_API_KEY is as it was." in texts(app)
    assert "sk-mistyped" not in str(app.session_state)


def test_a_key_is_kept_all_the_same_when_asked_to(lab, open_page, refused):
    """A server that is down now may know the key later."""
    app = open_page("home")
    app.checkbox(key="home.model.keep").check()
    ask(app, model="openai/gpt-4o-mini", key="sk-later")
    assert lab.keys.get("OPENAI_API_KEY") == "sk-later"


def test_a_key_in_memory_can_be_forgotten(lab, open_page):
    """One press, and it is gone."""
    lab.remember_key("MINE_API_KEY", "sk-secret")
    app = open_page("home")
    app.button(key="home.model.forget.MINE_API_KEY").click().run()
    assert "MINE_API_KEY" not in lab.key_names()


@pytest.mark.parametrize(
    ("entered", "words"),
    [
        ({"key": "sk-schlüssel"}, "Character 8 of the key, 'ü', is one that keys cannot have"),
        ({"key": "sk-one two"}, "keys cannot have"),
        ({"url": "127.0.0.1:11434/v1"}, "Put http:// or https:// in front"),
    ],
    ids=["letter", "space", "scheme"],
)
def test_what_cannot_work_is_not_asked(open_page, asked, entered, words):
    """The form says what is wrong before anything is sent."""
    app = ask(open_page("home"), model="openai/llama", **entered)
    assert words in texts(app)
    assert asked == []


def test_a_server_of_ones_own_is_asked_at_its_address(open_page, asked):
    """Model and base URL go to the test as a document would say them."""
    ask(open_page("home"), model="openai/llama", url="http://127.0.0.1:9/v1")
    assert asked == [{"model": "openai/llama", "base_url": "http://127.0.0.1:9/v1"}]


def test_a_model_that_fails_shows_error_and_hint(open_page, monkeypatch):
    """The raw error is shown with what to do about it."""
    failure = ModelTest(ok=False, latency_seconds=0.1, error="Connection refused", hint="Check the base URL.")
    monkeypatch.setattr(Lab, "test_model", lambda *_: failure)
    app = ask(open_page("home"), model="openai/llama")
    assert not app.exception
    assert "Connection refused" in texts(app)
    assert "Check the base URL." in texts(app)


def test_a_test_without_a_model_asks_for_one(open_page, asked):
    """Nothing is asked when nothing is named."""
    app = ask(open_page("home"), model=" ")
    assert asked == []
    assert "Name a model first." in texts(app)


def test_a_key_can_be_stored_as_a_secret(lab, open_page, asked):
    """On request it outlives the process; one in memory would win, and is forgotten."""
    lab.remember_key("OPENAI_API_KEY", "an-older-key")
    app = open_page("home")
    app.checkbox(key="home.model.store").check()
    app = ask(app, model="openai/gpt-4o-mini", key="sk-secret-value")
    assert lab.secrets.get("OPENAI_API_KEY") == "sk-secret-value"
    assert lab.key_names()["OPENAI_API_KEY"] == "secret"
    assert "sk-secret-value" not in str(app.session_state)


def test_a_key_that_cannot_be_stored_is_used_all_the_same(lab, open_page, asked):
    """The page says why it was not stored; until the process ends it is in memory."""
    app = open_page("home")
    app.checkbox(key="home.model.store").check()
    app = ask(app, model="openai/gpt-4o-mini", key="short")
    assert "at least 8 characters" in texts(app)
    assert lab.keys.get("OPENAI_API_KEY") == "short"
    assert lab.secrets.names() == ()


def test_a_model_that_works_is_kept_as_a_profile(lab, open_page, asked):
    """Once, under a name of its own, over a restart; and that can be undone."""
    app = ask(open_page("home"), model="openai/llama", url="http://127.0.0.1:9/v1")
    [profile] = lab.model_profiles()
    assert (profile.name, profile.llm()) == ("llama", {"model": "openai/llama", "base_url": "http://127.0.0.1:9/v1"})
    app = ask(app, model="openai/llama", url="http://127.0.0.1:9/v1")
    assert len(lab.model_profiles()) == 1
    ask(app, model="openai/gpt-4o-mini").button(key="home.model.undo").click().run()
    assert [one.name for one in lab.model_profiles()] == ["llama"]
