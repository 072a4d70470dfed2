"""A conversation that outgrew the model's window, told again in fewer words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crewai.llms.context_window import _chunk_messages
from crewai.utilities.exceptions.context_window_exceeding_exception import LLMContextLengthExceededError
from crewai.utilities.i18n import I18N_DEFAULT
from crewai.utilities.message_utils import build_summary_prompt, format_message_for_llm

from crewlab.errors import ModelCallError

if TYPE_CHECKING:
    from crewlab.bridge.llms.recorded import RecordedModel

_SUMMARY = re.compile(r"<summary>(.*?)</summary>", re.DOTALL)


async def compacted(messages: Sequence[Any], model: RecordedModel) -> list[Any]:
    """The system messages, and one message with `model`'s summary of all others, in crewAI's words.

    crewAI's own function would call the model on another loop than the one its client belongs to.

    Raises:
        ModelCallError: A call failed for good, or a message cannot be made to fit.
    """
    system = [message for message in messages if message.get("role") == "system"]
    rest = [message for message in messages if message.get("role") != "system"]
    try:
        chunks = _chunk_messages(model, rest, model.get_context_window_size())
    except LLMContextLengthExceededError as error:
        raise ModelCallError(f"The conversation does not fit {model.name}: {error}") from error
    summaries = [await _summary(chunk, model) for chunk in chunks]
    text = I18N_DEFAULT.slice("summary").format(merged_summary="\n\n".join(summaries))
    return [*system, format_message_for_llm(text)]


async def _summary(chunk: Sequence[Any], model: RecordedModel) -> str:
    answer = str(await model.ask(build_summary_prompt(list(chunk)), purpose="other"))
    marked = _SUMMARY.search(answer)
    return (marked.group(1) if marked else answer).strip()
