"""The memory in which a flow keeps what people have taught its steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from crewlab.definitions.memory import first_reason, lessons_kept
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.flows.subject import FlowSubject
from crewlab.definitions.rules.secrets import keys_written_in
from crewlab.definitions.rules.subject import error


def lessons(subject: FlowSubject) -> Iterable[Problem]:
    """`memory` of the flow's `config` can be carried out, and no key is written in it."""
    config = subject.document.get("config")
    memory = config.get("memory") if isinstance(config, Mapping) else None
    try:
        lessons_kept(memory)
    except ValidationError as failure:
        below, reason = first_reason(failure)
        hint = "Write {scope: definition}, or another memory as crews have it."
        yield error("memory.invalid", f"config.memory.{below}", f"{reason[:1].upper()}{reason[1:]}.", hint)
    for field in keys_written_in(memory) if isinstance(memory, Mapping) else ():
        what = "A key is written here, where every reader, version and execution has it."
        hint = "Store it under Library > Secrets, and write ${secret:NAME} instead."
        yield error("llm.api_key.written", f"config.memory.{field}", what, hint)
