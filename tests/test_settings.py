"""Settings: read once, from `CREWLAB_*` variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from crewlab.errors import SettingsError
from crewlab.settings import Settings


def test_a_variable_sets_its_field(tmp_path: Path):
    """`CREWLAB_WORKERS=2` is two workers, and `CREWLAB_DATA` may be relative or start with ~."""
    settings = Settings.from_environment({"CREWLAB_WORKERS": "2", "CREWLAB_DATA": str(tmp_path / "a" / ".." / "b")})
    assert settings.workers == 2
    assert settings.data == (tmp_path / "b").resolve()


def test_an_empty_variable_is_not_set():
    """`CREWLAB_DATA=` is the default folder, not the current one."""
    assert Settings.from_environment({"CREWLAB_DATA": "", "CREWLAB_WORKERS": " "}) == Settings.from_environment({})


def test_an_unusable_value_names_the_variable():
    """The error says which variable to change."""
    with pytest.raises(SettingsError, match="CREWLAB_WORKERS='many'"):
        Settings.from_environment({"CREWLAB_WORKERS": "many"})


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_readme_lists_every_setting(name: str):
    """A setting that nobody can find does not exist."""
    readme = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
    assert f"`CREWLAB_{name.upper()}`" in readme


def test_settings_describe_themselves():
    """The README table and help texts come from one place."""
    assert all(field.description for field in Settings.model_fields.values())


def test_headers_for_traces_are_never_shown():
    """They may hold a key, however they were given."""
    settings = Settings.from_environment({"CREWLAB_OTLP_HEADERS": "x-api-key=sk-planted-0123456789"})
    assert settings.otlp_headers.get_secret_value() == "x-api-key=sk-planted-0123456789"
    assert "sk-planted" not in f"{settings!r} {settings.model_dump_json()} {settings.otlp_headers}"
