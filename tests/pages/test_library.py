"""Library: secrets are written, never read; prices are found, added, changed and removed."""

from __future__ import annotations

from datetime import date

from streamlit.testing.v1 import AppTest

from crewlab.definitions.library.price_file import price_of
from crewlab.executions.model_test import ModelTest
from crewlab.lab import Lab
from tests.pages.conftest import texts

SECRET = "sk-0123456789abcdef"
NEW = "library.price.A new row"


def press(app: AppTest, label: str) -> AppTest:
    app = next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def store(app: AppTest, name: str, value: str) -> AppTest:
    app.text_input(key="library.secret.name").input(name)
    app.text_input(key="library.secret.value").input(value)
    return press(app, "Store")


def test_a_secret_is_stored_and_never_shown_again(lab, open_page):
    """Its name is listed with where it comes from; the value is in no widget and not in the session."""
    app = store(open_page("library"), "MY_SERVER", SECRET)
    assert lab.secrets.get("MY_SERVER") == SECRET
    assert "MY_SERVER" in texts(app)
    assert "stored" in texts(app)
    assert app.text_input(key="library.secret.value").value == ""
    assert SECRET not in f"{app} {app.session_state} {texts(open_page('library'))}"


def test_a_secret_is_replaced_and_deleted(lab, open_page):
    """Storing under the same name replaces; deleting asks in between."""
    lab.secrets.set("MY_SERVER", SECRET)
    app = store(open_page("library"), "MY_SERVER", "another-value")
    assert lab.secrets.get("MY_SERVER") == "another-value"
    app.button(key="library.secret.delete.MY_SERVER").click().run()
    assert lab.secrets.names() == ()


def test_what_cannot_be_stored_is_said(lab, open_page):
    """Once, with what to do, and without the value."""
    app = store(open_page("library"), "MY SERVER", SECRET)
    assert "not a name for a secret" in texts(app)
    assert SECRET not in f"{app} {app.session_state}"
    assert "not a name" not in texts(app.run())
    assert lab.secrets.names() == ()


def test_secrets_that_cannot_be_read_leave_the_rest_of_the_page(lab, open_page):
    """A wrong key does not hide the names, and not the prices."""
    lab.secrets.set("MY_SERVER", SECRET)
    (lab.settings.data / "secret.key").write_text("nonsense")
    app = store(open_page("library"), "OTHER", "another-value")
    assert "does not hold a key" in texts(app)
    assert "MY_SERVER" in texts(app)
    (lab.settings.data / "secrets.json").write_text("nonsense")
    app = open_page("library")
    assert "is damaged" in texts(app)
    assert app.text_input(key="library.price.search")


def fill(app: AppTest, key: str, **values: object) -> AppTest:
    app.text_input(key=f"{key}.model").input(str(values["model"]))
    app.number_input(key=f"{key}.input").set_value(values["input"])
    app.number_input(key=f"{key}.output").set_value(values["output"])
    app.date_input(key=f"{key}.from").set_value(values["since"])
    return app


def test_a_price_is_added_changed_and_deleted(lab, open_page):
    """It counts from its day on, for what is run from then on."""
    app = fill(open_page("library"), NEW, model="openai/mine", input=1.5, output=6.0, since=date(2026, 1, 1))
    app = press(app, "Add")
    assert lab.price("openai/mine").input_usd_per_million == 1.5
    assert app.text_input(key=f"{NEW}~2.model").value == ""  # another form: a browser keeps its own
    label = "openai/mine, from 2026-01-01"
    app.selectbox(key="library.price.chosen").select(label).run()
    key = f"library.price.{label}"
    assert app.number_input(key=f"{key}.input").value == 1.5
    app = press(fill(app, key, model="openai/mine", input=2.0, output=6.0, since=date(2026, 1, 1)), "Save")
    assert lab.price("openai/mine").input_usd_per_million == 2
    app.selectbox(key="library.price.chosen").select(label).run()
    press(app, "Delete")
    assert lab.prices.table.rows == ()


def test_a_price_that_is_none_is_said(lab, open_page):
    """What is missing is named, and what was typed stays."""
    app = fill(open_page("library"), NEW, model="openai/mine", input=None, output=6.0, since=date(2026, 1, 1))
    app = press(app, "Add")
    assert "input usd per million" in texts(app)
    assert app.text_input(key=f"{NEW}.model").value == "openai/mine"
    assert lab.prices.table.rows == ()


def test_prices_are_searched(lab, open_page):
    """The shipped table and own rows, with source and date; a word about what is in neither."""
    lab.prices.put(price_of(model="my/gpt-4o", input_usd_per_million=1, output_usd_per_million=2))
    app = open_page("library")
    app.text_input(key="library.price.search").input("gpt-4o").run()
    found = app.dataframe[-1].value
    assert found["model"][0] == "my/gpt-4o"
    assert found["source"].str.startswith("crewai ").any()
    app.text_input(key="library.price.search").input("no-such-model").run()
    assert "No price is known" in texts(app)


PROFILE = "library.profile.A new profile"


def add_profile(app: AppTest, name: str, model: str, **fields: str) -> AppTest:
    app.text_input(key=f"{PROFILE}.name").input(name)
    app.text_input(key=f"{PROFILE}.model").input(model)
    if "parameters" in fields:
        app.text_area(key=f"{PROFILE}.parameters").input(fields["parameters"])
    return press(app, "Add profile")


def test_a_profile_is_added_changed_and_deleted_and_put_back(lab, open_page):
    """The form keeps what is typed as a profile; deleting names who uses it, and can be undone."""
    app = add_profile(open_page("library"), "fast", "rehearsal/terse", parameters='{"seed": 3}')
    [profile] = lab.model_profiles()
    assert (profile.name, profile.llm()) == ("fast", {"model": "rehearsal/terse", "seed": 3})
    app.text_input(key="library.profile.fast.note").input("for drafts")
    press(app, "Save profile")
    assert lab.model_profiles()[0].note == "for drafts"
    document = dict(lab.definitions.version("ticket-triage").document)
    lab.definitions.save({**document, "name": "mine", "llm": "fast"})
    app = open_page("library")
    app.selectbox(key="library.profile.chosen").set_value("fast").run()
    assert "mine: llm" in texts(app)
    app.button(key="library.profile.delete").click().run()
    assert lab.model_profiles() == []
    app.button(key="library.profile.undo").click().run()
    assert [one.note for one in lab.model_profiles()] == ["for drafts"]


def test_what_cannot_be_a_profile_is_said(lab, open_page):
    """In words, and the typed text stays in the form."""
    app = add_profile(open_page("library"), "gpt-4o", "openai/gpt-4o")
    assert "is the name of a model itself" in texts(app)
    app = add_profile(app, "fast", "openai/gpt-4o", parameters="{")
    assert "not JSON" in texts(app)
    assert app.text_input(key=f"{PROFILE}.name").value == "fast"
    assert lab.model_profiles() == []


def test_a_profile_is_tried(lab, open_page, monkeypatch):
    """One call: its latency, tokens and answer, or the raw error."""
    lab.save_model_profile("fast", "openai/gpt-4o-mini")
    answers = [
        ModelTest(True, 0.42, "Ready.", input_tokens=12, output_tokens=5),
        ModelTest(False, 0.1, error="Refused.", hint="Check the key.", raw_error="openai.AuthenticationError: no"),
    ]
    monkeypatch.setattr(Lab, "test_model", lambda _, llm: answers.pop(0))
    app = open_page("library")
    app.selectbox(key="library.profile.chosen").set_value("fast").run()
    app.button(key="library.profile.test").click().run()
    assert "0.42 s, 12 + 5 tokens" in texts(app)
    app.button(key="library.profile.test").click().run()
    assert "Refused." in texts(app)
    assert [block.value for block in app.code] == ["openai.AuthenticationError: no"]
