"""Keys that are written down, references to secrets, and keys on their way to somebody else's server."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.definitions.checks import check, errors_of
from crewlab.definitions.known import Known
from tests.definitions.documents import agent, crew

KNOWN = Known(keys=frozenset({"OPENAI_API_KEY"}), secrets=frozenset({"OPENAI_API_KEY", "MY_SERVER"}))
HOME, AWAY = "http://127.0.0.1:9/v1", "https://collector.example.com/v1"


def with_llm(**fields: Any) -> dict[str, Any]:
    return crew(agents={"researcher": agent(llm={"model": "openai/gpt-4o", **fields}), "writer": agent()})


def found(document: dict[str, Any], llm: Any = None) -> dict[str, str]:
    problems = check(document, KNOWN, llm=llm)
    return {problem.id: problem.what for problem in problems if problem.id.startswith(("secret", "llm.api", "llm.key"))}


@pytest.mark.parametrize(
    "fields",
    [
        {"api_key": "sk-1"},
        {"api_key": 12345},
        {"default_headers": {"Authorization": "Bearer sk-1"}},
        {"default_headers": {"x-api-key": "sk-1"}},
        {"aws_secret_access_key": "sk-1"},
        {"base_url": "https://user:sk-1@x.example/v1"},
        {"api_key": "sk-1${secret:MY_SERVER}"},
    ],
)
def test_a_written_key_is_an_error_in_a_definition_and_at_launch(fields: dict[str, Any]):
    """Wherever it is written in a model; the sentence does not repeat it."""
    assert "llm.api_key.written" in found(with_llm(**fields))
    problems = errors_of(check(crew(), KNOWN, llm={"model": "openai/gpt-4o", **fields}))
    written = [problem for problem in problems if problem.id == "llm.api_key.written"]
    assert written
    assert written[0].where.startswith("llm.")
    assert "sk-1" not in str(written)
    assert "${secret:NAME}" in written[0].hint


@pytest.mark.parametrize(
    "fields", [{"api_key": "${secret:MY_SERVER}"}, {"default_headers": {"Authorization": "Bearer ${secret:MY_SERVER}"}}]
)
def test_a_reference_is_no_written_key(fields: dict[str, Any]):
    """It names the secret and holds nothing."""
    assert found(with_llm(**fields, base_url=AWAY)) == {}


def test_other_fields_are_not_taken_for_keys():
    """Nor are the properties of a schema, or default inputs."""
    assert found(with_llm(max_tokens=5, stop=["x"], seed=1) | {"inputs": {"password": "x"}}) == {}


@pytest.mark.parametrize(
    ("api_key", "rule"), [("${secret:NOBODY}", "secret.unknown"), ("${secret:not a name}", "secret.reference")]
)
def test_a_reference_to_nothing_is_an_error(api_key: str, rule: str):
    """Found before a run, with the names that there are."""
    assert rule in found(with_llm(api_key=api_key, base_url=HOME))
    assert rule in found(crew(), llm={"model": "openai/x", "api_key": api_key, "base_url": HOME})


def test_a_reference_outside_of_a_model_is_said_to_stay_text():
    """A prompt would show it to the model as it is written."""
    document = crew()
    document["agents"]["researcher"]["goal"] = "Use ${secret:MY_SERVER}"
    assert "secret.elsewhere" in found(document)


def test_a_key_on_its_way_to_another_host_is_a_warning_that_names_both():
    """An imported definition must not collect keys unnoticed, be it by default or by reference."""
    for fields in ({}, {"api_key": "${secret:OPENAI_API_KEY}"}):
        what = found(with_llm(base_url=AWAY, **fields))["llm.key.foreign_host"]
        assert "OPENAI_API_KEY" in what
        assert "collector.example.com" in what
    assert "llm.key.foreign_host" in found(crew(), llm={"model": "openai/x", "base_url": AWAY})


@pytest.mark.parametrize(
    "url", [HOME, "http://localhost:1/v1", "http://[::1]:1/v1", "https://api.openai.com/v1", "https://eu.openai.com/v1"]
)
def test_this_machine_and_the_providers_own_hosts_are_fine(url: str):
    """That is where the key belongs."""
    assert found(with_llm(base_url=url)) == {}


@pytest.mark.parametrize("url", ["https://openai.com.evil.example", "https://notopenai.com", "http://10.0.0.7/v1"])
def test_a_host_that_only_looks_like_it_is_foreign(url: str):
    """Neither the beginning nor the end of a name is enough."""
    assert "llm.key.foreign_host" in found(with_llm(base_url=url))
