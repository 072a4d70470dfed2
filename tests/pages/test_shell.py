"""The frame of every page: navigation, what is shown when the lab cannot be opened, and what is imported when."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from crewlab.errors import SchemaTooNewError
from crewlab.lab import Lab
from crewlab.ui import holder
from crewlab.ui.links import PAGES
from tests.factories import finished_execution
from tests.pages.conftest import SHELL, texts

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_on_an_empty_lab(open_page, page):
    """A deep link to any page, without parameters and without data, draws a title and no traceback."""
    app = open_page(page)
    assert not app.exception


@pytest.mark.parametrize(
    ("page", "parameters", "name"),
    [("executions", {}, "Executions"), ("definition", {"id": "ticket-desk"}, "ticket-desk")],
)
def test_the_tab_of_the_browser_says_what_it_shows(lab, open_page, monkeypatch, page, parameters, name):
    """Of several tabs, and in the history, one page is told from another."""
    said: list[str] = []
    monkeypatch.setattr("streamlit.set_page_config", lambda page_title, **_: said.append(page_title))
    open_page(page, **parameters)
    assert said[-1] == f"{name} · CrewLab"


@pytest.mark.parametrize(
    ("page", "parameters", "title"),
    [
        ("execution", {"id": "gone"}, "There is no such execution"),
        ("executions", {"batch": "gone"}, "There is no such batch"),
    ],
)
def test_a_dead_link_leads_to_the_list(lab, page, parameters, title):
    """It names what is missing, and the way on is a link, not a command for a terminal."""
    finished_execution(lab.store)
    app = AppTest.from_file(str(SHELL), default_timeout=90)
    app.query_params.update(parameters)
    app.switch_page(PAGES[page]).run()
    assert not app.exception
    assert title in texts(app)
    assert "python -m" not in texts(app)


@pytest.mark.parametrize(
    ("page", "parameters"),
    [("definition", {"id": "nobody"}), ("definition", {"draft": "gone"}), ("execution", {"id": "gone"})],
)
def test_a_dead_link_says_what_to_do(lab, page, parameters):
    """An address that names nothing shows the error with its hint, not a traceback."""
    app = AppTest.from_file(str(SHELL), default_timeout=90)
    app.query_params.update(parameters)
    app.switch_page(PAGES[page]).run()
    assert not app.exception
    assert app.error
    assert "There is no" in texts(app)


def test_a_locked_store_is_explained(data, monkeypatch):
    """While another process holds the store, each page says so and what to do, and there is a way to try again."""
    with Lab.open(data):
        monkeypatch.setattr(Lab, "warm_up", lambda _: None)
        app = AppTest.from_file(str(SHELL), default_timeout=90).run()
        assert not app.exception
        assert app.title[0].value == "CrewLab cannot open its store"
        assert app.error
    app.button(key="page.try_again").click().run()
    assert app.title[0].value == "Home"
    holder.close_lab()


def test_a_newer_store_is_explained(data, monkeypatch):
    """A store made by a newer program shows the error and its hint."""

    def refuse(*_: object, **__: object) -> None:
        raise SchemaTooNewError("The store has schema 99, this program knows 1.", "Install a newer CrewLab.")

    monkeypatch.setattr(Lab, "open", refuse)
    app = AppTest.from_file(str(SHELL), default_timeout=90).run()
    assert not app.exception
    assert "Install a newer CrewLab." in texts(app)


def test_a_setting_that_cannot_be_used_is_explained(data, monkeypatch):
    """A wrong variable is named on the page."""
    monkeypatch.setenv("CREWLAB_WORKERS", "many")
    app = AppTest.from_file(str(SHELL), default_timeout=90).run()
    assert not app.exception
    assert "CREWLAB_WORKERS" in texts(app)


def test_the_lab_is_opened_once_and_survives_reloaded_modules(lab, monkeypatch):
    """Hot reload imports the pages' modules again; there must never be a second lab."""
    monkeypatch.delitem(sys.modules, "crewlab.ui.holder")
    import crewlab.ui.holder as reloaded

    assert reloaded is not holder
    assert reloaded.get_lab() is lab


def test_the_first_page_needs_neither_crewai_nor_pandas():
    """The first paint is fast because what it does not need is not imported for it."""
    code = (
        "import sys, crewlab.ui.page, crewlab.ui.views.home, crewlab.lab, crewlab.store\n"
        "print([name for name in ('crewai', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_crewai_loads_only_after_the_first_page_is_drawn(lab, monkeypatch):
    """The first run of the script leaves crewAI alone; the sidebar's next tick asks for it."""
    asked = []
    monkeypatch.setattr(Lab, "warm_up", lambda _: asked.append(True))
    app = AppTest.from_file(str(SHELL), default_timeout=90).run()
    assert asked == []
    app.run()
    assert asked
