"""What is kept, and who may recall it."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crewlab.errors import MemoryStoreError
from crewlab.memory.database import Database
from crewlab.memory.embedding import OfflineEmbedder
from crewlab.memory.library import Library
from crewlab.memory.memories import Memories, Note, Sight, learned_now
from crewlab.memory.ranking import best_memories

EMBEDDER = OfflineEmbedder()
OURS = Sight("ann", "crew", "first")


def keep(memories: Memories, sight: Sight, *contents: str, index: int = 0, shared: bool = True) -> None:
    notes = [Note("", content, "analyst", shared) for content in contents]
    memories.keep(sight, (index, f"task_{index}"), learned_now(notes, EMBEDDER.name, EMBEDDER.embed(contents)))


def seen(memories: Memories, sight: Sight, keeper: str = "") -> list[str]:
    return [row.content for row in memories.visible(sight, keeper)]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def memories(tmp_path: Path) -> Memories:
    return Memories(Database(tmp_path / "memory.sqlite3"))


def test_an_execution_sees_what_its_finished_tasks_kept(memories: Memories):
    """What was learned in a task belongs to its output: only who stands on that may recall it."""
    keep(memories, OURS, "one")
    keep(memories, OURS, "two", index=1)
    assert seen(memories, OURS) == []
    assert seen(memories, replace(OURS, tasks=[("first", 1)])) == ["two"]


def test_a_definition_recalls_what_was_published_before(memories: Memories):
    """Others see nothing while an execution runs, and everything once it is complete, if they begin after it."""
    keep(memories, OURS, "learned")
    early = now()
    assert seen(memories, Sight("ann", "crew", "second", published_before=now())) == []
    assert memories.publish(OURS) == 1
    assert seen(memories, Sight("ann", "crew", "second", published_before=now())) == ["learned"]
    assert seen(memories, Sight("ann", "crew", "second", published_before=early)) == []


@pytest.mark.parametrize("other", [Sight("bob", "crew", "x"), Sight("ann", "another", "x")])
def test_owners_and_definitions_are_strangers(memories: Memories, other: Sight):
    """Neither another owner nor another definition ever recalls a memory, nor clears it."""
    keep(memories, OURS, "learned")
    memories.publish(OURS)
    assert seen(memories, replace(other, published_before=now(), tasks=[])) == []
    assert memories.clear(other.owner, other.definition) == 0
    assert [memory.content for memory in memories.listed("ann", "crew")] == ["learned"]


def test_another_owner_cannot_stand_on_a_task(memories: Memories):
    """Knowing the id of an execution is not enough."""
    keep(memories, OURS, "learned")
    assert seen(memories, Sight("bob", "crew", "x", tasks=[("first", 0)])) == []


def test_a_task_that_is_done_again_replaces_what_it_had_kept(memories: Memories):
    """However often a task is tried, what it learned is kept once."""
    keep(memories, OURS, "wrong")
    keep(memories, OURS, "right")
    assert seen(memories, replace(OURS, tasks=[("first", 0)])) == ["right"]


def replace_with(memories: Memories, sight: Sight, content: str, *ids: int, index: int = 0) -> None:
    learned = learned_now([Note("", content, "analyst", True)], EMBEDDER.name, EMBEDDER.embed([content]))
    memories.keep(sight, (index, f"task_{index}"), learned, ids)


def test_what_a_task_replaces_is_gone_for_those_who_stand_on_it(memories: Memories):
    """Others recall it until the execution is complete, and so do those that began before that."""
    keep(memories, OURS, "old")
    memories.publish(OURS)
    late = replace(OURS, execution_id="second", published_before=now())
    (old,) = memories.visible(late, "")
    replace_with(memories, late, "new", old.id)
    assert seen(memories, late) == ["old"]
    assert seen(memories, replace(late, tasks=[("second", 0)])) == ["new"]
    early = replace(late, execution_id="third", published_before=now())
    memories.publish(late)
    assert seen(memories, early) == ["old"]
    assert seen(memories, replace(early, published_before=now())) == ["new"]
    assert [memory.content for memory in memories.listed("ann", "crew")] == ["new"]
    assert seen(memories, replace(OURS, tasks=[("first", 0)])) == ["old"], "a fork of the first stands on what it had"
    assert memories.clear("ann", "crew") == 1


def test_a_task_that_is_done_again_replaces_nothing_any_more(memories: Memories):
    """What an earlier try at it gave up is there again, and a stranger's memory never goes."""
    keep(memories, OURS, "old")
    keep(memories, replace(OURS, owner="bob", execution_id="x"), "bob's")
    for sight in (OURS, replace(OURS, owner="bob", execution_id="x")):
        memories.publish(sight)
    late = replace(OURS, execution_id="second", tasks=[("second", 0)], published_before=now())
    replace_with(memories, late, "new", 1, 2)
    keep(memories, late, "newer")
    assert seen(memories, late) == ["old", "newer"]
    replace_with(memories, late, "new", 1, 2)
    memories.publish(late)
    assert [memory.content for memory in memories.listed("bob", "crew")] == ["bob's"]


_BACK_TO = {
    2: "DROP TRIGGER forget_other_vectors; DROP TABLE other_vectors; PRAGMA user_version = 2;",
    1: "ALTER TABLE memories DROP COLUMN retired_at; DROP TABLE replaced; PRAGMA user_version = 1;",
}


@pytest.mark.parametrize("version", [1, 2])
def test_a_file_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path, version: int):
    """What was remembered in it is recalled."""
    keep(Memories(Database(tmp_path / "m")), OURS, "learned")
    with closing(sqlite3.connect(tmp_path / "m")) as connection:
        connection.executescript("".join(text for number, text in _BACK_TO.items() if number >= version))
    assert seen(Memories(Database(tmp_path / "m")), replace(OURS, tasks=[("first", 0)])) == ["learned"]


def test_each_embedder_has_its_own_vectors(memories: Memories, tmp_path: Path):
    """Kept beside the first ones, until the memory is forgotten; of one that is gone meanwhile nothing is kept."""
    keep(memories, OURS, "learned")
    memories.publish(OURS)
    sight = replace(OURS, tasks=[("first", 0)])
    (row,) = memories.visible(sight, "")
    memories.also_embedded([row.id, 99], "other", EMBEDDER.embed(["text"] * 2))
    makers = [memories.visible(sight, "", embedder=name)[0].embedder for name in ("other", EMBEDDER.name, "third")]
    assert makers == ["other", EMBEDDER.name, EMBEDDER.name]
    assert memories.visible(sight, "", embedder="other")[0].vector != row.vector
    memories.clear("ann", "crew")
    with closing(sqlite3.connect(tmp_path / "memory.sqlite3")) as connection:
        assert connection.execute("SELECT count(*) FROM other_vectors").fetchone() == (0,)


def test_memory_of_one_execution_is_never_published(memories: Memories):
    """Scope execution stays within the execution."""
    keep(memories, OURS, "mine", shared=False)
    assert memories.publish(OURS) == 0
    assert memories.listed("ann", "crew") == []


def test_clearing_forgets_what_later_executions_would_recall(memories: Memories):
    """The number says how much was forgotten."""
    keep(memories, OURS, "one", "two")
    memories.publish(OURS)
    assert memories.clear("ann", "crew") == 2
    assert memories.listed("ann", "crew") == []


def test_the_oldest_are_forgotten_beyond_the_limit(memories: Memories, monkeypatch: pytest.MonkeyPatch):
    """A definition that runs every hour does not grow for ever."""
    monkeypatch.setattr("crewlab.memory.memories.MOST_MEMORIES", 2)
    for number in range(3):
        sight = Sight("ann", "crew", f"e{number}")
        keep(memories, sight, f"memory {number}")
        memories.publish(sight)
    assert [memory.content for memory in memories.listed("ann", "crew")] == ["memory 2", "memory 1"]


def test_a_storage_leads_nowhere_else(tmp_path: Path):
    """Not over a link either; another owner, who names the same one, sees nothing there."""
    library = Library(tmp_path / "data", 1)
    keep(library.memories_of("a/b"), OURS, "learned")
    library.memories_of("a/b").publish(OURS)
    assert [memory.content for memory in library.memories_of("a/b").listed("ann", "any")] == ["learned"]
    assert library.memories_of("a/b").listed("bob", "any") == library.memories_of("a").listed("ann", "any") == []
    (tmp_path / "data" / "memories" / "out").symlink_to(tmp_path)
    with pytest.raises(MemoryStoreError, match="leads out"):
        library.memories_of("out/b")


def test_many_threads_keep_at_the_same_time(memories: Memories):
    """Writers take turns and lose nothing."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: keep(memories, replace(OURS, execution_id=f"e{number}"), "x"), range(40)))
    assert sum(len(seen(memories, Sight("ann", "crew", "", tasks=[(f"e{n}", 0)]))) for n in range(40)) == 40


def test_secrets_are_masked_before_they_are_kept(tmp_path: Path):
    """The file holds none in clear."""
    memories = Memories(Database(tmp_path / "m"), lambda text: text.replace("sk-123", "***"))
    keep(memories, OURS, "the key is sk-123")
    assert b"sk-123" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


@pytest.mark.parametrize("text", ["half \ud800 a character", "NUL \x00 within", "🎉" * 5000, "x" * 1_000_000])
def test_any_text_is_kept(memories: Memories, text: str):
    """What a model says may be anything; it is kept, cut at some length."""
    keep(memories, OURS, text)
    (kept,) = seen(memories, replace(OURS, tasks=[("first", 0)]))
    assert kept[:4] == text[:4]
    assert len(kept) <= 4000


def test_a_damaged_file_is_told_and_kept(tmp_path: Path):
    """The error says which file it is; nothing is overwritten."""
    (tmp_path / "m").write_bytes(b"not a database, really not" * 100)
    with pytest.raises(MemoryStoreError, match="cannot be used"):
        keep(Memories(Database(tmp_path / "m")), OURS, "x")
    assert (tmp_path / "m").read_bytes().startswith(b"not a database")


def test_reading_memories_of_a_new_folder_makes_no_file(tmp_path: Path):
    """Whoever only looks leaves nothing behind."""
    assert Memories(Database(tmp_path / "m")).listed("ann", "crew") == []
    assert list(tmp_path.iterdir()) == []


def test_the_nearest_memories_come_first_and_each_once(memories: Memories):
    """Two executions that learned the same do not take two places in a prompt."""
    for name in ("e1", "e2"):
        keep(memories, Sight("ann", "crew", name), "Lavender boxes ship on Mondays.", "Turbines are inspected yearly.")
    rows = memories.visible(Sight("ann", "crew", "x", tasks=[("e1", 0), ("e2", 0)]), "")
    found = best_memories(EMBEDDER.embed(["when do lavender boxes ship"]), rows, 5)
    assert [match.content[:8] for match in found] == ["Lavender", "Turbines"]
    assert 1 >= found[0].score > found[1].score > 0
