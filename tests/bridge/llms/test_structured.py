"""Which model is asked for one call, and how a schema is passed to it."""

from __future__ import annotations

from crewlab.bridge import load

load()

from crewlab.bridge.llms.structured import structured  # noqa: E402 - the same
from crewlab.bridge.rehearsal.llm import RehearsalLLM  # noqa: E402 - after load(), which settles crewAI's environment


def test_a_client_that_remembers_tools_is_another_for_each_call() -> None:
    """Calls at once would otherwise read their answers by each other's tools; the connections are shared."""

    class Remembering(RehearsalLLM):
        tools: list[str] | None = None

    remembering, plain = Remembering(model="rehearsal/plain"), RehearsalLLM(model="rehearsal/plain")
    assert structured(remembering, None)[0] is not structured(remembering, None)[0]
    assert structured(plain, None)[0] is plain
