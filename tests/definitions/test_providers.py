"""Providers by prefix, by name alone, and whether they are installed."""

from __future__ import annotations

from dataclasses import replace

from crewlab.definitions.providers import PROVIDERS, installed_providers, provider_named, provider_of_bare


def test_prefixes_have_aliases_and_no_case():
    """As in crewAI."""
    assert provider_named("Google") is PROVIDERS["gemini"] is provider_named("gemini")
    assert provider_named("groq") is None


def test_a_bare_name_tells_its_provider_or_nothing():
    """Bedrock names Anthropic's models with a dot."""
    assert provider_of_bare("GPT-4o") is PROVIDERS["openai"]
    assert provider_of_bare("eu.anthropic.claude-x") is PROVIDERS["bedrock"]
    assert provider_of_bare("llama3") is None


def test_a_provider_without_its_package_is_not_installed():
    """Those that need no package always are."""
    assert {"rehearsal", "openai", "ollama"} <= installed_providers()
    assert not replace(PROVIDERS["openai"], package="no_such_package").is_installed
    assert not replace(PROVIDERS["openai"], package="no_such_package.inner").is_installed
