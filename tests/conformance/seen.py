"""What one side did with a case, in a form that both sides can be brought into."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.model_server import ModelServer

FAILED = "failed"
TOLD_BY_BOTH = ("raw", "json_dict", "pydantic", "output", "feedback", "outcome")
"""What is compared of a crew's, an agent's or a person's output; ids, moments and messages are each side's own."""


@dataclass(frozen=True)
class Seen:
    """What the model server saw, and what came of it."""

    requests: tuple[str, ...]
    """Every request's whole body, as text."""
    steps: tuple[str, ...]
    """The steps that completed, in that order; a step is there as often as it completed."""
    outputs: str
    """The last output of each step, as JSON."""
    output: str
    """The output of the flow as JSON, or `failed`."""

    def unordered(self) -> Seen:
        """The same without the order of requests and of steps."""
        return Seen(tuple(sorted(self.requests)), tuple(sorted(self.steps)), self.outputs, self.output)


def seen(server: ModelServer, completed: Iterable[tuple[str, Any]], output: Any) -> Seen:
    """What `server` was asked, the outputs of the steps that completed, in order, and that of the flow."""
    pairs = [(name, told(value)) for name, value in completed]
    bodies = tuple(json.dumps(_said(request.body), sort_keys=True) for request in server.requests)
    return Seen(bodies, tuple(name for name, _ in pairs), _json(dict(pairs)), _json(_final(told(output))))


def told(value: Any) -> Any:
    """An output without what each side words in its own way."""
    if isinstance(value, Mapping) and ("raw" in value or "feedback" in value):
        return {name: told(value[name]) for name in TOLD_BY_BOTH if value.get(name) is not None}
    return value


def _final(output: Any) -> Any:
    """The output of a flow: of a crew or an agent its data, or its text; no text is nothing."""
    if isinstance(output, Mapping) and "raw" in output:
        output = output.get("json_dict", output.get("pydantic", output["raw"]))
    return None if output == "" else output


def _said(body: Mapping[str, Any]) -> dict[str, Any]:
    """A whole request; OpenAI's client writes `stream: false` when it parses answers itself, which says nothing."""
    return {name: value for name, value in body.items() if (name, value) != ("stream", False)}


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
