"""Exports through the running app: the same bytes and the same notes."""

from __future__ import annotations

from typing import get_args

import pytest

from crewlab.definitions.interchange.exporting import ExportFormat
from crewlab.errors import DefinitionNotFoundError
from tests.definitions.documents import crew


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
