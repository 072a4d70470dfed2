"""Flows that want to run code, or take all the time there is."""

from __future__ import annotations

import json
from typing import Any

from tests.adversarial.case import BOMB, CODE, Case
from tests.adversarial.crews import PLANTED, SCHEMA, crew

INLINE = json.loads(crew(task={"guardrail": PLANTED}))
AGENT = {"role": "A", "goal": "G", "backstory": "B", "llm": "rehearsal/plain", "input": "x"}
NESTED_MAPS = "[1,2,3,4,5,6,7,8,9].map(a, " * 12 + "1" + ")" * 12


def flow(do: dict[str, Any] | None = None, step: dict[str, Any] | None = None, **changes: Any) -> bytes:
    """A flow of one step that could run."""
    method = {"start": True, "do": do or {"call": "expression", "expr": "1"}, **(step or {})}
    return json.dumps({"schema": "crewai.flow/v1", "name": "evil", "methods": {"s": method}, **changes}).encode()


def _flow(name: str, expects: str, do: dict[str, Any] | None = None, **changes: Any) -> Case:
    return Case(f"flow-{name}", {"flow.json": flow(do, **changes)}, expects)


def _layers(count: int) -> dict[str, Any]:
    """Steps that read each other in layers, each one the one before it at many places."""
    named = [f"s{number}" for number in range(count)]
    text = {name: " : ".join(["state.n == 1 ? outputs.s0"] * 3 + [f"state.n == 2 ? outputs.{name}"] * 28 + ["'x'"])
            for name in named}  # fmt: skip
    first = {"s": {"start": True, "do": {"call": "expression", "expr": "'x'"}}}
    later = zip(named, ["s", *named], strict=False)
    return {**first, **{
        name: {"listen": before, "do": {"call": "expression", "expr": text.get(before, "'x'")}, "set": {"t": "output"}}
        for name, before in later
    }}  # fmt: skip


CASES = [
    _flow("code", CODE, {"call": "code", "ref": "planted:run"}),
    _flow("code-of-os", CODE, {"call": "code", "ref": "os:system", "with": {"command": "touch planted"}}),
    _flow("script", CODE, {"call": "script", "code": "open('planted', 'w')"}),
    _flow("each-code", CODE,
          {"call": "each", "in": "[1]", "do": [{"name": "x", "action": {"call": "code", "ref": "planted:run"}}]}),
    _flow("tool-of-a-module", "tool", {"call": "tool", "ref": "planted:Tool"}),
    _flow("tool-of-os", "tool", {"call": "tool", "ref": "os:system", "with": {"command": "touch planted"}}),
    _flow("tool-that-runs-code", "tool", {"call": "tool", "ref": "E2BPythonTool", "with": {"python_code": "1"}}),
    _flow("agent-format", CODE, {"call": "agent", "with": {**AGENT, "response_format": PLANTED}}),
    _flow("agent-tool", CODE, {"call": "agent", "with": {**AGENT, "tools": [{"tool_type": "planted.Tool"}]}}),
    _flow("agent-type", CODE, {"call": "agent", "with": {**AGENT, "type": PLANTED}}),
    _flow("inline-crew", CODE, {"call": "crew", "with": INLINE}),
    _flow("nested-flow", CODE, {"call": "flow", "with": json.loads(flow({"call": "code", "ref": "planted:run"}))}),
    *(
        _flow(f"declared-{number}", "flow.crew.file", {"call": "crew", "from_declaration": path})
        for number, path in enumerate(["../../etc/crew.jsonc", "/etc/crew.jsonc", "~/crew.jsonc"])
    ),
    _flow("state-class", "state", state={"type": "pydantic", "ref": "planted:State"}),
    _flow("state-unknown", "inert", state={"type": "unknown", "ref": "planted:State"}),
    _flow("state-pattern", BOMB,
          state={"type": "json_schema", "default": {"a": "a" * 40 + "!"},
                 "json_schema": {**SCHEMA, "properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}}}),
    _flow("state-remote-schema", "state",
          state={"type": "json_schema", "json_schema": {"$ref": "https://evil.example/s.json"}}),
    _flow("persistence", "inert", persist={"enabled": True, "persistence": PLANTED}),
    _flow("input-provider", CODE, config={"input_provider": "planted:provide"}),
    _flow("feedback-provider", CODE, step={"human_feedback": {"message": "?", "provider": "planted:ask"}}),
    _flow("cel-bomb", BOMB, {"call": "expression", "expr": NESTED_MAPS}),
    _flow("cel-regex", BOMB, {"call": "expression", "expr": f"'{'a' * 40}!'.matches('^(a+)+$')"}),
    _flow("cel-deep", "expression", {"call": "expression", "expr": "(" * 5000 + "1" + ")" * 5000}),
    _flow("cel-string-doubling", BOMB,
          {"call": "expression", "expr": "['x'].map(a, a+a)" + ".map(a, a+a)" * 60}),
    _flow("cel-layers", "inert", methods=_layers(12),
          state={"type": "json_schema", "json_schema": {**SCHEMA, "properties": {"n": {"type": "integer", "default": 1},
                                                                                "t": {"type": "string"}}}}),
    _flow("template-bomb", BOMB, {"call": "tool", "ref": "FileReadTool", "with": {"file_path": f"${{{NESTED_MAPS}}}"}}),
    _flow("template-deep", "expression",
          {"call": "tool", "ref": "FileReadTool", "with": {"file_path": "${" * 500 + "1" + "}" * 500}}),
    _flow("template-attributes", "inert",
          {"call": "tool", "ref": "FileReadTool", "with": {"file_path": "${state.__class__.__init__.__globals__}"}}),
    _flow("endless-loop", BOMB, step={"listen": {"or": ["s"]}, "start": True}),
    _flow("uses-itself", "definition", {"call": "flow", "definition": "evil"}),
    _flow("trigger-deep", "refused", step={"start": False, "listen": json.loads('{"or": [' * 70 + '"x"' + "]}" * 70)}),
    _flow("concurrency", BOMB, {"call": "each", "in": "[1]", "concurrency": 10**9,
                                "do": [{"name": "x", "action": {"call": "expression", "expr": "item"}}]}),
    _flow("method-calls", BOMB, config={"max_method_calls": 10**12}),
]  # fmt: skip
