"""Every tool that crewai_tools brings: what each takes, what it needs, and what it might do. Knows no crewAI.

The list is generated from the installed package by `make catalogue` and committed beside this file.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

PATH = Path(__file__).with_name("tool_catalogue.json")
CONFIRM = ("runs code", "uses a database", "acts for you")
"""Risks that a person takes on by a record; a definition alone cannot."""

Access = Literal["read", "read or url", "write"]


class KeyNeed(BaseModel):
    """A key that a tool looks up by name."""

    model_config = ConfigDict(frozen=True)

    name: str
    description: str = ""
    required: bool = True
    parameter: str | None = None
    """Configuration that stands in for the key when it is given."""


class ToolSpec(BaseModel):
    """One tool of the catalogue."""

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    description: str
    category: str
    network: bool
    """Whether it sends anything to another machine."""
    risks: tuple[str, ...] = ()
    keys: tuple[KeyNeed, ...] = ()
    packages: tuple[str, ...] = ()
    objects: str = ""
    """Python objects without which it cannot be made: it cannot be configured here."""
    configuration: dict[str, Any] = {}
    """JSON Schema of what it is made with."""
    arguments: dict[str, Any] = {}
    """JSON Schema of a call."""
    paths: dict[str, Access] = {}
    """Arguments that name a file, each shut into the folder that may be read or written."""

    @property
    def needs_confirmation(self) -> bool:
        return any(risk in CONFIRM for risk in self.risks)

    @property
    def required_configuration(self) -> tuple[str, ...]:
        return tuple(self.configuration.get("required", ()))


@cache
def tool_specs() -> Mapping[str, ToolSpec]:
    """The catalogue by name."""
    tools = json.loads(PATH.read_text(encoding="utf-8"))["tools"]
    return MappingProxyType({tool["name"]: ToolSpec.model_validate(tool) for tool in tools})


def missing_packages(spec: ToolSpec) -> tuple[str, ...]:
    """The packages of a tool that are not installed, as they are called for installing."""
    return tuple(name for name in spec.packages if not _is_installed(name))


def missing_keys(spec: ToolSpec, known: Collection[str], configuration: Collection[str] = ()) -> tuple[str, ...]:
    """The keys of a tool that are neither known nor stood in for by its configuration."""
    return tuple(
        key.name for key in spec.keys if key.required and key.name not in known and key.parameter not in configuration
    )


def install_line(packages: Collection[str]) -> str:
    """What to type to have these packages."""
    return "pip install " + " ".join(f'"{name}"' for name in packages)


def _is_installed(package: str) -> bool:
    try:
        distribution(package.split("<")[0].split(">")[0].split("=")[0].strip())
    except PackageNotFoundError:
        return False
    return True
