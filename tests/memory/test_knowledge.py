"""Sources in pieces that can be searched."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from crewlab.definitions.knowledge import KnowledgeSource
from crewlab.errors import KnowledgeError
from crewlab.memory.embedding import OfflineEmbedder
from crewlab.memory.file_text import text_of_file
from crewlab.memory.library import Library
from crewlab.memory.pieces import passages_of, pieces_of

PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length 53>>stream
BT /F1 12 Tf 20 50 Td (Boxes ship on Mondays.) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
"""


class CountingEmbedder(OfflineEmbedder):
    """Counts the texts that it was given."""

    def __init__(self) -> None:
        self.texts = 0
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> Any:
        with self._lock:
            self.texts += len(texts)
        return super().embed(texts)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path, 1_000_000)


LONG = (
    " ".join(f"Refund number {n} of the winter season took {n % 17} days." for n in range(200))
    + " The lavender box ships on Mondays from the harbour. "
    + " ".join(f"Turbine {n} in the northern park was inspected by drone." for n in range(200))
)


def test_the_piece_with_the_answer_is_found(library: Library):
    """A question finds the sentence that it is about, although the piece around it is about other things."""
    prepared = library.knowledge.prepared(KnowledgeSource(content=LONG), library.offline)
    found = prepared.search("when does the lavender box ship?", library.offline, 1, 0.6)
    assert "lavender box ships on Mondays" in found[0].content
    assert prepared.search("quarterly tax of Norway", library.offline, 5, 0.6) == []


def test_a_source_is_prepared_once_for_all(library: Library, tmp_path: Path):
    """Many executions at once, and later processes, use what one has prepared."""
    embedder, source = CountingEmbedder(), KnowledgeSource(content=LONG)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: library.knowledge.prepared(source, embedder), range(8)))
    once = embedder.texts
    again = Library(tmp_path, 1_000_000).knowledge.prepared(source, embedder)
    assert embedder.texts == once == len(again.owners)
    assert "lavender" in again.search("lavender box", embedder, 1, 0.0)[0].content


def test_a_changed_file_is_prepared_anew(library: Library):
    """Agents find what is in the file now."""
    library.folder.add("a.md", b"Boxes ship on Mondays.")
    source = KnowledgeSource(path="a.md")
    before = library.knowledge.prepared(source, library.offline)
    library.folder.add("a.md", b"Boxes ship on Fridays.", replace=True)
    after = library.knowledge.prepared(source, library.offline)
    assert (before.contents, after.contents) == (("Boxes ship on Mondays.",), ("Boxes ship on Fridays.",))
    assert before.sha256 != after.sha256


def test_a_missing_file_is_told(library: Library):
    """The error says where to upload it."""
    with pytest.raises(KnowledgeError, match="no knowledge file"):
        library.knowledge.prepared(KnowledgeSource(path="a.md"), library.offline)


def test_what_was_prepared_is_forgotten_with_its_file(library: Library, tmp_path: Path):
    """A deleted file leaves no copy of its text."""
    file = library.folder.add("a.md", b"Boxes ship on Mondays.")
    library.knowledge.prepared(KnowledgeSource(path="a.md"), library.offline)
    library.knowledge.forget(file.sha256)
    fresh = Library(tmp_path, 1_000_000)
    embedder = CountingEmbedder()
    fresh.knowledge.prepared(KnowledgeSource(path="a.md"), embedder)
    assert embedder.texts == 1


def test_secrets_are_masked_in_what_is_kept(tmp_path: Path):
    """Also those of a file that somebody copied into the folder."""
    library = Library(tmp_path, 1_000_000, lambda text: text.replace("sk-123", "***"))
    prepared = library.knowledge.prepared(KnowledgeSource(content="the key is sk-123"), library.offline)
    assert prepared.contents == ("the key is ***",)


def test_pieces_overlap_as_in_crewai():
    """Nothing is lost between two pieces."""
    assert pieces_of("abcdefghij", 4, 1) == ["abcd", "defg", "ghij", "j"]
    assert "".join(passages_of(LONG)) == LONG


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.pdf", PDF, "Boxes ship on Mondays."),
        ("a.csv", b"day,box\nMon,12\n", "day box\nMon 12"),
        ("a.csv", b"day;box\nMon;1,5\n", "day box\nMon 1,5"),
        ("a.json", b'{"day": "Mon", "boxes": [1, 2]}', "day: Mon\nboxes: - 1\n- 2\n\n"),
        ("a.md", b"# Boxes\r\nship", "# Boxes\nship"),
    ],
)
def test_files_become_text_as_in_crewai(name: str, data: bytes, text: str):
    """Tables as lines of cells, JSON as an outline."""
    assert text_of_file(name, data).replace("  ", "") == text
