"""The routes that the rehearsal model takes in a conversation."""

from __future__ import annotations

import json

import pytest

from crewlab.bridge.rehearsal.answers import answer

SYSTEM = (
    "Routes:\n- converse: Ordinary chat.\n- end: User signals the conversation is finished (goodbye, exit, done).\n"
    "- order_status: Where a parcel is.\n- prices: What tea costs.\n\nChoose exactly one route."
)
SCHEMA = {"type": "object", "properties": {"route": {"type": "string"}}}


@pytest.mark.parametrize(
    ("said", "route"),
    [
        ("How much does it cost?", "prices"),
        ("Where is my parcel, what is its status?", "order_status"),
        ("Goodbye!", "end"),
        ("What would you do?", "converse"),
    ],
)
def test_the_route_that_shares_words_with_the_message_is_taken(said: str, route: str):
    """Words that are everywhere count for nothing; without any it is small talk."""
    asked = json.dumps({"current_user_message": said, "available_routes": []})
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": asked}]
    assert json.loads(answer(messages, schema=SCHEMA).text) == {"route": route}


def test_other_questions_with_a_schema_are_answered_as_ever():
    """Also where they look alike."""
    for user in ("hello", "{}", "[1]"):
        messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": user}]
        assert json.loads(answer(messages, schema=SCHEMA).text)["route"].startswith("Rehearsal")
