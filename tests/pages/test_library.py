"""Library: secrets are written, never read; prices are found, added, changed and removed."""

from __future__ import annotations

from datetime import date

from streamlit.testing.v1 import AppTest

from crewlab.definitions.library.price_file import price_of
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
    assert app.text_input(key=f"{NEW}.model").value == ""
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
