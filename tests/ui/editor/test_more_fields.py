"""The table of rarely used fields: each is one of the document's, and has one widget."""

from __future__ import annotations

import pytest

from crewlab.definitions.crew import AgentDocument, CrewDocument, TaskDocument
from crewlab.ui.editor import agent_form, crew_form, more_fields, task_form


@pytest.mark.parametrize(
    ("rows", "document", "form"),
    [
        (more_fields.CREW, CrewDocument, crew_form.FORM_FIELDS),
        (more_fields.AGENT, AgentDocument, agent_form.FORM_FIELDS),
        (more_fields.TASK, TaskDocument, task_form.FORM_FIELDS),
    ],
    ids=["crew", "agent", "task"],
)
def test_every_row_is_a_field_without_another_widget(rows, document, form):
    """A misspelt row would write a field that nobody reads."""
    names = [row.name for row in rows]
    assert len(set(names)) == len(names)
    assert set(names) <= document.model_fields.keys()
    assert not set(names) & form
