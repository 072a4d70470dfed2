"""Model profiles of a data folder: kept, replaced, removed, and refused."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from crewlab.definitions.library.model_profile_file import ModelProfileFile, free_name, profile_of
from crewlab.definitions.library.model_profiles import ModelProfile
from crewlab.errors import ModelProfileError, ModelProfileNotFoundError, SettingsError


def profile(name: str = "fast", **changes: Any) -> ModelProfile:
    return profile_of(name=name, **{"model": "openai/gpt-4o-mini", **changes})


def test_what_is_kept_counts_at_once_and_after_a_restart(tmp_path: Path):
    """The profiles in use follow the file, whoever wrote it; nobody else may read it."""
    file = ModelProfileFile(tmp_path)
    assert file.profiles == {}
    file.put(profile(parameters={"temperature": 0.1}))
    ModelProfileFile(tmp_path).put(profile("big", requests_per_minute=60))
    assert list(file.profiles) == ["big", "fast"]
    assert file.get("fast").llm() == {"model": "openai/gpt-4o-mini", "temperature": 0.1}
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_a_profile_is_replaced_renamed_and_removed(tmp_path: Path):
    """The others stay; a name is never taken twice; what is gone is said to be gone."""
    file = ModelProfileFile(tmp_path)
    file.put(profile())
    file.put(profile("big"))
    with pytest.raises(ModelProfileError, match="already"):
        file.put(profile("big", note="another"))
    file.put(profile("quick", note="renamed"), instead_of="fast")
    assert file.delete("big") == profile("big")
    assert file.profiles == {"quick": profile("quick", note="renamed")}
    with pytest.raises(ModelProfileNotFoundError, match="no model profile 'fast'"):
        file.put(profile(), instead_of="fast")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": ""}, "not a name"),
        ({"name": "a/b"}, "not a name"),
        ({"name": "gpt-4o"}, "name of a model itself"),
        ({"name": "rehearsal"}, "name of a model itself"),
        ({"model": " "}, "needs a model"),
        ({"model": "groq/llama"}, "No provider here serves"),
        ({"model": "openai/mine"}, "No provider here serves"),
        ({"base_url": "127.0.0.1:1"}, "how to reach"),
        ({"base_url": "http://me:secret@127.0.0.1/v1"}, "holds a password"),
        ({"api_key": "sk-123"}, "keeps no key"),
        ({"parameters": {"api_key": "sk-123"}}, "field of the profile"),
        ({"parameters": {"default_headers": {"Authorization": "Bearer sk-123"}}}, "A key is written"),
        ({"parameters": [1]}, "parameters: "),
        ({"requests_per_minute": 0}, "requests per minute: "),
        ({"note": "x" * 1001}, "1000 characters"),
    ],
)
def test_what_cannot_be_a_profile_is_refused_in_words(fields: dict[str, Any], told: str):
    """The field is named, and the key is not repeated."""
    with pytest.raises(ModelProfileError) as failure:
        profile(**{"name": "fast", **fields})
    assert told in failure.value.message
    assert "sk-123" not in str(failure.value)


def test_a_damaged_file_is_named(tmp_path: Path):
    """Nobody has to guess which of the files it is."""
    (tmp_path / "model_profiles.json").write_text('[{"name": "x"}]')
    with pytest.raises(SettingsError, match=r"model_profiles\.json does not hold model profiles"):
        _ = ModelProfileFile(tmp_path).profiles


@pytest.mark.parametrize(
    ("model", "taken", "name"),
    [
        ("openai/gpt-4o-mini", [], "my-gpt-4o-mini"),
        ("openai/gpt-4o-mini", ["my-GPT-4o-mini"], "my-gpt-4o-mini-2"),
        ("ollama/llama3:8b", [], "llama3-8b"),
        ("bedrock/anthropic.claude-x", [], "my-anthropic-claude-x"),
        ("", [], "model"),
    ],
)
def test_a_free_name_can_be_kept(model: str, taken: list[str], name: str):
    """A name made from a model is never that of a model, nor one that is taken."""
    assert free_name(model, taken) == name
    assert profile(name).name == name
