"""Exports through the running app: the same bytes and the same notes."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from crewlab.definitions.interchange.exporting import ExportFormat
from crewlab.errors import DefinitionNotFoundError, DocumentError, DuplicateNameError
from tests.definitions.documents import crew
from tests.definitions.interchange.projects import CLASSIC_PROJECT


def test_a_definition_is_exported_through_the_app(lab, remote):
    """In every format, an earlier version too; one that is not there is the same error."""
    lab.definitions.save(crew(name="first"))
    lab.definitions.save(
        {**crew(name="first"), "verbose": True}, definition_id=lab.definitions.get("first").definition_id
    )
    for form in get_args(ExportFormat):
        assert remote.definitions.export("first", form) == lab.definitions.export("first", form)
    assert b"verbose" in remote.definitions.export("first").data
    assert b"verbose" not in remote.definitions.export("first", number=1).data
    with pytest.raises(DefinitionNotFoundError):
        remote.definitions.export("second")


def test_files_are_imported_through_the_app(lab, remote, tmp_path: Path):
    """Read where the caller is, understood in the app: the same preview, the same versions, the same errors."""
    for path, data in CLASSIC_PROJECT.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    (tmp_path / "link.yaml").symlink_to("/etc/passwd")
    seen = remote.definitions.preview_import(tmp_path)
    assert seen == lab.definitions.preview_import(tmp_path)
    assert "a symbolic link, which is not followed" in [note.what for note in seen.left_out]
    (version,) = remote.definitions.import_from(tmp_path).versions
    assert version == lab.definitions.version("news")
    assert "imported from" in version.note
    changed = {"x.yaml": b"name: news\nagents: {}\ntasks: []"}
    with pytest.raises(DuplicateNameError):
        remote.definitions.import_from(changed)
    assert remote.definitions.import_from(changed, existing="update").versions[0].number == 2
    bundle = remote.definitions.export("news", "bundle")
    assert remote.definitions.import_from(bundle.data, name=bundle.filename).preview.definitions[0].outcome == "same"
    with pytest.raises(DocumentError, match="no definition"):
        remote.definitions.preview_import({"a.md": b"", "b.md": b""})
