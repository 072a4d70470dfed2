"""Pages in process: the real shell, views and store; only crewAI stays unloaded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crewlab.engine.engine import Engine
from crewlab.lab import Lab
from crewlab.ui import holder
from crewlab.ui.links import PAGES
from tests.made_once import components_of_streamlit as components_of_streamlit

SHELL = Path(holder.__file__).with_name("shell.py")


@pytest.fixture
def lab(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """The lab that the pages use, in a folder of its own, with the example crews."""
    monkeypatch.setattr(Lab, "warm_up", lambda _: None)  # importing crewAI takes seconds, and no page needs it
    holder.refused_entries().clear()
    holder.typed_texts().clear()
    yield holder.get_lab()
    holder.close_lab()


@pytest.fixture
def idle_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue stays as it is: what a page launches or resumes waits, and crewAI is not loaded."""
    monkeypatch.setattr(Engine, "serve", lambda _: None)
    monkeypatch.setattr(Engine, "submit", lambda *_, **__: None)


@pytest.fixture
def open_page(lab: Lab) -> Callable[..., AppTest]:
    """Open a page by name, with the parameters of its address."""

    def open_it(page: str, **parameters: str) -> AppTest:
        app = AppTest.from_file(str(SHELL), default_timeout=90)
        for name, value in parameters.items():
            app.query_params[name] = value
        app.switch_page(PAGES[page]).run()
        assert not app.exception
        assert app.title or app.markdown, "the page drew nothing"
        return app

    return open_it


def texts(app: AppTest) -> str:
    """Everything that a page says in Markdown, captions and messages, without escapes."""
    parts = [*app.title, *app.header, *app.subheader, *app.markdown, *app.caption]
    parts += [*app.error, *app.warning, *app.success, *app.info]
    return "\n".join(str(part.value) for part in parts).replace("\\", "")


def as_of_before(app: AppTest, before: str) -> AppTest:
    """Let what is done next come from a browser that had not drawn more than `before`, a `last_drawn`."""
    app.text_input(key="page-seen").set_value(before)
    return app


def last_drawn(app: AppTest) -> str:
    """The number of the run that is drawn."""
    return str(app.text_input(key="page-seen").value)


def run_button(app: AppTest) -> Any:
    """The button of the page *Launch* that runs what is chosen."""
    return next(button for button in app.button if str(button.key).startswith("launch.run."))


def document_field(app: AppTest) -> dict[str, Any]:
    """What the field of the tab *Document* is given to show."""
    return dict(json.loads(app.get("bidi_component")[0].proto.json))


def document_text(app: AppTest) -> str:
    """The text in the field of the tab *Document*."""
    return str(document_field(app)["text"])


def type_document(app: AppTest, text: str) -> None:
    """Type the text into the field of the tab *Document*, and pause."""
    typed = {"revision": document_field(app)["revision"], "text": text}
    app.session_state["definition.document.text"] = {"typed": typed}
    app.run()
