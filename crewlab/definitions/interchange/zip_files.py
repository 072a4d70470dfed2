"""Zips, read within bounds whatever their headers claim, and written the same way each time."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath

from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.source_files import MAX_FILES, MAX_TOTAL_BYTES, SourceFiles, is_wanted
from crewlab.definitions.notation.text import MAX_BYTES
from crewlab.errors import DocumentError

MAX_RATIO = 200
"""Text shrinks to a tenth; what shrinks to less than this is made to fill a disk."""
_ENTRY = b"PK\x01\x02"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def is_zip(data: bytes) -> bool:
    """Whether bytes begin as a zip does."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def unzipped(name: str, data: bytes) -> SourceFiles:
    """What is in a zip, without the one folder that everything in it may be in.

    Raises:
        DocumentError: It is no zip, names a file outside of it, is encrypted, or unpacks to too much.
    """
    if len(data) > MAX_TOTAL_BYTES:
        raise _refused(name, f"has more than {MAX_TOTAL_BYTES / 1e6:.0f} MB")
    if data.count(_ENTRY) > MAX_FILES:  # before its directory is read, which takes memory for each
        raise _refused(name, f"has more than {MAX_FILES:,} entries")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _without_top(_read(name, archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise DocumentError(f"{name} is not a zip that can be read ({error}).", "Zip the folder again.") from error


def zipped(contents: Mapping[str, bytes]) -> bytes:
    """A zip of these files; the same files make the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(contents):
            archive.writestr(zipfile.ZipInfo(path, _FIRST_DAY), contents[path], zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _read(name: str, archive: zipfile.ZipFile) -> SourceFiles:
    contents: dict[str, bytes] = {}
    left_out: list[Note] = []
    total = 0
    for entry in archive.infolist():
        if entry.is_dir():
            continue
        path = _safe_path(name, entry)
        if path in contents:
            raise _refused(name, f"holds {path[:120]!r} twice")
        if stat.S_ISLNK(entry.external_attr >> 16):
            left_out.append(Note(path, "a symbolic link, which is not followed"))
        elif is_wanted(path):
            data = _unpacked(name, archive, entry)
            total += len(data)
            if total > MAX_TOTAL_BYTES:
                raise _refused(name, f"unpacks to more than {MAX_TOTAL_BYTES / 1e6:.0f} MB")
            if len(data) > MAX_BYTES:
                left_out.append(Note(path, f"larger than {MAX_BYTES / 1e6:.0f} MB"))
            else:
                contents[path] = data
    return SourceFiles(name, contents, tuple(left_out))


def _safe_path(name: str, entry: zipfile.ZipInfo) -> str:
    path = entry.orig_filename.replace("\\", "/")
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or path[1:2] == ":" or not path.isprintable():
        raise _refused(name, f"holds a file named {path[:120]!r}, which leads out of it")
    return pure.as_posix()


def _unpacked(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """One file, or a byte more than one may have: its header may say anything."""
    if entry.flag_bits & 1:
        raise _refused(name, "is encrypted")
    if entry.compress_type not in _METHODS:
        raise _refused(name, f"packs {entry.filename[:120]!r} in an unusual way")
    with archive.open(entry) as stream:
        data = stream.read(MAX_BYTES + 1)
    if max(len(data), entry.file_size) > MAX_RATIO * max(entry.compress_size, 1000):
        raise _refused(name, f"packs {entry.filename[:120]!r} to less than 1/{MAX_RATIO} of its size")
    return data


def _refused(name: str, what: str) -> DocumentError:
    return DocumentError(f"{name} {what}.", "Zip only the folder of the project, with an ordinary program.")


def _without_top(files: SourceFiles) -> SourceFiles:
    tops = {path.partition("/")[0] for path in files.contents}
    if len(tops) != 1 or any("/" not in path for path in files.contents):
        return files
    top = tops.pop()
    rest = {path.removeprefix(f"{top}/"): data for path, data in files.contents.items()}
    return SourceFiles(files.name, rest, files.left_out)
