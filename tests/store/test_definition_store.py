"""Definitions: immutable versions, names that are unique, drafts that are never lost, examples that stay deleted."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.errors import (
    DefinitionError,
    DefinitionNotFoundError,
    DocumentError,
    DuplicateNameError,
    VersionConflictError,
)
from crewlab.store import Store
from tests.factories import OWNER, document, finished_execution, running_execution


def test_saving_appends_versions(store: Store):
    """Each change is a version of its own; old versions stay as they were."""
    first = store.definitions.save(owner=OWNER, document=document(), note="start", author="ann")
    changed = document(process="parallel")
    second = store.definitions.save(owner=OWNER, document=changed, definition_id=first.definition_id)
    assert (first.number, second.number) == (1, 2)
    assert first.content_hash != second.content_hash
    assert store.definitions.versions("market-brief", owner=OWNER) == [second, first]
    assert store.definitions.version("market-brief", 1, owner=OWNER) == first
    assert store.definitions.version(first.definition_id, owner=OWNER).document == changed
    assert (first.note, first.author) == ("start", "ann")


def test_saving_the_same_changes_nothing(store: Store):
    """The same document is the same version, with or without the id, whatever the order of its keys."""
    first = store.definitions.save(owner=OWNER, document=document())
    again = dict(reversed(document().items()))
    assert store.definitions.save(owner=OWNER, document=again) == first
    assert store.definitions.save(owner=OWNER, document=again, definition_id=first.definition_id) == first
    assert store.definitions.get("market-brief", owner=OWNER).latest_number == 1


def test_new_description_is_saved_under_the_same_hash(store: Store):
    """A description changes no run: it is saved as a version, and the hash says that the crew is the same."""
    first = store.definitions.save(owner=OWNER, document=document())
    described = document(description="For Mondays")
    second = store.definitions.save(owner=OWNER, document=described, definition_id=first.definition_id)
    assert (second.number, second.content_hash) == (2, first.content_hash)
    assert store.definitions.get("market-brief", owner=OWNER).description == "For Mondays"


def test_names_are_unique_for_an_owner(store: Store):
    """A taken name is refused, for a new definition and for a rename; another owner may use it."""
    store.definitions.save(owner=OWNER, document=document("a"))
    other = store.definitions.save(owner=OWNER, document=document("b"))
    with pytest.raises(DuplicateNameError, match="'a'"):
        store.definitions.save(owner=OWNER, document=document("a", process="parallel"))
    with pytest.raises(DuplicateNameError, match="'a'"):
        store.definitions.save(owner=OWNER, document=document("a"), definition_id=other.definition_id)
    store.definitions.save(owner="eve", document=document("a", process="parallel"))
    renamed = store.definitions.save(owner=OWNER, document=document("c"), definition_id=other.definition_id)
    assert (renamed.definition_id, renamed.number) == (other.definition_id, 2)
    assert [summary.name for summary in store.definitions.list(owner=OWNER)] == ["a", "c"]


def test_edits_on_top_of_an_old_version_are_refused(store: Store):
    """Whoever saves second is told which version came in between."""
    first = store.definitions.save(owner=OWNER, document=document())
    key = first.definition_id
    store.definitions.save(owner=OWNER, document=document(process="parallel"), definition_id=key, expected_number=1)
    with pytest.raises(VersionConflictError, match="is at version 2, and these edits began from version 1"):
        store.definitions.save(owner=OWNER, document=document(memory=True), definition_id=key, expected_number=1)


@pytest.mark.parametrize("name", [None, "", "  ", 7])
def test_document_without_a_name_is_refused(store: Store, name: object):
    """A definition needs a name to be found by."""
    with pytest.raises(DocumentError, match="no name"):
        store.definitions.save(owner=OWNER, document={**document(), "name": name})


@pytest.mark.parametrize("name", ["market\nbrief", "x" * 201])
def test_a_name_is_one_line_of_some_length(store: Store, name: str):
    """Lists, commands and messages show it."""
    with pytest.raises(DocumentError, match="The name has"):
        store.definitions.save(owner=OWNER, document={**document(), "name": name})


@pytest.mark.parametrize("number", [10**400, 2**31, -(10**20)])
def test_no_number_is_too_large_to_be_unknown(store: Store, number: int):
    """A flow may name any version, and `check` looks for it."""
    store.definitions.save(owner=OWNER, document=document())
    with pytest.raises(DefinitionNotFoundError, match="has no version"):
        store.definitions.version("market-brief", number, owner=OWNER)


def test_definitions_are_listed_by_name(store: Store):
    """As a person looks for them: without regard to case and accents."""
    for name in ("zinc", "Über", "Tea", "apple", "tea"):
        store.definitions.save(owner=OWNER, document={**document(), "name": name})
    assert [found.name for found in store.definitions.list(owner=OWNER)] == ["apple", "Tea", "tea", "Über", "zinc"]


def test_unknown_definitions_are_errors_that_list_the_known(store: Store):
    """A wrong name or id says which names there are; a wrong version number says so."""
    store.definitions.save(owner=OWNER, document=document())
    with pytest.raises(DefinitionNotFoundError, match="Known definitions: market-brief"):
        store.definitions.get("nonsense", owner=OWNER)
    with pytest.raises(DefinitionNotFoundError, match="'market-brief' has no version 9"):
        store.definitions.version("market-brief", 9, owner=OWNER)
    with pytest.raises(DefinitionNotFoundError):
        store.definitions.save(owner=OWNER, document=document(), definition_id="nonsense")


def test_summary_counts(store: Store):
    """A list shows what is in a definition and how its last execution went."""
    saved = store.definitions.save(owner=OWNER, document=document(description="Brief"))
    finished_execution(store, definition_id=saved.definition_id)
    last = finished_execution(store, definition_id=saved.definition_id, error=RuntimeError("no"))
    (summary,) = store.definitions.list(owner=OWNER)
    assert (summary.description, summary.agents_count, summary.tasks_count) == ("Brief", 1, 2)
    assert (summary.executions_count, summary.last_status, summary.has_draft) == (2, "failed", False)
    assert summary.last_executed_at == last.created_at


def test_deleting_keeps_what_ran(store: Store):
    """Executions of a deleted definition can still be shown; its name is free again."""
    saved = store.definitions.save(owner=OWNER, document=document())
    execution = finished_execution(store, definition_id=saved.definition_id)
    store.definitions.save_draft(owner=OWNER, draft_id="d", document={}, definition_id=saved.definition_id)
    store.definitions.delete("market-brief", owner=OWNER)
    assert store.definitions.list(owner=OWNER) == []
    assert store.definitions.drafts(owner=OWNER) == []
    assert store.executions.get(execution.execution_id, owner=OWNER).document == execution.document
    assert store.definitions.save(owner=OWNER, document=document()).definition_id != saved.definition_id


def test_drafts_are_kept_replaced_and_discarded(store: Store):
    """A draft holds edits that may be anything, knows what it began from, and is gone when discarded."""
    saved = store.definitions.save(owner=OWNER, document=document())
    half_done = {"name": "", "tasks": [{"name": None}]}
    for edits in ({}, half_done):
        store.definitions.save_draft(
            owner=OWNER, draft_id="d", document=edits, definition_id=saved.definition_id, base_number=1
        )
    draft = store.definitions.draft("d", owner=OWNER)
    assert draft is not None
    assert (draft.document, draft.definition_id, draft.base_number) == (half_done, saved.definition_id, 1)
    assert store.definitions.drafts(owner=OWNER) == [draft]
    assert store.definitions.get("market-brief", owner=OWNER).has_draft
    store.definitions.discard_draft("d", owner=OWNER)
    store.definitions.discard_draft("d", owner=OWNER)
    assert store.definitions.draft("d", owner=OWNER) is None


def test_seeded_examples_never_come_back(store: Store):
    """Examples are put in once for each owner: an edited or deleted one stays edited or deleted."""
    examples = [document("a"), document("b")]
    assert store.definitions.seed(examples, owner=OWNER) == 2
    edited = store.definitions.get("a", owner=OWNER)
    store.definitions.save(owner=OWNER, document=document("a", memory=True), definition_id=edited.definition_id)
    store.definitions.delete("b", owner=OWNER)
    assert store.definitions.seed([*examples, document("c")], owner=OWNER) == 1
    assert [summary.name for summary in store.definitions.list(owner=OWNER)] == ["a", "c"]
    assert store.definitions.get("a", owner=OWNER).latest_number == 2
    assert store.definitions.seed(examples, owner="eve") == 2


def test_seeding_does_not_touch_an_own_definition_of_that_name(store: Store):
    """Somebody who already has a definition of an example's name keeps it."""
    own = store.definitions.save(owner=OWNER, document=document("a", memory=True))
    assert store.definitions.seed([document("a")], owner=OWNER) == 0
    assert store.definitions.version("a", owner=OWNER) == own


def flow(name: str = "weekly", **steps: Any) -> dict[str, Any]:
    """A flow whose steps run these crews or flows: `(call, definition)` by step."""
    methods = {step: {"start": True, "do": {"call": call, "definition": used}} for step, (call, used) in steps.items()}
    return {"schema": "crewai.flow/v1", "name": name, "methods": methods}


def test_a_flow_is_known_as_one(store: Store):
    """Its kind follows from the document, and it counts steps; nothing turns into the other kind."""
    saved = store.definitions.save(owner=OWNER, document=flow(brief=("crew", "market-brief")))
    crew = store.definitions.save(owner=OWNER, document=document())
    assert (saved.kind, crew.kind) == ("flow", "crew")
    assert store.definitions.get("weekly", owner=OWNER).steps_count == 1
    assert [one.name for one in store.definitions.list(owner=OWNER, kind="flow")] == ["weekly"]
    with pytest.raises(DocumentError, match="is a crew"):
        store.definitions.save(owner=OWNER, document=flow("market-brief"), definition_id=crew.definition_id)


def test_parents_and_children_follow_the_latest_version(store: Store):
    """Each once, also through a name that was given up; what a flow names no longer is not its child."""
    crew = store.definitions.save(owner=OWNER, document=document("old"))
    both = flow(a=("crew", "old"), b=("crew", "old"), c=("crew", "not there"))
    parent = store.definitions.save(owner=OWNER, document=both)
    store.definitions.save(owner=OWNER, document=flow("yearly", each=("flow", "weekly")))
    store.definitions.save(owner=OWNER, document=document("new"), definition_id=crew.definition_id)
    assert store.definitions.get("new", owner=OWNER).parents == ("weekly",)
    assert store.definitions.get("weekly", owner=OWNER).children == ("new",)
    assert store.definitions.get("weekly", owner=OWNER).parents == ("yearly",)
    store.definitions.save(owner=OWNER, document=flow(), definition_id=parent.definition_id)
    assert store.definitions.get("new", owner=OWNER).parents == ()


def test_parents_are_of_the_same_owner(store: Store):
    """Others have definitions of these names, too."""
    store.definitions.save(owner=OWNER, document=document("brief"))
    store.definitions.save(owner="other", document=document("brief"))
    store.definitions.save(owner="other", document=flow(a=("crew", "brief")))
    assert store.definitions.get("brief", owner=OWNER).parents == ()
    assert [one.parents for one in store.definitions.list(owner=OWNER)] == [()]
    assert store.definitions.get("brief", owner="other").parents == ("weekly",)


def test_an_earlier_name_leads_on_until_it_is_taken(store: Store):
    """And again once whoever took it is gone."""
    first = store.definitions.save(owner=OWNER, document=document("old"))
    store.definitions.save(owner=OWNER, document=document("new"), definition_id=first.definition_id)
    assert store.definitions.version("old", owner=OWNER).name == "new"
    assert store.definitions.version("old", 1, owner=OWNER) == first
    other = store.definitions.save(owner=OWNER, document=document("old"))
    assert store.definitions.get("old", owner=OWNER).definition_id == other.definition_id
    store.definitions.delete("old", owner=OWNER)
    assert store.definitions.get("old", owner=OWNER).definition_id == first.definition_id
    with pytest.raises(DefinitionNotFoundError):
        store.definitions.get("old", owner="somebody else")


def test_an_earlier_name_that_flows_use_is_not_given_away(store: Store):
    """They would run something else; whoever had it may have it back, and once no flow says it anybody may."""
    first = store.definitions.save(owner=OWNER, document=document("old"))
    parent = store.definitions.save(owner=OWNER, document=flow(a=("crew", "old")))
    store.definitions.save(owner=OWNER, document=document("new"), definition_id=first.definition_id)
    with pytest.raises(DuplicateNameError, match="'old' is still run under that name by weekly"):
        store.definitions.save(owner=OWNER, document=document("old"))
    assert store.definitions.seed([document("old")], owner=OWNER) == 0  # the lab opens all the same
    back = store.definitions.save(owner=OWNER, document=document("old"), definition_id=first.definition_id)
    assert back.number == 3
    store.definitions.save(owner=OWNER, document=document("new"), definition_id=first.definition_id)
    store.definitions.save(owner=OWNER, document=flow(a=("crew", "new")), definition_id=parent.definition_id)
    assert store.definitions.save(owner=OWNER, document=document("old")).number == 1


def test_tags_are_kept_apart_from_versions(store: Store):
    """In order, each once whatever its case; they find definitions and go with them."""
    store.definitions.save(owner=OWNER, document=document())
    store.definitions.tag("market-brief", ["  weekly ", "Sales", "sales"], owner=OWNER)
    assert store.definitions.get("market-brief", owner=OWNER).tags == ("Sales", "weekly")
    assert [one.name for one in store.definitions.list(owner=OWNER, tag="weekly")] == ["market-brief"]
    assert store.definitions.list(owner=OWNER, tag="monthly") == []
    assert store.definitions.get("market-brief", owner=OWNER).latest_number == 1
    store.definitions.tag("market-brief", [], owner=OWNER)
    assert store.definitions.get("market-brief", owner=OWNER).tags == ()


def test_one_label_by_itself_is_one(store: Store):
    """Not a label for each of its letters."""
    store.definitions.save(owner=OWNER, document=document())
    store.definitions.tag("market-brief", "weekly", owner=OWNER)
    store.definitions.collect("market-brief", "Monday", owner=OWNER)
    found = store.definitions.get("market-brief", owner=OWNER)
    assert (found.tags, found.collections) == (("weekly",), ("Monday",))


def test_collections_hold_crews_and_flows(store: Store):
    """A new name makes one; renaming keeps what is in it; removing it removes no definition."""
    for made in (document(), flow()):
        store.definitions.save(owner=OWNER, document=made)
        store.definitions.collect(made["name"], ["Monday"], owner=OWNER)
    store.definitions.save_collection("Start", owner=OWNER, description="For new people", instead_of="Monday")
    (found,) = store.definitions.collections(owner=OWNER)
    assert (found.name, found.description) == ("Start", "For new people")
    assert found.definitions == ("market-brief", "weekly")
    assert [one.kind for one in store.definitions.list(owner=OWNER, collection="Start")] == ["crew", "flow"]
    store.definitions.delete_collection("Start", owner=OWNER)
    assert store.definitions.collections(owner=OWNER) == []
    assert len(store.definitions.list(owner=OWNER)) == 2


def test_what_is_deleted_leaves_no_labels(store: Store):
    """A definition of the same name begins without them, and the old name leads nowhere."""
    old = store.definitions.save(owner=OWNER, document=document("old"))
    store.definitions.save(owner=OWNER, document=document(), definition_id=old.definition_id)
    store.definitions.tag("market-brief", ["a"], owner=OWNER)
    store.definitions.collect("market-brief", ["b"], owner=OWNER)
    store.definitions.delete("market-brief", owner=OWNER)
    store.definitions.save(owner=OWNER, document=document())
    found = store.definitions.get("market-brief", owner=OWNER)
    assert (found.tags, found.collections) == ((), ())
    assert store.definitions.collections(owner=OWNER)[0].definitions == ()
    with pytest.raises(DefinitionNotFoundError):
        store.definitions.get("old", owner=OWNER)


@pytest.mark.parametrize("text", ["", "  ", "a,b", "x" * 61, "a\x00b"])
def test_what_cannot_be_a_label_is_refused(store: Store, text: str):
    """As a tag and as the name of a collection; nothing is changed."""
    store.definitions.save(owner=OWNER, document=document())
    with pytest.raises(DefinitionError):
        store.definitions.tag("market-brief", ["fine", text], owner=OWNER)
    with pytest.raises(DefinitionError):
        store.definitions.collect("market-brief", ["fine", text], owner=OWNER)
    assert store.definitions.get("market-brief", owner=OWNER).tags == ()
    assert store.definitions.collections(owner=OWNER) == []


def test_a_collection_is_refused_where_it_cannot_be(store: Store):
    """A taken name, and one that there is not."""
    store.definitions.save_collection("a", owner=OWNER)
    store.definitions.save_collection("b", owner=OWNER)
    for refused in (
        lambda: store.definitions.save_collection("a", owner=OWNER),
        lambda: store.definitions.save_collection("a", owner=OWNER, instead_of="b"),
        lambda: store.definitions.save_collection("c", owner=OWNER, instead_of="d"),
        lambda: store.definitions.delete_collection("d", owner=OWNER),
    ):
        with pytest.raises(DefinitionError):
            refused()
    assert [one.name for one in store.definitions.collections(owner=OWNER)] == ["a", "b"]


def test_the_archive_keeps_definitions_out_of_sight(store: Store):
    """Found by name all the same, and put back."""
    store.definitions.save(owner=OWNER, document=document())
    store.definitions.archive("market-brief", owner=OWNER, is_archived=True)
    assert store.definitions.list(owner=OWNER, archived=False) == []
    assert [one.name for one in store.definitions.list(owner=OWNER, archived=True)] == ["market-brief"]
    assert store.definitions.version("market-brief", owner=OWNER).number == 1
    store.definitions.archive("market-brief", owner=OWNER, is_archived=False)
    assert store.definitions.list(owner=OWNER, archived=True) == []


def test_a_summary_tells_what_runs_from_what_ended(store: Store):
    """The last outcome stays in sight while the next one runs."""
    saved = store.definitions.save(owner=OWNER, document=document())
    finished_execution(store, definition_id=saved.definition_id)
    running_execution(store, definition_id=saved.definition_id)
    found = store.definitions.get("market-brief", owner=OWNER)
    assert (found.running_count, found.last_status, found.last_outcome) == (1, "running", "completed")
