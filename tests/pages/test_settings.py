"""Settings: the pool, limits, storage, and what this is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from crewlab.engine.tracing.export import TraceExportState
from crewlab.lab import Lab
from crewlab.ui import holder
from crewlab.ui.components.settings.storage_view import size
from tests.pages.conftest import texts

Open = Callable[..., AppTest]


@pytest.fixture
def open_tab(open_page: Open) -> Open:
    """The page on one of its tabs."""

    def open_it(tab: str) -> AppTest:
        app = open_page("settings")
        app.session_state["settings.tabs"] = tab
        return app.run()

    return open_it


def numbers(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_the_pool_is_paused_and_goes_on(lab: Lab, open_page: Open):
    """Every page says so in the sidebar meanwhile."""
    app = open_page("settings")
    app.button(key="settings.pool.pause").click().run()
    assert lab.engine_state().is_paused
    assert "The pool is paused" in texts(app)
    assert any("The pool is paused" in link.label for link in open_page("home").sidebar.get("page_link"))
    app.button(key="settings.pool.unpause").click().run()
    assert not lab.engine_state().is_paused


def test_the_numbers_of_the_pool_are_shown(lab: Lab, open_page: Open):
    """What runs, what waits, and how much room there is."""
    shown = numbers(open_page("settings"))
    assert (shown["Running"], shown["In the queue"]) == ("0", "0")
    assert shown["On shared workers"] == "0 of 256"
    assert shown["Dedicated workers"] == "0 of 4"


def test_a_cap_is_changed_and_goes_back_to_its_default(lab: Lab, open_page: Open):
    """At once, and the page says where the value comes from."""
    app = open_page("settings")
    app.number_input(key="settings.field.owner_limit").set_value(7).run()
    assert lab.settings.owner_limit == 7
    assert "Changed here" in texts(app)
    app.button(key="settings.field.owner_limit.default").click().run()
    assert lab.settings.owner_limit == 0
    assert app.number_input(key="settings.field.owner_limit").value == 0


def test_a_change_leaves_the_other_fields_alone(lab: Lab, open_page: Open):
    """Nothing is put into a field that somebody may be typing in."""
    app = open_page("settings")
    app.number_input(key="settings.field.owner_limit").set_value(7).run()
    assert not app.number_input(key="settings.field.batch_limit").proto.set_value


def test_a_value_that_does_not_fit_is_refused(lab: Lab, open_page: Open):
    """The field shows again what is in force."""
    app = open_page("settings")
    app.number_input(key="settings.field.workers").set_value(0).run()
    assert lab.settings.workers == 4
    assert app.number_input(key="settings.field.workers").value == 4
    assert any("workers" in toast.value for toast in app.toast)


def test_what_the_environment_sets_is_locked(data, open_page: Open, monkeypatch: pytest.MonkeyPatch):
    """It names the variable, instead of changing something that would not count."""
    holder.close_lab()
    monkeypatch.setenv("CREWLAB_WORKERS", "2")
    app = open_page("settings")
    field = app.number_input(key="settings.field.workers")
    assert (field.value, field.disabled) == (2, True)
    assert "CREWLAB_WORKERS" in texts(app)


def test_a_model_is_limited_and_the_limit_is_lifted(lab: Lab, open_tab: Open):
    """By the name that definitions use."""
    app = open_tab("Limits")
    app.text_input(key="settings.model_limit.form.model").input("openai/gpt-4o")
    app.number_input(key="settings.model_limit.form.requests").set_value(60)
    next(button for button in app.button if button.label == "Limit").click().run()
    assert lab.model_limits()["openai/gpt-4o"].requests_per_minute == 60
    assert "60 requests a minute" in texts(app)
    assert app.text_input(key="settings.model_limit.form~2.model").value == ""  # another form: a browser keeps its own
    app.button(key="settings.model_limit.lift.openai/gpt-4o").click().run()
    assert lab.model_limits() == {}


def test_a_snapshot_is_made(lab: Lab, open_tab: Open):
    """And its path is said."""
    app = open_tab("Storage")
    app.button(key="settings.storage.snapshot").click().run()
    assert len(list((lab.settings.data / "snapshots").glob("*.duckdb"))) == 1
    assert any("snapshots" in toast.value for toast in app.toast)


def test_files_of_old_executions_are_deleted(lab: Lab, open_tab: Open):
    """A second button confirms; without executions nothing is deleted."""
    app = open_tab("Storage")
    app.button(key="settings.storage.delete").click().run()
    assert any("are free again" in toast.value for toast in app.toast)


def test_files_are_deleted_by_the_number_that_was_confirmed(lab: Lab, open_tab: Open, monkeypatch: pytest.MonkeyPatch):
    """A click that arrives together with another number confirms nothing."""
    monkeypatch.setattr(Lab, "remove_artifacts", lambda *_: pytest.fail("files are deleted"))
    app = open_tab("Storage")
    app.number_input(key="settings.storage.days").set_value(5)
    app.button(key="settings.storage.delete").click().run()
    assert any("Nothing was deleted: the number is 5 by now" in toast.value for toast in app.toast)


def test_versions_and_places_are_shown(lab: Lab, open_tab: Open):
    """What a report of a fault needs."""
    told = " ".join(str(frame.value.to_dict()) for frame in open_tab("About").dataframe)
    for part in ("duckdb", "Apache", str(lab.settings.database), "CREWLAB_EXAMPLES"):
        assert part in told


@pytest.mark.parametrize(
    ("bytes", "said"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (2e9, "2.0 GB"), (3e12, "3000.0 GB")]
)
def test_sizes_have_a_unit(bytes, said):
    """From bytes to gigabytes."""
    assert size(int(bytes)) == said


def test_it_says_whether_traces_arrive(lab: Lab, open_tab: Open, monkeypatch: pytest.MonkeyPatch):
    """Off by default; what is wrong with the receiver is said where somebody looks for it."""
    assert "Off. `CREWLAB_OTLP_ENDPOINT`" in texts(open_tab("About"))
    state = TraceExportState("http://there:4318", sent=3, dropped=2, problem="It cannot be reached.")
    monkeypatch.setattr(lab, "trace_export", lambda: state)
    app = open_tab("About")
    assert (numbers(app)["Sent"], numbers(app)["Left out"]) == ("3", "2")
    assert "It cannot be reached." in texts(app)
