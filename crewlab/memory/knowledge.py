"""Knowledge sources made ready to be searched, and kept so: a source is prepared once for each embedder."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crewlab.definitions.knowledge import KnowledgeSource
from crewlab.memory.database import Database
from crewlab.memory.embedding import Embedder
from crewlab.memory.file_text import text_of_file
from crewlab.memory.knowledge_folder import KnowledgeFolder
from crewlab.memory.memories import packed, unpacked
from crewlab.memory.pieces import passages_of, pieces_of
from crewlab.memory.ranking import Match, best_pieces

if TYPE_CHECKING:
    from crewlab.memory.embedding import Vectors

_MOST_AT_HAND = 64
_AT_ONCE = 100
"""Texts that an embedder is given together."""


@dataclass(frozen=True)
class Prepared:
    """A source in pieces; `owners` says whose piece each vector is."""

    contents: tuple[str, ...]
    vectors: Vectors
    owners: tuple[int, ...]
    sha256: str

    def search(self, query: str, embedder: Embedder, limit: int, threshold: float) -> list[Match]:
        """The pieces nearest to the query, the best first; with the embedder that prepared them."""
        if not self.owners:
            return []
        cosines = self.vectors @ embedder.embed([query])[0]
        return best_pieces(cosines, self.contents, self.owners, embedder.slope, limit, threshold)


class Knowledge:
    """The knowledge sources of a data folder. Blocks; safe from any thread; a source is prepared by one at a time."""

    def __init__(self, database: Database, folder: KnowledgeFolder, mask: Callable[[str], str] = str) -> None:
        self.folder = folder
        self._database, self._mask = database, mask
        self._lock = threading.Lock()
        self._at_hand: OrderedDict[str, Prepared] = OrderedDict()
        self._being_made: dict[str, threading.Lock] = {}

    def prepared(self, source: KnowledgeSource, embedder: Embedder) -> Prepared:
        """The source as it is now, in pieces with vectors.

        Raises:
            KnowledgeError: The file is missing, or cannot be read.
            ModelCallError: The embedder could not be asked.
        """
        data = (source.content or "").encode("utf-8", "replace")
        if source.path is not None:
            data = self.folder.read(source.path)
        sha256 = hashlib.sha256(data).hexdigest()
        kind = (source.path or "").rpartition(".")[2].lower()
        key = f"{sha256} {kind} {source.chunk_size} {source.chunk_overlap} {embedder.name}"
        with self._lock:
            making = self._being_made.setdefault(key, threading.Lock())
        with making:
            found = self._at_hand.get(key) or self._kept(key, sha256) or self._made(key, sha256, source, data, embedder)
            self._hold(key, found)
        return found

    def forget(self, sha256: str) -> None:
        """Drop what was prepared of a content, which nobody can name any more."""
        with self._lock:
            for key in [key for key in self._at_hand if key.startswith(sha256)]:
                del self._at_hand[key]
        if self._database.path.exists():
            with self._database.writing() as connection:
                connection.execute("DELETE FROM pieces WHERE source GLOB ?", (f"{sha256} *",))

    def _hold(self, key: str, prepared: Prepared) -> None:
        with self._lock:
            self._being_made.pop(key, None)
            self._at_hand[key] = prepared
            self._at_hand.move_to_end(key)
            if len(self._at_hand) > _MOST_AT_HAND:
                self._at_hand.popitem(last=False)

    def _kept(self, key: str, sha256: str) -> Prepared | None:
        query = "SELECT content, vectors FROM pieces WHERE source = ? ORDER BY number"
        with self._database.reading() as connection:
            rows: list[tuple[str, bytes]] = connection.execute(query, (key,)).fetchall()
        if not rows:
            return None
        passages = [len(passages_of(content)) for content, _ in rows]
        vectors = unpacked(
            part for (_, blob), count in zip(rows, passages, strict=True) for part in _parts(blob, count)
        )
        return Prepared(tuple(content for content, _ in rows), vectors, _owners(passages), sha256)

    def _made(self, key: str, sha256: str, source: KnowledgeSource, data: bytes, embedder: Embedder) -> Prepared:
        text = data.decode() if source.path is None else text_of_file(source.path, data)
        contents = pieces_of(self._mask(text), source.chunk_size, source.chunk_overlap)
        passages = [passages_of(content) for content in contents]
        vectors = _embedded([passage for several in passages for passage in several], embedder)
        owners = _owners([len(several) for several in passages])
        rows, first = [], 0
        for number, (content, several) in enumerate(zip(contents, passages, strict=True)):
            rows.append((key, number, content, packed(vectors[first : first + len(several)])))
            first += len(several)
        with self._database.writing() as connection:
            connection.executemany("INSERT OR REPLACE INTO pieces VALUES (?, ?, ?, ?)", rows)
        return Prepared(tuple(contents), vectors, owners, sha256)


def _embedded(texts: Sequence[str], embedder: Embedder) -> Vectors:
    import numpy as np

    batches = [embedder.embed(texts[start : start + _AT_ONCE]) for start in range(0, len(texts), _AT_ONCE)]
    return np.concatenate(batches)


def _owners(counts: Sequence[int]) -> tuple[int, ...]:
    return tuple(number for number, count in enumerate(counts) for _ in range(count))


def _parts(blob: bytes, count: int) -> list[bytes]:
    size = len(blob) // count
    return [blob[start : start + size] for start in range(0, len(blob), size)]
