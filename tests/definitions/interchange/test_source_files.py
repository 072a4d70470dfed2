"""Folders, zips and files are one thing, and nothing outside of them is read."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from crewlab.definitions.interchange.source_files import file_of_bytes, files_at, join
from crewlab.definitions.interchange.sources import source_files
from crewlab.definitions.interchange.zip_files import zipped
from crewlab.errors import DocumentError


def archive(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED, mode: int = 0) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as made:
        for name, data in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr, info.compress_type = mode << 16, method
            made.writestr(info, data)
    return target.getvalue()


def test_links_pipes_and_what_belongs_to_no_definition_are_not_read(tmp_path: Path):
    """A link to a file or a folder is named and not followed; environments and hidden files are not looked at."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.yaml").write_text("secret: 1")
    top = tmp_path / "top"
    for folder in (top, top / ".git", top / "node_modules" / "x"):
        folder.mkdir(parents=True)
        (folder / "a.yaml").write_text("a: 1")
    (top / "picture.png").write_bytes(b"x" * 10)
    (top / "link.yaml").symlink_to(outside / "secret.yaml")
    (top / "folder").symlink_to(outside)
    os.mkfifo(top / "pipe.yaml")
    found = files_at(top)
    assert dict(found.contents) == {"a.yaml": b"a: 1"}
    assert {note.where: note.what for note in found.left_out} == {
        "link.yaml": "a symbolic link, which is not followed",
        "folder": "a symbolic link, which is not followed",
        "pipe.yaml": "not a plain file",
    }


@pytest.mark.parametrize(
    "name", ["../up.yaml", "/abs.yaml", "a/../../up.yaml", "c:\\x.yaml", "..\\up.yaml", "a\0b.yaml"]
)
def test_a_zip_that_names_files_outside_of_it_is_refused(name):
    """Whichever way it is written."""
    data = archive(("x" * len(name), b"a: 1")).replace(b"x" * len(name), name.encode())
    with pytest.raises(DocumentError, match="leads out of it"):
        file_of_bytes("p.zip", data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (archive(("a.yaml", b" " * 1_900_000)), "less than 1/200"),
        (archive(*((f"{n}.yaml", os.urandom(200_000)) for n in range(5)), ("b.yaml", b" " * 30_000_000)), "1/200"),
        (archive(*((f"{n}.yaml", b"") for n in range(2001))), "more than 2,000 entries"),
        (archive(("a.yaml", b"x"), method=zipfile.ZIP_LZMA), "unusual way"),
        (b"PK\x03\x04 and no more", "not a zip"),
        (b"nothing of the kind", "not a zip"),
    ],
)
def test_bombs_and_what_is_no_zip_are_refused(data, said):
    """Whatever the headers claim, at most a bounded amount is unpacked."""
    with pytest.raises(DocumentError, match=said):
        file_of_bytes("p.zip", data)


def test_a_zip_may_not_be_larger_than_an_import():
    """Before anything in it is looked at."""
    with pytest.raises(DocumentError, match="more than 20 MB"):
        file_of_bytes("p.zip", b"PK\x03\x04" + bytes(20_000_001))


def test_the_same_name_twice_and_an_encrypted_file_are_refused():
    """Which of two would count is anyone's guess, and a password is asked nowhere."""
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = archive(("a.yaml", b"a: 1"), ("a.yaml", b"a: 2"))
    with pytest.raises(DocumentError, match="twice"):
        file_of_bytes("p.zip", twice)
    locked = bytearray(archive(("a.yaml", b"a: 1")))
    place = locked.index(b"PK\x01\x02") + 8
    struct.pack_into("<H", locked, place, 1)
    with pytest.raises(DocumentError, match="encrypted"):
        file_of_bytes("p.zip", bytes(locked))


def test_a_link_in_a_zip_is_named_and_not_followed():
    """What it points to is not looked at."""
    found = file_of_bytes("p.zip", archive(("a.yaml", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777))
    assert dict(found.contents) == {}
    assert [note.where for note in found.left_out] == ["a.yaml"]


def test_a_large_file_is_left_out_and_named():
    """The definitions beside it are still imported."""
    found = file_of_bytes("p.zip", archive(("d.csv", os.urandom(2_000_001)), ("a.yaml", b"a: 1")))
    assert list(found.contents) == ["a.yaml"]
    assert [str(note) for note in found.left_out] == ["d.csv: larger than 2 MB"]


@pytest.mark.parametrize("source", [None, 5, {"crew.yaml": "text"}])
def test_what_is_no_file_is_said(source: Any):
    """A notebook may hand over anything."""
    with pytest.raises(DocumentError, match="cannot be imported"):
        source_files(source)


def test_the_same_files_make_the_same_zip():
    """A zip can be compared, and what goes in comes out."""
    contents = {"b/x.yaml": b"x: 1", "a.yaml": b"a: 1"}
    assert zipped(contents) == zipped(dict(reversed(contents.items())))
    assert dict(file_of_bytes("p.zip", zipped(contents)).contents) == contents


def test_what_is_not_there_is_said(tmp_path: Path):
    """A path that leads nowhere, and a folder that is no project."""
    with pytest.raises(DocumentError, match="no file or folder"):
        files_at(tmp_path / "nowhere")
    for number in range(2001):
        (tmp_path / f"{number}.txt").touch()
    with pytest.raises(DocumentError, match=r"more than 2,000 files"):
        files_at(tmp_path)


def test_paths_are_joined_without_leaving_the_top():
    """A path that would leave it names nothing that an import has."""
    assert join("a/b", "../c.yaml") == "a/c.yaml"
    assert join("", "./crews//x/crew.jsonc") == "crews/x/crew.jsonc"
    assert join("a", "..\\..\\etc/passwd") == "../etc/passwd" or join("a", "..\\..\\etc/passwd").startswith("..")
