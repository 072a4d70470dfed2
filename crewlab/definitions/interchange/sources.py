"""What people hand over to be imported, as files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from crewlab.definitions.interchange.source_files import SourceFiles, file_of_bytes, files_at, is_wanted
from crewlab.errors import DocumentError

ImportSource = str | Path | bytes | Mapping[str, bytes] | SourceFiles
"""The path of a file, a folder or a zip; the content of one file or zip; or contents by their paths."""


def source_files(source: ImportSource, name: str = "") -> SourceFiles:
    """The files of any source; `name` is what contents without a path are called.

    Raises:
        DocumentError: They cannot be read, or there is too much of them.
    """
    if isinstance(source, SourceFiles):
        return source
    if isinstance(source, str | Path):
        return files_at(Path(source))
    if isinstance(source, bytes):
        return file_of_bytes(name or "imported.yaml", source)
    if not isinstance(source, Mapping) or not all(isinstance(data, bytes) for data in source.values()):
        what = f"A {type(source).__name__} of this kind cannot be imported."
        raise DocumentError(what, "Give a path, the bytes of a file, or the bytes of files by their paths.")
    if len(source) == 1:
        return file_of_bytes(*next(iter(source.items())))
    return SourceFiles(name or "imported", {path: data for path, data in source.items() if is_wanted(path)})
