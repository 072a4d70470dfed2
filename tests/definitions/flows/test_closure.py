"""Closures: a flow with every definition that it uses."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crewlab.definitions.flows.closure import Closure, snapshot_hash
from crewlab.definitions.flows.flow import CrewAction, FlowAction, parse_flow
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.version import DefinitionVersion, content_hash
from crewlab.errors import DefinitionNotFoundError, DocumentError

CREW = {"name": "brief", "agents": {}, "tasks": []}


def _flow(name: str, *actions: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "methods": {f"s{i}": {"start": True, "do": action} for i, action in enumerate(actions)}}


def _uses(name: str, call: str = "crew", **more: Any) -> dict[str, Any]:
    return {"call": call, "definition": name, **more}


class Saved:
    """Definitions by name, each with its versions."""

    def __init__(self, **documents: Any) -> None:
        self.documents = {name: given if isinstance(given, list) else [given] for name, given in documents.items()}

    def __call__(self, name: str, number: int | None) -> DefinitionVersion:
        versions = self.documents.get(name, [])
        if not versions or (number or 1) > len(versions):
            raise DefinitionNotFoundError(name)
        number = number or len(versions)
        document = versions[number - 1]
        return DefinitionVersion(
            definition_id=f"id-{name}",
            owner="me",
            kind=kind_of(document),
            name=name,
            number=number,
            content_hash=content_hash(document),
            document=document,
            created_at=datetime(2026, 1, 1, tzinfo=UTC),
        )


def test_a_closure_holds_everything_with_its_number():
    """Pinned versions stay, others become the latest, and nested flows bring their own."""
    inner = _flow("inner", _uses("brief"))
    saved = Saved(brief=[CREW, {**CREW, "process": "parallel"}], inner=inner)
    each = {"call": "each", "in": "[1]", "do": [{"name": "a", "action": _uses("brief")}]}
    closure = Closure.resolve(_flow("outer", _uses("brief", version=1), _uses("inner", "flow"), each), saved)
    assert sorted(closure.definitions) == ["brief@1", "brief@2", "inner@1"]
    steps = parse_flow(closure.document).steps
    assert isinstance(steps["s0"].do, CrewAction)
    assert isinstance(steps["s1"].do, FlowAction)
    assert closure.used(steps["s0"].do) == CREW
    assert (closure.entry(steps["s1"].do) or {})["content_hash"] == content_hash(inner)
    assert sorted(closure.within(steps["s1"].do).definitions) == ["brief@2"]
    assert closure.document["methods"]["s2"]["do"]["do"][0]["action"]["version"] == 2


def test_a_flow_over_another_version_of_a_crew_is_other_content():
    """What is compared as the same has to be the same; without references the hash is that of the document."""

    def over(number: int, **crew: Any) -> str:
        entry = {"name": "brief", "number": number, "document": {"name": "brief", **crew}}
        return snapshot_hash({"schema": "crewai.flow/v1", "methods": {}, "definitions": {"brief@1": entry}})

    assert over(1) == over(1, description="for people")
    assert over(1) != over(1, process="parallel")
    plain = {"schema": "crewai.flow/v1", "methods": {}}
    assert snapshot_hash({**plain, "definitions": {}}) == content_hash(plain)


def test_a_snapshot_is_json_and_comes_back():
    """What ran can be shown, and run again, from the snapshot alone."""
    closure = Closure.resolve(_flow("outer", _uses("brief")), Saved(brief=CREW))
    assert Closure.of(json.loads(json.dumps(closure.snapshot()))) == closure


def test_a_flow_that_is_resolved_again_stays_as_it_is():
    """All references have their number."""
    saved = Saved(brief=CREW)
    closure = Closure.resolve(_flow("outer", _uses("brief")), saved)
    saved.documents["brief"].append({**CREW, "process": "parallel"})
    assert Closure.resolve(closure.document, saved) == closure


def test_what_is_written_in_a_step_is_used_as_it_is():
    """Crews and flows need not be saved, and a flow within a flow may use saved ones."""
    closure = Closure.resolve(
        _flow("outer", {"call": "crew", "with": CREW}, {"call": "flow", "with": _flow("within", _uses("brief"))}),
        Saved(brief=CREW),
    )
    steps = parse_flow(closure.document).steps
    assert isinstance(steps["s0"].do, CrewAction)
    assert isinstance(steps["s1"].do, FlowAction)
    assert closure.used(steps["s0"].do) == CREW
    assert closure.entry(steps["s0"].do) is None
    assert sorted(closure.within(steps["s1"].do).definitions) == ["brief@1"]


def test_what_has_no_name_is_called_like_its_step():
    """Nobody needs to name what is written in one place; what runs has a name."""
    inner = {"methods": {"deep": {"start": True, "do": {"call": "crew", "with": {"agents": {}, "tasks": []}}}}}
    closure = Closure.resolve(_flow("outer", {"call": "flow", "with": inner}), Saved())
    written = closure.document["methods"]["s0"]["do"]["with"]
    assert (written["name"], written["methods"]["deep"]["do"]["with"]["name"]) == ("s0", "deep")
    assert "name" not in inner


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (_flow("a", _uses("b", "flow")), "a → b → a"),
        (_flow("other", _uses("a", "flow")), "a → b → a"),
        (_flow("other", _uses("me", "flow", version=1)), "me → me"),
    ],
)
def test_flows_that_use_each_other_are_refused_with_their_path(document: dict[str, Any], path: str):
    """However long the way round is."""
    saved = Saved(
        a=_flow("a", _uses("b", "flow")),
        b=_flow("b", _uses("a", "flow")),
        me=_flow("me", _uses("me", "flow")),
    )
    with pytest.raises(DocumentError, match=path):
        Closure.resolve(document, saved)


@pytest.mark.parametrize(
    ("action", "error"),
    [
        (_uses("nobody"), DefinitionNotFoundError),
        (_uses("brief", version=9), DefinitionNotFoundError),
        (_uses("brief", "flow"), DocumentError),
    ],
)
def test_what_is_not_there_is_refused(action: dict[str, Any], error: type[Exception]):
    """A name, a version, or the kind of a definition."""
    with pytest.raises(error):
        Closure.resolve(_flow("outer", action), Saved(brief=CREW))
