"""Flows that name what is saved: found, checked, and resolved at launch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from crewlab.definitions.flows.closure import snapshot_hash
from crewlab.definitions.overlay import Overlay
from crewlab.engine.library.catalogue import Catalogue
from crewlab.errors import InvalidDefinitionError
from crewlab.secrets.keys import Keys
from crewlab.settings import Settings
from crewlab.store import Store

CREW: dict[str, Any] = {
    "name": "brief",
    "agents": {"writer": {"role": "Writer", "goal": "Write", "backstory": "Brief", "llm": "rehearsal/plain"}},
    "tasks": [{"name": "find", "description": "Find {topic}", "expected_output": "A list", "agent": "writer"}],
}


def _flow(name: str, **action: Any) -> dict[str, Any]:
    return {"name": name, "methods": {"s": {"start": True, "do": action}}}


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = Store.open(settings.data)
    yield opened
    opened.close()


@pytest.fixture
def catalogue(store: Store, settings: Settings) -> Catalogue:
    return Catalogue(store, settings, Keys({}))


def test_a_launch_takes_everything_that_a_flow_uses_as_it_is_then(catalogue: Catalogue):
    """The latest version at that moment, nested flows with theirs; the flow keeps its own hash."""
    crew = catalogue.save(CREW)
    catalogue.save(_flow("inner", call="crew", definition="brief", inputs={"topic": "x"}))
    saved = catalogue.save(_flow("outer", call="flow", definition="inner"))
    target = catalogue.find_runnable("outer", Overlay())
    assert sorted(target.document["definitions"]) == ["brief@1", "inner@1"]
    assert target.content_hash == snapshot_hash(target.document) != saved.content_hash
    catalogue.save({**CREW, "process": "parallel"}, crew.definition_id)
    assert sorted(catalogue.find_runnable("outer", Overlay()).document["definitions"]) == ["brief@2", "inner@1"]


def test_what_ran_runs_again_when_it_is_saved_no_more(catalogue: Catalogue, store: Store, settings: Settings):
    """A snapshot brings everything with it."""
    catalogue.save(CREW)
    catalogue.save(_flow("outer", call="crew", definition="brief", inputs={"topic": "x"}))
    snapshot = catalogue.find_runnable("outer", Overlay()).document
    store.definitions.delete("brief", owner=settings.owner)
    with pytest.raises(InvalidDefinitionError, match="no definition 'brief'"):
        catalogue.find_runnable("outer", Overlay())
    assert catalogue.find_runnable(snapshot, Overlay()).document == snapshot
    assert catalogue.check(snapshot) == []


def test_an_error_in_what_a_flow_uses_keeps_it_from_starting(catalogue: Catalogue):
    """Also when the flow has run before, and its crew has a new version since."""
    crew = catalogue.save(CREW)
    catalogue.save(_flow("outer", call="crew", definition="brief", inputs={"topic": "x"}))
    catalogue.find_runnable("outer", Overlay())
    broken = {**CREW, "tasks": [{**CREW["tasks"][0], "agent": "nobody"}]}
    catalogue.save(broken, crew.definition_id)
    with pytest.raises(InvalidDefinitionError, match="nobody"):
        catalogue.find_runnable("outer", Overlay())


def test_a_name_that_a_definition_had_still_leads_to_it(catalogue: Catalogue, store: Store, settings: Settings):
    """A flow that names it goes on; an archived one runs, with a warning."""
    catalogue.save(CREW)
    catalogue.save(_flow("outer", call="crew", definition="brief", inputs={"topic": "x"}))
    version = store.definitions.version("brief", owner=settings.owner)
    catalogue.save({**CREW, "name": "report"}, definition_id=version.definition_id)
    document = catalogue.find("outer").document
    assert catalogue.check(document) == []
    store.definitions.archive("report", owner=settings.owner, is_archived=True)
    assert [problem.id for problem in catalogue.check(document)] == ["flow.definition.archived"]


def test_flows_that_use_each_other_are_refused_with_the_path(catalogue: Catalogue):
    """Each alone is sound when it is saved first."""
    catalogue.save(_flow("a", call="expression", expr="1"))
    catalogue.save(_flow("b", call="flow", definition="a"))
    first = catalogue.find("a")
    catalogue.save(_flow("a", call="flow", definition="b"), definition_id=first.definition_id)
    with pytest.raises(InvalidDefinitionError, match="a → b → a"):
        catalogue.find_runnable("a", Overlay())
