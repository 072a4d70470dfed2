"""Memories as they are kept: whose they are, who may recall them, and when others may."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from crewlab.executions.identity import new_id
from crewlab.executions.memory import StoredMemory
from crewlab.memory.database import Database

if TYPE_CHECKING:
    from crewlab.memory.embedding import Vectors

MOST_MEMORIES = 10_000
"""Of one definition; the oldest are forgotten first."""
LONGEST = 4000
"""Characters of one memory."""


@dataclass(frozen=True)
class Sight:
    """What one attempt may recall: its own finished tasks, and what was published before it began."""

    owner: str
    definition: str
    execution_id: str
    tasks: Collection[tuple[str, int]] = ()
    """(execution, index) of the finished tasks that its outputs stand on."""
    published_before: datetime | None = None
    """`None` is nothing of other executions."""


@dataclass(frozen=True)
class Note:
    """A memory to be kept."""

    keeper: str
    """The agent that keeps it for itself, or a path (`/a/b`) that several may name; empty is the whole crew."""
    content: str
    agent: str
    is_definition_wide: bool


@dataclass(frozen=True)
class Learned:
    """A memory with what makes it comparable."""

    note: Note
    embedder: str
    vector: bytes
    """As `packed` makes it."""
    learned_at: float
    """Seconds since the epoch."""


class Row(NamedTuple):
    """A kept memory with its vector, as bytes of half-precision numbers."""

    id: int
    content: str
    created_at: float
    """Seconds since the epoch: ten thousand of them are not worth a `datetime` each."""
    embedder: str
    vector: bytes
    keeper: str = ""


class Memories:
    """All memories of a data folder. Every method blocks for some milliseconds, and is safe from any thread."""

    def __init__(self, database: Database, mask: Callable[[str], str] = str, *, is_shared: bool = False) -> None:
        """With `is_shared` the definitions of an owner have them together."""
        self._database, self._mask, self._is_shared = database, mask, is_shared

    def _definition(self, name: str) -> str:
        return "" if self._is_shared else name

    def visible(self, sight: Sight, *roots: str, embedder: str = "") -> list[Row]:
        """What may be recalled of these keepers, and of those below them, the oldest first.

        With vectors of `embedder`, where it has made some; or of whoever has.
        """
        wanted, values = ["(0)"], []
        if sight.published_before is not None:
            wanted.append(f"({_OF_OTHERS} AND execution_id <> ?)")
            since = sight.published_before.timestamp()
            values += [sight.owner, self._definition(sight.definition), since, since, sight.execution_id]
        for task in sight.tasks:
            wanted.append("(owner = ? AND execution_id = ? AND task_index = ?)")
            values += [sight.owner, *task]
        given_up, tasks = _given_up(sight)
        within, keepers = _within(roots)
        query = f"{_WITH_VECTORS} WHERE ({within}) AND ({' OR '.join(wanted)}) {given_up} ORDER BY id"
        with self._database.reading() as connection:
            return [Row(*row) for row in connection.execute(query, [embedder, *keepers, *values, *tasks])]

    def keep(
        self, sight: Sight, task: tuple[int, str], learned: Sequence[Learned], replaced: Collection[int] = ()
    ) -> None:
        """Keep what was learned in a task, in place of what an earlier try at it had left; all or nothing.

        `replaced` are memories, by the `id` of their row, that whoever recalls this task does not recall any more.
        """
        index, name = task
        of_task = (sight.execution_id, index, name)
        rows = [
            (new_id(), *self._told(sight, one.note), *of_task, one.embedder, one.vector, one.learned_at)
            for one in learned
        ]
        with self._database.writing() as connection:
            for table in ("memories", "replaced"):
                connection.execute(f"DELETE FROM {table} WHERE execution_id = ? AND task_index = ?", of_task[:2])
            connection.executemany(_INSERT, rows)
            connection.executemany("INSERT INTO replaced VALUES (?, ?, ?)", [(*of_task[:2], id) for id in replaced])

    def _told(self, sight: Sight, note: Note) -> tuple[str, ...]:
        scope = "definition" if note.is_definition_wide else "execution"
        content = self._mask(note.content[:LONGEST]).encode("utf-8", "replace").decode()  # half a character is no text
        return sight.owner, self._definition(sight.definition), note.keeper, scope, note.agent, content

    def also_embedded(self, ids: Sequence[int], embedder: str, vectors: Vectors) -> None:
        """Keep the vectors that another embedder has made of memories, beside those that they have."""
        rows = [(embedder, packed(vector), id) for id, vector in zip(ids, vectors, strict=True)]
        with self._database.writing() as connection:
            connection.executemany(_ALSO, rows)

    def publish(self, sight: Sight) -> int:
        """Let executions that begin from now on recall what this one has kept for its definition; how many there are.

        Asking twice changes nothing. The oldest memories beyond `MOST_MEMORIES` are forgotten.
        """
        if not self._database.path.exists():
            return 0
        with self._database.writing() as connection:
            published = connection.execute(
                "UPDATE memories SET published_at = ? WHERE execution_id = ? AND scope = 'definition'"
                " AND published_at IS NULL",
                (time.time(), sight.execution_id),
            ).rowcount
            whose = (sight.owner, self._definition(sight.definition))
            connection.execute(_RETIRE, (time.time(), *whose, sight.execution_id))
            connection.execute(_FORGET_OLDEST, (*whose, MOST_MEMORIES))
        return published

    def listed(self, owner: str, definition: str) -> list[StoredMemory]:
        """What executions of a definition that start now would recall, the newest first."""
        query = f"SELECT {', '.join(_SHOWN)} FROM memories WHERE {_LISTED} ORDER BY id DESC"
        if not self._database.path.exists():
            return []
        with self._database.reading() as connection:
            return [_stored(row) for row in connection.execute(query, (owner, self._definition(definition)))]

    def clear(self, owner: str, definition: str) -> int:
        """Forget what `listed` lists; how many it were."""
        if not self._database.path.exists():
            return 0
        with self._database.writing() as connection:
            whose = (owner, self._definition(definition))
            count = connection.execute(f"DELETE FROM memories WHERE {_LISTED}", whose).rowcount
            connection.execute(f"DELETE FROM memories WHERE {_PUBLISHED}", whose)
            return count


def learned_now(notes: Sequence[Note], embedder: str, vectors: Iterable[Any]) -> list[Learned]:
    """Memories of this moment, with a vector each."""
    now = time.time()
    return [Learned(note, embedder, packed(vector), now) for note, vector in zip(notes, vectors, strict=True)]


def is_within(keeper: str, root: str) -> bool:
    """Whether memories of `keeper` are those of `root`, or are kept below it where it is a path."""
    if root == "/":
        return not keeper or keeper.startswith("/")
    return keeper == root or (root.startswith("/") and keeper.startswith(f"{root}/"))


def _given_up(sight: Sight) -> tuple[str, list[Any]]:
    """What leaves out the memories that tasks of the sight have replaced, and the values of it."""
    if not sight.tasks:
        return "", []
    tasks = " OR ".join(["(execution_id = ? AND task_index = ?)"] * len(sight.tasks))
    return f"AND id NOT IN (SELECT memory FROM replaced WHERE {tasks})", [part for task in sight.tasks for part in task]


def _within(roots: Sequence[str]) -> tuple[str, list[str]]:
    """What asks the database whether `is_within` holds for one of them, and the values of it."""
    wanted, values = [], list[str]()
    for root in roots:
        below = "/" if root == "/" else f"{root}/"
        wanted.append("keeper = ? OR (substr(?, 1, 1) = '/' AND substr(keeper, 1, length(?)) = ?)")
        values += ["" if root == "/" else root, root, below, below]
    return " OR ".join(wanted), values


_WITH_VECTORS = (
    "SELECT id, content, created_at, coalesce(maker, embedder), coalesce(made, vector), keeper FROM memories"
    " LEFT JOIN other_vectors ON memory = id AND maker = ?"
)
_ALSO = "INSERT OR REPLACE INTO other_vectors SELECT id, ?, ? FROM memories WHERE id = ?"
"""Nothing is kept of a memory that is gone meanwhile."""
_SHOWN = ("memory_id", "content", "keeper", "agent", "task_name", "execution_id", "created_at")
_PUBLISHED = "owner = ? AND definition = ? AND published_at IS NOT NULL"
_LISTED = f"{_PUBLISHED} AND retired_at IS NULL"
_OF_OTHERS = "owner = ? AND definition = ? AND published_at < ? AND (retired_at IS NULL OR retired_at >= ?)"
_RETIRE = (
    f"UPDATE memories SET retired_at = ? WHERE {_LISTED} AND id IN (SELECT memory FROM replaced WHERE execution_id = ?)"
)
_FORGET_OLDEST = (
    f"DELETE FROM memories WHERE id IN (SELECT id FROM memories WHERE {_PUBLISHED}"
    " ORDER BY retired_at IS NOT NULL, id DESC LIMIT -1 OFFSET ?)"
)
_INSERT = (
    "INSERT INTO memories (memory_id, owner, definition, keeper, scope, agent, content, execution_id, task_index,"
    " task_name, embedder, vector, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def packed(vector: Any) -> bytes:
    """A vector as bytes of half-precision numbers: half the size, and as good for telling near from far."""
    import numpy as np

    return np.asarray(vector, dtype=np.float16).tobytes()


def unpacked(vectors: Iterable[bytes]) -> Vectors:
    """The vectors as rows."""
    import numpy as np

    parts = list(vectors)
    rows = np.frombuffer(b"".join(parts), dtype=np.float16).reshape(len(parts), -1)
    return rows.astype(np.float32)


def _stored(row: sqlite3.Row | tuple[Any, ...]) -> StoredMemory:
    fields = dict(zip(_SHOWN, row, strict=True))
    return StoredMemory(**fields | {"created_at": datetime.fromtimestamp(fields["created_at"], UTC)})
