"""How a question is put."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from crewlab.bridge import load
from crewlab.errors import InputsError

load()

from crewlab.bridge.agents.questions import asked  # noqa: E402 - after load(), which settles crewAI's environment

EXECUTOR: Any = SimpleNamespace(tools_names="", tools_description="")


def test_what_the_agent_remembers_goes_with_the_question():
    """Not with what was said before or after it."""
    said = [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}, {"role": "assistant", "content": "c"}]
    put = asked(said, " and d", EXECUTOR)
    assert (put["input"], put["history"], put["trailing"]) == ("b and d", said[:1], said[2:])


@pytest.mark.parametrize("prompt", ["", " ", [], [{"role": "user", "content": None}]])
def test_nothing_is_no_question(prompt: Any):
    """An empty request would be paid for."""
    with pytest.raises(InputsError):
        asked(prompt, "", EXECUTOR)
