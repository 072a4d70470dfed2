"""The content hash tells whether two documents run alike."""

from __future__ import annotations

from crewlab.definitions.version import content_hash
from tests.definitions.documents import crew, task


def test_order_of_fields_and_the_description_do_not_count():
    """Editing the description, or saving from another program, makes no new version."""
    document = crew()
    turned = dict(reversed(list(document.items()))) | {"description": "new"}
    assert content_hash(turned) == content_hash(document)


def test_everything_else_counts():
    """A name, a word in a task, the order of tasks."""
    document = crew()
    others = [
        crew(name="other"),
        crew(tasks=[task("facts")]),
        crew(tasks=list(reversed(document["tasks"]))),
        crew(agents={**document["agents"], "extra": {"description": "counts here"}}),
    ]
    assert len({content_hash(other) for other in [document, *others]}) == len(others) + 1


def test_any_text_can_be_hashed():
    """Half a surrogate, and keys that are no text, raise nothing."""
    assert len(content_hash({"a": "\ud800", "b": {1: 2, "x": (1, 2)}})) == 64
