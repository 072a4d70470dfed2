"""Models that Python makes: which one it is, and what becomes of its key."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from crewlab.definitions.interchange.configured_tools import variable_of
from crewlab.definitions.providers import REHEARSAL, Provider, provider_named, provider_of_bare

LANGCHAIN = {
    "ChatOpenAI": "",
    "ChatAnthropic": "anthropic/",
    "ChatGoogleGenerativeAI": "gemini/",
    "ChatGroq": "groq/",
    "ChatOllama": "ollama/",
    "Ollama": "ollama/",
}
"""Classes of LangChain that older crews have for a model, and what crewAI has before its name."""
_WITHOUT_KEY = (REHEARSAL, "ollama", "ollama_chat")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{3,99}")
_KEPT = ("temperature", "base_url", "max_tokens", "top_p", "seed", "timeout")


def named_model(made_by: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The model with its settings, in crewAI's words."""
    if made_by not in LANGCHAIN:
        return dict(settings)
    name = str(settings.get("model") or settings.get("model_name") or "")
    prefix = LANGCHAIN[made_by]
    model = name if name.startswith(prefix) else f"{prefix}{name}"
    return {"model": model, **{field: settings[field] for field in _KEPT if field in settings}}


def api_key(model: Mapping[str, Any], node: ast.expr | None) -> tuple[str, str]:
    """The reference to a secret that the model needs beyond its provider's usual key; and what to say of the key."""
    if node is None:
        return "", ""
    if isinstance(node, ast.Constant):
        return "", "left out: a key stands in the code; store it under Library > Secrets" if node.value else ""
    variable = variable_of(node) or _named_like_a_variable(node)
    if not variable:
        return "", "left out: it is known only when Python runs; store it under Library > Secrets"
    provider = _provider(str(model.get("model", "")))
    if provider is not None and (variable in provider.keys or provider.name in _WITHOUT_KEY):
        return "", ""
    return f"${{secret:{variable}}}", f"is the secret {variable}: store it under Library > Secrets, or set the variable"


def _named_like_a_variable(node: ast.expr) -> str:
    """`X_KEY` of `config["X_KEY"]` and of `settings.X_KEY`."""
    inner = node.slice if isinstance(node, ast.Subscript) else None
    named = inner.value if isinstance(inner, ast.Constant) else node.attr if isinstance(node, ast.Attribute) else ""
    return named if isinstance(named, str) and _VARIABLE.fullmatch(named) else ""


def _provider(model: str) -> Provider | None:
    prefix, slash, _ = model.partition("/")
    return provider_named(prefix) if slash else provider_of_bare(model)
