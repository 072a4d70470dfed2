"""What crewAI sets on the model that it sees holds for the one inside."""

from __future__ import annotations

from typing import Any

from crewai.llms.base_llm import BaseLLM, call_stop_override, call_stream_override


class as_asked:  # noqa: N801 - read as a verb after `with`
    """Stop words and streaming that crewAI sets for the outer model hold for the inner one, for one call."""

    def __init__(self, outer: BaseLLM, inner: BaseLLM) -> None:
        self._stop = call_stop_override(inner, outer.stop_sequences)
        self._stream = call_stream_override(inner, bool(outer._effective_stream()))

    def __enter__(self) -> None:
        self._stop.__enter__()
        self._stream.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._stream.__exit__(*error)
        self._stop.__exit__(*error)
