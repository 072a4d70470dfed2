"""Values of a comparison as a person reads them: places in a definition, settings, numbers."""

from __future__ import annotations

import json
import re
from typing import Any

_PLACE = re.compile(r"(?:(.+?)\.)?(agent|task)s\.(.+?)(?:\.([a-z_]+))?$")
_SETTINGS = re.compile(r"(\S+) (\{.*\})", re.DOTALL)


def place(path: str) -> str:
    """`tasks.research.expected_output` is `Task research: expected output`; the rest loses underscores.

    What a flow runs comes first: `brief@1.agents.lead_writer.llm` is `brief@1 › agent lead_writer: llm`.
    """
    found = _PLACE.fullmatch(path)
    if not found:
        return path.replace("_", " ")
    above, kind, name, field = found.groups()
    told = f"{above} › {kind} {name}" if above else f"{kind.capitalize()} {name}"
    return told + (f": {field.replace('_', ' ')}" if field else "")


def value(text: Any) -> Any:
    """JSON as `name: value, …`, also behind the name of a model; any other text stays as it is."""
    if not isinstance(text, str):
        return text
    if with_settings := _SETTINGS.fullmatch(text):
        model, settings = with_settings.groups()
        told = _told(settings)
        return text if told is None else f"{model} ({told})"
    told = _told(text) if text[:1] in ("{", "[") else None
    return text if told is None else told


def number(figure: float | None, *, signed: bool = False) -> str | None:
    """Four digits that matter, thousands separated, never an exponent; missing stays missing."""
    if figure is None or figure != figure:
        return None
    sign = "+" if signed else ""
    if abs(figure) >= 1000:
        return f"{figure:{sign},.0f}"
    text = f"{figure:{sign}.6f}" if abs(figure) < 1 else f"{figure:{sign}.3f}"
    return text.rstrip("0").rstrip(".")


def _told(text: str) -> str | None:
    try:
        return _flat(json.loads(text))
    except ValueError:
        return None


def _flat(found: Any) -> str:
    if isinstance(found, dict):
        return ", ".join(f"{name}: {_inner(inner)}" for name, inner in found.items())
    if isinstance(found, list):
        return ", ".join(_inner(inner) for inner in found)
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)


def _inner(found: Any) -> str:
    return f"({_flat(found)})" if isinstance(found, dict | list) else _flat(found)
