"""Which provider serves a model, and what it needs."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.definitions.models import is_rehearsal, key_variables, model_of, models_of, required_key
from tests.definitions.documents import agent, crew

OWN = {"model": "openai/my-own", "base_url": "http://127.0.0.1:1/v1"}


@pytest.mark.parametrize(
    ("llm", "provider", "key"),
    [
        ("rehearsal/plain", "rehearsal", None),
        ("gpt-4o-mini", "openai", "OPENAI_API_KEY"),
        ("openai/gpt-4o-mini", "openai", "OPENAI_API_KEY"),
        ("openai/my-own", None, None),
        (OWN, "openai", None),
        ({**OWN, "model": "my-own"}, "openai", None),
        ({"model": "gpt-4o-mini", "api_key": "k"}, "openai", None),
        ({"model": "x", "provider": "deepseek"}, "deepseek", "DEEPSEEK_API_KEY"),
        ("claude-sonnet-4-5", "anthropic", "ANTHROPIC_API_KEY"),
        ("google/gemini-2.5-flash", "gemini", "GEMINI_API_KEY"),
        ("us.anthropic.claude-x", "bedrock", None),
        ("openrouter/a/b", "openrouter", "OPENROUTER_API_KEY"),
        ("ollama/llama3", "ollama", None),
        ("deepinfra/a", None, None),
        ("deepinfra/a/b", "deepinfra", "DEEPINFRA_API_KEY"),
        ("groq/llama", None, None),
        ("my-own", None, None),
        ("openai/", None, None),
        ("", None, None),
        (None, None, None),
        (["x"], None, None),
        ({"model": 5}, None, None),
    ],
)
def test_a_model_string_tells_provider_and_key(llm: Any, provider: str | None, key: str | None):
    """As crewAI routes them without its optional catch-all."""
    assert (model_of(llm).provider, required_key(llm)) == (provider, key)


def test_a_provider_may_take_one_of_several_keys():
    """The usual one first."""
    assert key_variables("gemini/gemini-2.5-flash") == ("GEMINI_API_KEY", "GOOGLE_API_KEY")


def test_parameters_come_without_secrets():
    """What is shown of a model never holds its key."""
    choice = model_of({**OWN, "temperature": 0, "api_key": "k"})
    assert (choice.parameters, choice.base_url) == ({"temperature": 0}, OWN["base_url"])


def test_models_are_those_that_a_run_uses():
    """Agents, the manager where there is one, and the crew's own for those that name none."""
    agents = {"a": agent(llm="m1"), "b": agent()}
    assert models_of(crew(agents=agents, llm="m2", manager_llm="m3")) == ("m1", "m2")
    assert models_of(crew(agents=agents, llm="m2", manager_llm="m3", process="hierarchical")) == ("m1", "m2", "m3")
    managed = crew(agents=agents, llm="m2", manager_llm="m3", manager_agent="b", process="hierarchical")
    assert models_of(managed) == ("m1", "m3")
    assert models_of(managed, "m4") == ("m4",)


def test_one_rehearsal_model_makes_a_rehearsal():
    """What any rehearsal answered is no evidence; a model chosen at launch stands for all."""
    document = crew(llm="gpt-4o-mini", agents={"a": agent(), "b": agent(llm="rehearsal/plain")})
    assert is_rehearsal(document)
    assert not is_rehearsal(document, "gpt-4o-mini")
    assert is_rehearsal(crew(llm="gpt-4o-mini"), {"model": "rehearsal/terse", "seed": 1})
    assert not is_rehearsal(crew(llm="gpt-4o-mini"))
