"""What an exported project needs to be installed, at the versions that are installed here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from crewlab.definitions.library.tool_catalogue import tool_specs
from crewlab.definitions.models import llms_within, model_of
from crewlab.definitions.providers import PROVIDERS


def requirements(document: Mapping[str, Any], tool_types: Collection[str]) -> list[str]:
    """One pinned requirement each: crewAI with the extras of the models, its tools, and what those need."""
    extras = sorted({extra for _, llm in llms_within(document) if (extra := _extra(llm))})
    bracketed = f"[{','.join(extras)}]" if extras else ""
    return [f"crewai{bracketed}=={version('crewai')}", *_of_tools(tool_types)]


def tool_types_of(document: Mapping[str, Any], configured: Mapping[str, Any]) -> set[str]:
    """The tools of crewai_tools that a crew names, or that its configured tools are made of."""
    agents, tasks = document.get("agents"), document.get("tasks")
    holders = [*(agents.values() if isinstance(agents, Mapping) else ()), *(tasks if isinstance(tasks, list) else ())]
    lists = [holder.get("tools") for holder in holders if isinstance(holder, Mapping)]
    named = [tool for tools in lists if isinstance(tools, list) for tool in tools]
    types = {configured[tool].type if tool in configured else tool for tool in named if isinstance(tool, str)}
    return types & set(tool_specs())


def _extra(llm: Any) -> str | None:
    provider = PROVIDERS.get(model_of(llm).provider or "")
    return provider.extra if provider else None


def _of_tools(types: Collection[str]) -> Iterator[str]:
    if types:
        yield f"crewai-tools=={version('crewai-tools')}"
    for package in sorted({package for name in types for package in tool_specs()[name].packages}):
        try:
            yield f"{package}=={version(package)}"
        except PackageNotFoundError:
            yield package
