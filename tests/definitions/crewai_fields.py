"""The fields of crewAI's classes, as they were when they were last looked at.

`python -m tests.definitions.crewai_fields` says what is different in the crewai that is installed; with `--accept` it
is written down, which is the last step of an upgrade, after models, rules and forms know the new fields.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined

RECORDED = Path(__file__).with_suffix(".json")
CLASSES = {
    "crew": "crewai:Crew",
    "agent": "crewai:Agent",
    "task": "crewai:Task",
    "conditional task": "crewai.tasks.conditional_task:ConditionalTask",
    "llm": "crewai:LLM",
    "openai": "crewai.llms.providers.openai.completion:OpenAICompletion",
    "planning": "crewai.agent.planning_config:PlanningConfig",
    "knowledge config": "crewai.knowledge.knowledge_config:KnowledgeConfig",
    "checkpoint": "crewai.state.checkpoint_config:CheckpointConfig",
    "security": "crewai.security.security_config:SecurityConfig",
    "memory": "crewai.memory.unified_memory:Memory",
    "mcp stdio": "crewai.mcp.config:MCPServerStdio",
    "mcp http": "crewai.mcp.config:MCPServerHTTP",
    "mcp sse": "crewai.mcp.config:MCPServerSSE",
    "crew document": "crewai.project.crew_definition:CrewDefinition",
    "agent document": "crewai.project.crew_definition:AgentDefinition",
    "task document": "crewai.project.crew_definition:CrewTaskDefinition",
    "flow": "crewai.flow.flow_definition:FlowDefinition",
    "flow config": "crewai.flow.flow_definition:FlowConfigDefinition",
    "flow step": "crewai.flow.flow_definition:FlowMethodDefinition",
    "flow feedback": "crewai.flow.flow_definition:FlowHumanFeedbackDefinition",
    "flow conversation": "crewai.flow.conversational_definition:FlowConversationalDefinition",
    "flow router": "crewai.flow.conversational_definition:FlowConversationalRouterDefinition",
    "flow persistence": "crewai.flow.flow_definition:FlowPersistenceDefinition",
    "flow state json_schema": "crewai.flow.flow_definition:FlowJsonSchemaStateDefinition",
    "flow state dict": "crewai.flow.flow_definition:FlowDictStateDefinition",
    "flow state pydantic": "crewai.flow.flow_definition:FlowPydanticStateDefinition",
    "flow crew action": "crewai.flow.flow_definition:FlowCrewActionDefinition",
    "flow agent action": "crewai.flow.flow_definition:FlowAgentActionDefinition",
    "flow tool action": "crewai.flow.flow_definition:FlowToolActionDefinition",
    "flow code action": "crewai.flow.flow_definition:FlowCodeActionDefinition",
    "flow expression action": "crewai.flow.flow_definition:FlowExpressionActionDefinition",
    "flow script action": "crewai.flow.flow_definition:FlowScriptActionDefinition",
    "flow each action": "crewai.flow.flow_definition:FlowEachActionDefinition",
    "flow each step": "crewai.flow.flow_definition:FlowEachStepDefinition",
}
"""Name in our reports -> class."""

Fields = dict[str, dict[str, str]]
"""Name of the class -> name of the field -> type, default, and whether it is deprecated."""


def installed() -> Fields:
    """The fields of the crewai that is installed."""
    return {name: dict(sorted(_fields(place))) for name, place in CLASSES.items()}


def recorded() -> Fields:
    """The fields that are written down."""
    found: Fields = json.loads(RECORDED.read_text(encoding="utf-8"))
    return found


def differences(before: Fields, after: Fields) -> Iterator[str]:
    """One line for each field that is new, changed or gone."""
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name, {}), after.get(name, {})
        for field in sorted({*old, *new}):
            if field not in old:
                yield f"new: {name}.{field} ({new[field]})"
            elif field not in new:
                yield f"gone: {name}.{field} ({old[field]})"
            elif old[field] != new[field]:
                yield f"changed: {name}.{field} from {old[field]} to {new[field]}"


def class_of(place: str) -> Any:
    """The class at `module:name`."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def _fields(place: str) -> Iterator[tuple[str, str]]:
    for field, info in class_of(place).model_fields.items():
        kind = re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", str(info.annotation))
        kind = re.sub(r" at 0x[0-9a-f]+", "", re.sub(r"<class '(\w+)'>", r"\1", kind))
        words = [kind if len(kind) < 200 else f"{kind[:200]}...", _default(info)]
        yield field, ", ".join([*words, *(["deprecated"] if info.deprecated else [])])


def _default(info: Any) -> str:
    if info.default_factory is not None:
        return "default made"
    return "required" if info.default is PydanticUndefined else f"default {_plain(info.default)}"


def _plain(value: Any) -> str:
    return repr(value) if isinstance(value, str | int | float | bool | list | None) else type(value).__name__


def main() -> int:
    """Print the differences, or write down what is installed."""
    from crewlab.bridge.environment import importing, quiet_environment

    quiet_environment()
    with importing():
        now = installed()
    for line in differences(recorded() if RECORDED.exists() else {}, now):
        sys.stdout.write(f"{line}\n")
    if "--accept" in sys.argv:
        RECORDED.write_text(json.dumps(now, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
