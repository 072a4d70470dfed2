"""The folder of knowledge files: what gets in, and that nothing outside is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from crewlab.errors import KnowledgeError
from crewlab.memory.knowledge_folder import KnowledgeFolder, usable_name


@pytest.fixture
def folder(tmp_path: Path) -> KnowledgeFolder:
    return KnowledgeFolder(tmp_path / "knowledge", 10_000)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("handbook.md", "handbook.md"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ann\\Prices.CSV", "Prices.csv"),
        ("hand\x00book\n.md", "hand_book_.md"),
        ("🎉 party.txt", "🎉 party.txt"),
        ("half \ud800.md", "half.md"),
        ("x" * 500 + ".json", "x" * 120 + ".json"),
        ("a<b>:c?.md", "a_b__c_.md"),
        (".hidden.md", "hidden.md"),
    ],
)
def test_names_are_made_safe(folder: KnowledgeFolder, given: str, kept: str):
    """Folders, control characters and lengths that a file system refuses do not get in; emoji do."""
    assert folder.add(given, b'{"a": 1}').path == kept


@pytest.mark.parametrize("name", ["", ".md", "...md", "virus.exe", "noending", "\x00", "a.md.exe"])
def test_names_that_leave_nothing_usable_are_refused(name: str):
    """The error names the formats."""
    with pytest.raises(KnowledgeError, match="cannot be a knowledge file"):
        usable_name(name)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.md", b"", "holds no text"),
        ("a.md", b"  \n ", "holds no text"),
        ("a.txt", b"a line of text\nand a\x00b", "U\\+0000"),
        ("a.txt", bytes(range(256)), "not text"),
        ("a.json", b"{", "not JSON"),
        ("a.json", b"[" * 5000, "nested too deep"),
        ("a.pdf", b"%PDF-1.7 nonsense", "not a PDF|holds no text"),
        ("a.pdf", b"hello", "not a PDF"),
        ("a.md", b"%PDF-1.7", "PDF"),
        ("a.md", b"x" * 10_001, "CREWLAB_MAX_KNOWLEDGE_BYTES"),
    ],
)
def test_content_that_cannot_be_read_is_refused(folder: KnowledgeFolder, name: str, data: bytes, words: str):
    """Whoever uploads a file learns at once what is wrong with it, and nothing of it is kept."""
    with pytest.raises(KnowledgeError, match=words):
        folder.add(name, data)
    assert folder.files() == []


@pytest.mark.parametrize("data", ["übergröße".encode(), "übergröße".encode("utf-16"), "übergröße".encode("cp1252")])
def test_usual_encodings_are_read(folder: KnowledgeFolder, data: bytes):
    """UTF-8, UTF-16 and what Windows programs write."""
    assert folder.add("a.txt", data).size == len(data)


def test_a_file_is_not_replaced_unasked(folder: KnowledgeFolder):
    """An upload of the same name must say so."""
    folder.add("a.md", b"one")
    with pytest.raises(KnowledgeError, match="already"):
        folder.add("a.md", b"two")
    assert folder.add("a.md", b"two", replace=True).size == 3
    assert folder.read("a.md") == b"two"


def test_deleting(folder: KnowledgeFolder):
    """What is gone is gone, and says so the second time."""
    folder.add("a.md", b"one")
    folder.delete("a.md")
    assert folder.paths() == frozenset()
    with pytest.raises(KnowledgeError, match="no knowledge file"):
        folder.delete("a.md")


@pytest.mark.parametrize(
    "path", ["../secret.md", "/etc/passwd", "a/../../secret.md", "..\\secret.md", "~/x.md", "C:/x.md", "\ud800.md"]
)
def test_no_path_leads_out(folder: KnowledgeFolder, tmp_path: Path, path: str):
    """Neither dots nor absolute paths are followed, however a document spells them."""
    (tmp_path / "secret.md").write_text("secret")
    folder.folder.mkdir()
    with pytest.raises(KnowledgeError, match="no knowledge file"):
        folder.read(path)
    with pytest.raises(KnowledgeError, match="no knowledge file"):
        folder.delete(path)


def test_links_are_not_followed(folder: KnowledgeFolder, tmp_path: Path):
    """A link in the folder, to a file or to a folder, is not there."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "secret.md").write_text("secret")
    folder.folder.mkdir()
    (folder.folder / "link.md").symlink_to(tmp_path / "out" / "secret.md")
    (folder.folder / "linked").symlink_to(tmp_path / "out")
    assert folder.files() == []
    for path in ("link.md", "linked/secret.md"):
        with pytest.raises(KnowledgeError, match="no knowledge file"):
            folder.read(path)


def test_a_changed_file_has_another_hash(folder: KnowledgeFolder):
    """By it an execution knows whether it read what was there at its launch."""
    before = folder.add("a.md", b"one").sha256
    assert folder.add("a.md", b"one plus", replace=True).sha256 != before
