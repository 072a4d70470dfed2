"""Makes every tool of the catalogue in a data folder, bare and with made-up keys, and prints what became of each."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from crewlab import bridge
from crewlab.definitions.library.tool_catalogue import ToolSpec, tool_specs
from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.errors import CrewLabError

_SAMPLES: dict[str, Any] = {"integer": 1, "number": 1.0, "boolean": True, "array": [], "object": {}}


def main(data: Path) -> None:
    bridge.load()
    from crewlab.bridge.tools.making import ToolPlace, construct

    found: dict[str, dict[str, Any]] = {}
    for spec in tool_specs().values():
        for kind, credentials, record in (
            ("bare", {}, ToolRecord(name=spec.name, type=spec.name)),
            ("supplied", {key.name: "made-up-" + "k" * 20 for key in spec.keys}, _supplied(spec)),
        ):
            place = ToolPlace(data / "files", data / "written", credentials.get, "test")
            try:
                outcome: dict[str, Any] = {"tool": construct(record, place).name}
            except CrewLabError as error:
                outcome = {"error": error.message, "hint": error.hint}
            found.setdefault(spec.name, {})[kind] = outcome
    json.dump(found, sys.stdout)


def _supplied(spec: ToolSpec) -> ToolRecord:
    fields = spec.configuration["properties"]
    settings = {name: _SAMPLES.get(fields[name].get("type"), "x") for name in spec.required_configuration}
    return ToolRecord(name="mine", type=spec.name, configuration=settings, accepts_risks=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
