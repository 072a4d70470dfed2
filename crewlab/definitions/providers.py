"""The model providers that crewAI serves without its optional catch-all, and what each needs."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

REHEARSAL = "rehearsal"
VOICES = ("plain", "terse", "careful")
"""What may follow `rehearsal/`."""


@dataclass(frozen=True)
class Provider:
    """One provider: which model names it takes after its prefix, which keys it reads, which package it needs."""

    name: str
    starts: tuple[str, ...] = ("",)
    """What its model names begin with; an empty text is any name."""
    keys: tuple[str, ...] = ()
    """Variables of which one must be set; none for local servers."""
    package: str | None = None
    extra: str | None = None
    """The extra of crewai that brings the package."""

    def takes(self, name: str) -> bool:
        """Whether `name`, a model without its prefix, can be one of this provider's."""
        return bool(name) and name.lower().startswith(self.starts)

    @property
    def install_line(self) -> str:
        """The command that brings its package into this very environment, for this very version of crewai."""
        return f"{_installer()} 'crewai[{self.extra}]=={version('crewai')}'"

    @property
    def is_installed(self) -> bool:
        """Whether the package that it needs is on this machine; imports nothing of it."""
        return self.package is None or _is_there(self.package)


def _installer() -> str:
    """uv, if `make` or a person put it beside this Python; otherwise pip."""
    python, uv = Path(sys.executable), Path(sys.prefix, "bin", "uv")
    return f"{_short(uv)} pip install --python {_short(python)}" if uv.exists() else f"{_short(python)} -m pip install"


def _short(path: Path) -> str:
    """The path as one would type it in the current folder."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _is_there(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:
        return False


_OPENAI_STARTS = ("gpt-", "o1", "o3", "o4", "whisper-")

PROVIDERS: dict[str, Provider] = {
    provider.name: provider
    for provider in (
        Provider(REHEARSAL),
        Provider("openai", starts=_OPENAI_STARTS, keys=("OPENAI_API_KEY",)),
        Provider("anthropic", ("claude-", "anthropic."), ("ANTHROPIC_API_KEY",), "anthropic", "anthropic"),
        Provider(
            "gemini",
            ("gemini-", "gemma-", "learnlm-"),
            ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
            "google.genai",
            "google-genai",
        ),
        Provider("azure", keys=("AZURE_API_KEY",), package="azure.ai.inference", extra="azure-ai-inference"),
        Provider("bedrock", package="boto3", extra="bedrock"),
        Provider("openrouter", keys=("OPENROUTER_API_KEY",)),
        Provider("deepseek", starts=("deepseek",), keys=("DEEPSEEK_API_KEY",)),
        Provider("cerebras", keys=("CEREBRAS_API_KEY",)),
        Provider("dashscope", keys=("DASHSCOPE_API_KEY",)),
        Provider("deepinfra", keys=("DEEPINFRA_API_KEY",)),
        Provider("snowflake", keys=("SNOWFLAKE_PAT", "SNOWFLAKE_TOKEN", "SNOWFLAKE_JWT")),
        Provider("ollama"),
        Provider("ollama_chat"),
        Provider("hosted_vllm"),
    )
}

ALIASES = {"claude": "anthropic", "google": "gemini", "aws": "bedrock", "azure_openai": "azure"}
"""Other prefixes that crewAI knows for the same provider."""


def provider_named(prefix: str) -> Provider | None:
    """The provider that a prefix such as `google` of `google/gemini-2.5-flash` stands for."""
    lowered = prefix.lower()
    return PROVIDERS.get(ALIASES.get(lowered, lowered))


def provider_of_bare(model: str) -> Provider | None:
    """The provider of a model named without a prefix; `None` when the name does not tell."""
    lowered = model.lower()
    if "anthropic." in lowered:
        return PROVIDERS["bedrock"]
    return next((PROVIDERS[name] for name in ("openai", "anthropic", "gemini") if PROVIDERS[name].takes(lowered)), None)


def installed_providers() -> frozenset[str]:
    """The names of the providers whose packages are on this machine."""
    return frozenset(name for name, provider in PROVIDERS.items() if provider.is_installed)
