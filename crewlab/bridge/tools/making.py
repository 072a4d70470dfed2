"""Makes a tool of the catalogue as a record says: never asks, never installs, and shut into its folders."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crewai.tools import BaseTool
from crewai.tools.tool_failure import ToolFailure
from pydantic import PrivateAttr

from crewlab.bridge.contract import Credentials
from crewlab.bridge.paths import inside
from crewlab.bridge.tools.allow_list import make_tool, refusal
from crewlab.bridge.tools.scope import tool_scope
from crewlab.definitions.library.tool_catalogue import ToolSpec, tool_specs
from crewlab.definitions.library.tool_records import ToolRecord, obstacle, plain
from crewlab.errors import BuildError, UnknownToolError
from crewlab.secrets.references import filled, names_in

OWN = ("FileReadTool", "DirectoryReadTool")
"""Tools that have a class of ours, which sees one folder."""
UNSAFE_PATHS = "CREWAI_TOOLS_ALLOW_UNSAFE_PATHS"
FAILURES = (ImportError, ValueError, TypeError, OSError, RuntimeError, LookupError, AttributeError)
"""What the constructor of a tool may raise."""


@dataclass(frozen=True)
class ToolPlace:
    """Where a tool works: what it may read, where it may write, who knows the keys, and what its data is called."""

    files: Path
    folder: Path
    credentials: Credentials
    label: str


def construct(record: ToolRecord, place: ToolPlace) -> BaseTool:
    """A tool as the record says. Blocks: some import a package, or ask a server.

    Raises:
        UnknownToolError: The catalogue has no such tool.
        BuildError: A package, a key, a setting or a consent is missing, with what to do; or it cannot be made.
    """
    spec = tool_specs().get(record.type)
    if spec is None:
        raise UnknownToolError(f"There is no tool {record.type!r}.", "`python -m crewlab tools catalogue` lists them.")
    known = {name for name in _names(record, spec) if place.credentials(name)}
    if found := obstacle(record, known):
        raise BuildError(found.what, found.hint)
    variables = _variables(record, spec, place.credentials)
    with tool_scope(variables):
        inner = _made(record, spec, place)
    return configured(record, spec, inner, variables, place)


def _names(record: ToolRecord, spec: ToolSpec) -> set[str]:
    return {*(key.name for key in spec.keys), *names_in([record.configuration, record.environment])}


def _variables(record: ToolRecord, spec: ToolSpec, credentials: Credentials) -> dict[str, str]:
    """The keys that the tool looks up, by their usual names or as the record says."""
    usual = {key.name: value for key in spec.keys if (value := credentials(key.name))}
    own: dict[str, str] = filled(record.environment, _lookup(credentials))
    return usual | own


def _lookup(credentials: Credentials) -> Callable[[str], str]:
    """A secret by its name, which `obstacle` has found to be there."""
    return lambda name: credentials(name) or ""


def _made(record: ToolRecord, spec: ToolSpec, place: ToolPlace) -> BaseTool:
    if spec.name in OWN:
        return make_tool(spec.name, place.files)
    settings = filled(record.configuration, _lookup(place.credentials))
    try:
        kind = getattr(importlib.import_module("crewai_tools.tools"), spec.name)
        made: BaseTool = kind(**_settings(record, spec, settings, place))
    except FAILURES as error:
        first = " ".join(str(error).split())[:300]
        hint = "Check its settings under Library > Tools, and that its server can be reached."
        raise BuildError(f"The tool {record.name!r} ({spec.name}) cannot be made: {first}.", hint) from error
    return made


def _settings(record: ToolRecord, spec: ToolSpec, given: Mapping[str, Any], place: ToolPlace) -> dict[str, Any]:
    """What a person chose and what only this place knows: where to write, and a collection of its own."""
    settings = {name: value for name, value in given.items() if value not in (None, "")}
    fields = spec.configuration.get("properties", {})
    if spec.name == "FileWriterTool":
        settings["base_dir"] = str(place.folder)
    if spec.name == "ArxivPaperTool":
        settings["save_dir"] = str(place.folder)
    if "similarity_threshold" in fields:  # else all of them would read what any of them has read
        settings.setdefault("collection_name", f"{record.name}-{place.label}")
        if "config" not in settings and not place.credentials("OPENAI_API_KEY"):
            # Brings a database: only for these.
            offline = importlib.import_module("crewlab.bridge.recollection.offline_embedding")
            settings = {"similarity_threshold": offline.SIMILARITY, **settings, "config": offline.CONFIG}
    if spec.name == "MergeAgentHandlerTool":
        settings |= {"name": record.name, "description": record.description or spec.description or record.name}
    return settings


class ConfiguredTool(BaseTool):
    """A tool under its own name, with its variables around each call and its paths shut into folders."""

    _inner: BaseTool = PrivateAttr()
    _spec: ToolSpec = PrivateAttr()
    _variables: Mapping[str, str] = PrivateAttr()
    _place: ToolPlace = PrivateAttr()

    def _run(self, **arguments: Any) -> Any:
        given, refused = self._inside(arguments)
        if refused:
            return refused
        with tool_scope(self._variables_for(given)):
            return self._inner.run(**given)

    def around(self, inner: BaseTool, spec: ToolSpec, variables: Mapping[str, str], place: ToolPlace) -> ConfiguredTool:
        """Itself, with the tool that does the work."""
        self._inner, self._spec, self._variables, self._place = inner, spec, variables, place
        return self

    def _variables_for(self, arguments: Mapping[str, Any]) -> Mapping[str, str]:
        """crewai_tools knows the working folder only; paths were looked at here, addresses were not."""
        if any(str(arguments.get(name) or "").startswith("/") for name in self._spec.paths):
            return {**self._variables, UNSAFE_PATHS: "true"}
        return self._variables

    def _inside(self, arguments: dict[str, Any]) -> tuple[dict[str, Any], ToolFailure | None]:
        """The arguments with whole paths, or why one of them leads out of its folder."""
        given = dict(arguments)
        for name, access in self._spec.paths.items():
            folder = self._place.folder if access == "write" else self._place.files
            value = given.get(name)
            if access == "write" and not value:
                value = f"{Path(str(given.get('input_path') or 'archive')).stem}.{given.get('format') or 'zip'}"
            paths = value if isinstance(value, list) else [value] if value else []
            whole = [_whole(folder, str(path), access) for path in paths]
            if None in whole:
                return given, refusal(str(paths[whole.index(None)]))
            if paths:
                given[name] = whole if isinstance(value, list) else whole[0]
        return given, None


def _whole(folder: Path, path: str, access: str) -> str | None:
    if access == "read or url" and path.startswith(("http://", "https://")):
        return path
    found = inside(folder.resolve(), path)
    return None if found is None else str(found)


def configured(
    record: ToolRecord, spec: ToolSpec, inner: BaseTool, variables: Mapping[str, str], place: ToolPlace
) -> BaseTool:
    """The tool under the name, and with the limits, of its record."""
    if spec.name in OWN and record == plain(record.type):
        return inner
    outer = ConfiguredTool(
        name=inner.name if record.name == record.type else record.name,
        description=record.description or inner.description,
        args_schema=inner.args_schema,
        result_as_answer=record.result_as_answer,
        max_usage_count=record.max_usage_count,
        **({} if record.cache else {"cache_function": _never}),
    )
    return outer.around(inner, spec, variables, place)


def for_one_task(tool: BaseTool) -> BaseTool:
    """The same tool in other hands: its uses are counted anew."""
    return tool.model_copy(update={"current_usage_count": 0})


def _never(_arguments: Any = None, _result: Any = None) -> bool:
    return False
