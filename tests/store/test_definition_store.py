"""Definitions: immutable versions, names that are unique, drafts that are never lost, examples that stay deleted."""

from __future__ import annotations

import pytest

from crewlab.errors import DefinitionNotFoundError, DocumentError, DuplicateNameError, VersionConflictError
from crewlab.store import Store
from tests.factories import OWNER, document, finished_execution


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


def test_unknown_definitions_are_errors_that_list_the_known(store: Store):
    """A wrong name or id says which names there are; a wrong version number says so."""
    store.definitions.save(owner=OWNER, document=document())
    with pytest.raises(DefinitionNotFoundError, match="Known definitions: market-brief"):
        store.definitions.get("nonsense", owner=OWNER)
    with pytest.raises(DefinitionNotFoundError, match="market-brief version 9"):
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
