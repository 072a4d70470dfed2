"""A tool whose results are recorded on a cassette, or come from one."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from crewai.tools.base_tool import BaseTool
from crewai.tools.tool_failure import ToolFailure
from crewai.utilities.agent_utils import format_native_tool_output_for_agent

from crewlab.bridge.agents.message_copies import plain
from crewlab.bridge.cassettes import Deck
from crewlab.bridge.cassettes.recording import Answer, Failure, Recording, tool_request
from crewlab.bridge.llms.whole_text import whole
from crewlab.bridge.tools.call import ToolCall


async def taped(
    deck: Deck, call: ToolCall, tool: BaseTool, run: Callable[[], Awaitable[Any]], *, keeps_values: bool = False
) -> Any:
    """The recorded result, or that of `run()`, which is then recorded; an exception of the tool is one, too.

    A result is kept as the text that a model is told, unless it `keeps_values`: then lists and objects stay what
    they are.

    Raises:
        CassetteMissError: There is no recording, and the tool may not run.
        RecordedFailure: The tool raised when it was recorded.
    """
    asked = tool_request(call.tool, call.arguments)
    recording = deck.answer("tool_call", asked, call.task_name)
    if recording is not None:
        call.is_replay = True
        return _again(recording.answer)
    try:
        result = await run()
    except TimeoutError:
        raise  # of the moment: another time it may be in time
    except Exception as error:  # raised again: a tool may raise anything, and its replay must raise it too
        deck.keep(_recording(call, deck, asked, Answer(failure=Failure(message=whole(str(error))))))
        raise
    deck.keep(_recording(call, deck, asked, _packed(tool, result, keeps_values)))
    return result


class RecordedFailure(Exception):  # noqa: N818 - it stands for whatever the tool raised
    """What a tool raised, in its own words."""


def _recording(call: ToolCall, deck: Deck, asked: dict[str, Any], answer: Answer) -> Recording:
    return Recording(
        kind="tool_call", task=call.task_name, agent=call.agent, row=deck.row, request=asked, answer=answer
    )


def _packed(tool: BaseTool, result: Any, keeps_values: bool) -> Answer:
    if isinstance(result, ToolFailure):
        return Answer(failure=Failure(message=whole(result.as_agent_message()), is_reported=True))
    if keeps_values and not isinstance(result, str):
        return Answer(fields=whole(json.dumps(plain(result), ensure_ascii=False)))
    return Answer(text=whole(result if isinstance(result, str) else format_native_tool_output_for_agent(tool, result)))


def _again(answer: Answer) -> Any:
    if answer.failure is None:
        return answer.text if answer.fields is None else json.loads(answer.fields)
    if answer.failure.is_reported:
        return ToolFailure(message=answer.failure.message)
    raise RecordedFailure(answer.failure.message)
