"""Settings that change while CrewLab runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from crewlab.engine.adjustments import ADJUSTABLE, Adjustments
from crewlab.errors import SettingsError
from crewlab.settings import Settings


@pytest.fixture
def adjustments(tmp_path: Path) -> Adjustments:
    return Adjustments(Settings(data=tmp_path))


def again(adjustments: Adjustments) -> Adjustments:
    """As the next start has them."""
    return Adjustments(Settings(data=adjustments.path.parent))


def test_what_is_changed_counts_at_once_and_after_a_restart(adjustments: Adjustments):
    """The file says only what is not the default, and nobody else may read it."""
    adjustments.change("owner_limit", 3)
    assert adjustments.now.owner_limit == again(adjustments).now.owner_limit == 3
    assert adjustments.source("owner_limit") == "changed here"
    assert adjustments.path.read_text("utf-8").split() == ["{", '"settings":', "{", '"owner_limit":', "3", "}", "}"]
    assert adjustments.path.stat().st_mode & 0o777 == 0o600


def test_none_goes_back_to_the_default(adjustments: Adjustments):
    """And the file forgets it."""
    adjustments.change("workers", 2)
    adjustments.change("workers", None)
    assert adjustments.now.workers == Settings.model_fields["workers"].default
    assert adjustments.source("workers") == "default"


def test_the_environment_wins_and_says_so(tmp_path: Path):
    """A value that the environment sets cannot be changed here, nor by what the file said before."""
    Adjustments(Settings(data=tmp_path)).change("workers", 2)
    adjustments = Adjustments(Settings.from_environment({"CREWLAB_WORKERS": "7"}, data=tmp_path))
    assert (adjustments.now.workers, adjustments.source("workers")) == (7, "environment")
    with pytest.raises(SettingsError, match="CREWLAB_WORKERS sets it"):
        adjustments.change("workers", 3)
    shown = {setting.name: setting for setting in adjustments.every()}
    assert not shown["workers"].is_adjustable
    assert shown["admission"].is_adjustable


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [("workers", 0, "workers"), ("workers", "many", "workers"), ("owner", "eve", "cannot be")],
)
def test_what_does_not_fit_changes_nothing(adjustments: Adjustments, name, value, says):
    """The error names the setting; the file is as it was."""
    with pytest.raises(SettingsError, match=says):
        adjustments.change(name, value)
    assert not adjustments.path.exists()


@pytest.mark.parametrize(
    "text", ["{", '{"paused": 7}', '{"settings": {"owner": "eve"}}', '{"settings": {"workers": -1}}']
)
def test_a_file_that_holds_something_else_is_refused(adjustments: Adjustments, text):
    """It is named, and not overwritten."""
    adjustments.path.write_text(text, "utf-8")
    with pytest.raises(SettingsError):
        assert adjustments.now
    assert adjustments.path.read_text("utf-8") == text


def test_models_have_limits_until_they_are_lifted(adjustments: Adjustments):
    """Both numbers, one, or none."""
    adjustments.limit_model("openai/gpt-4o", 60, None)
    assert again(adjustments).models["openai/gpt-4o"].requests_per_minute == 60
    adjustments.limit_model("openai/gpt-4o", None, None)
    assert again(adjustments).models == {}


@pytest.mark.parametrize(("model", "requests"), [("", 1), (" x", 1), ("x", 0), ("x", -5)])
def test_a_limit_that_means_nothing_is_refused(adjustments: Adjustments, model, requests):
    """A limit of 0 would hold everything up for ever."""
    with pytest.raises(SettingsError):
        adjustments.limit_model(model, requests, None)


def test_a_pause_outlives_the_process(adjustments: Adjustments):
    """It is remembered until somebody lets the pool go on."""
    adjustments.pause(paused=True)
    assert again(adjustments).is_paused
    adjustments.pause(paused=False)
    assert not again(adjustments).is_paused


def test_what_can_be_changed_is_a_setting():
    """The list names nothing that is gone."""
    assert set(ADJUSTABLE) <= Settings.model_fields.keys()
