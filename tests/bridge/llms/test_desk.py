"""The parameters of a model that may be kept and shown."""

from __future__ import annotations

import pytest

from crewlab.bridge import load

load()

from crewlab.bridge.llms.desk import shown  # noqa: E402 - after load(), which settles crewAI's environment


@pytest.mark.parametrize(
    "name",
    ["api_key", "aws_secret_access_key", "password", "default_headers", "extra_headers", "Authorization", "auth_token"],
)
def test_what_could_be_a_secret_is_left_out(name):
    """By the name of the parameter."""
    assert shown({name: "s3cret", "temperature": 0.1}) == {"temperature": 0.1}


def test_what_tells_calls_apart_is_kept():
    """Numbers, switches and limits, also those whose names only look secret."""
    kept = {"temperature": 0, "max_tokens": 9, "seed": 7, "stream": True, "reasoning_effort": "low"}
    assert shown({"model": "openai/m", **kept}) == kept


def test_an_address_is_kept_without_user_and_query():
    """They may hold a password or a key."""
    shown_parameters = shown({"base_url": "https://me:pw@models.example:8443/v1?key=1"})
    assert shown_parameters == {"base_url": "https://models.example:8443/v1"}
