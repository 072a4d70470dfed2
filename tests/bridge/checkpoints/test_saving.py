"""Where checkpoints lie, and what lies beside them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from crewlab.bridge.checkpoints.saving import CheckpointSaving
from crewlab.bridge.journal import Journal
from crewlab.definitions.checkpoints import CheckpointPlan
from tests.bridge.attempts import Attempt, request_for


@pytest.mark.parametrize(
    ("location", "provider", "beside"),
    [
        ("kept", "json", "kept/flow.yaml"),
        ("kept.v1", "json", "kept.v1/flow.yaml"),
        ("a/kept.yaml", "json", "a/kept.yaml/flow.yaml"),
        ("a/kept.db", "sqlite", "a/kept.yaml"),
        ("a/kept.yaml", "sqlite", "a/kept.flow.yaml"),
    ],
)
def test_a_document_lies_beside_them(tmp_path: Path, location: str, provider: str, beside: str):
    """In the folder of the files, whatever its name looks like; or with the name of the database."""
    attempt = Attempt()
    request = request_for({}, folder=tmp_path, record=attempt.events.append)
    saving = CheckpointSaving(request, Journal(request.record, "execution-1", 1))
    asyncio.run(saving.save(CheckpointPlan(location, provider), "flow_started", dict, lambda: "name: f"))
    assert attempt.kinds == ["checkpoint_saved"]
    assert (tmp_path / beside).read_text() == "name: f"
