"""Where a conversation about a crew stands. The page's address names its last turn and its last run: they say it all.

So it is there again after a reload, in another window, and a step back in the browser's history is a turn back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.definitions.chatting import Message, Understood, chat_document, chat_inputs, messages_of, understood
from crewlab.errors import CrewLabError
from crewlab.executions.status import ExecutionStatus
from crewlab.ui.components.plain_text import escape
from crewlab.ui.state import forget, is_unheard, parameter, remember, remembered, this_run
from crewlab.ui.toasts import toast_next

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionVersion
    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab

_TURN, _RUN = "turn", "run"
ADDRESS = ("id", _TURN, _RUN)
"""The parameters of the page."""
_Place = dict[str, str | None]
_EARLY, _UNSENT, _LAST, _LED = "chat.early.{}", "chat.unsent.{}", "chat.last.{}", "chat.led"


@dataclass(frozen=True)
class Talk:
    """A conversation as it stands now."""

    version: DefinitionVersion
    turn: Execution | None
    """In which the chat model answers, or has answered."""
    run: Execution | None
    """Of the crew, with what that turn has found out."""

    @classmethod
    def at_address(cls, lab: Lab, version: DefinitionVersion) -> Talk:
        """Raises ExecutionNotFoundError: the address names an execution that is not there."""
        place = _place()
        remember(_LAST.format(version.definition_id), {name: place[name] for name in (_TURN, _RUN)})
        turn, run = (lab.execution(one) if one else None for one in (place[_TURN], place[_RUN]))
        return cls(version, turn, run)

    @property
    def is_active(self) -> bool:
        """Whether somebody is about to answer."""
        return any(one is not None and one.status.is_active for one in (self.turn, self.run))

    @property
    def has_failed(self) -> bool:
        """Whether the chat model gave no answer."""
        return self.turn is not None and not self.turn.status.is_active and self.found is None

    @cached_property
    def found(self) -> Understood | None:
        """What the turn has found out; nothing before it is over, and where it failed."""
        turn = self.turn
        if turn is None or turn.status is not ExecutionStatus.COMPLETED or not isinstance(turn.output_json, Mapping):
            return None
        return understood(self.version.document, turn.output_json, messages_of(turn.inputs))

    @cached_property
    def said(self) -> list[Message]:
        """Everything so far, with the answer where there is one."""
        said = [] if self.turn is None else messages_of(self.turn.inputs)
        return said if self._answer is None else [*said, {"role": "assistant", "content": self._answer}]

    @property
    def _answer(self) -> str | None:
        if self.run is None:
            return self.found.reply if self.found else None
        if self.run.status.is_active:
            return None
        failed = self.run.error.message if self.run.error else f"The crew ended {self.run.status.value}."
        return self.run.output or failed

    @property
    def early(self) -> str:
        """What was entered before the answer was there."""
        return str(remembered(self._key(_EARLY), ""))

    @property
    def unsent(self) -> str:
        """What could not be sent."""
        return str(remembered(self._key(_UNSENT), ""))

    def say(self, lab: Lab, text: str) -> None:
        """Send what the person has entered, or keep it until the answer is there."""
        if self.is_active:
            remember(self._key(_EARLY), "\n\n".join(filter(None, (self.early, text))))
            return
        forget(self._key(_EARLY))
        forget(self._key(_UNSENT))
        if not self._ask(lab, [*self.said, {"role": "user", "content": text}]):
            remember(self._key(_UNSENT), text)

    def send_again(self, lab: Lab) -> None:
        """Send what could not be sent."""
        if self.unsent:
            self.say(lab, self.unsent)

    def ask_again(self, lab: Lab) -> None:
        """Have the chat model answer what it did not."""
        if self.has_failed:
            self._ask(lab, self.said)

    def start_run(self, lab: Lab) -> None:
        """Run the crew with what was found out, once."""
        inputs = self.found.inputs if self.found else None
        if self.run is not None or inputs is None:
            return
        try:
            run = lab.launch(self.version, inputs).execution_id
        except CrewLabError as error:
            _tell(error)
        else:
            _stand_at(turn=self.turn.execution_id if self.turn else None, run=run)

    def _ask(self, lab: Lab, said: list[Message]) -> bool:
        name, document = self.version.name, self.version.document
        try:
            turn = lab.launch(chat_document(name, document), chat_inputs(name, document, said))
        except CrewLabError as error:
            _tell(error)
            return False
        _stand_at(turn=turn.execution_id)
        return True

    def _key(self, kind: str) -> str:
        return kind.format(self.version.definition_id)


def last_talk(definition_id: str) -> dict[str, str | None]:
    """The address of the conversation about a crew that this browser showed last, to go on with it."""
    return dict(remembered(_LAST.format(definition_id), {}))


def begin_anew() -> None:
    """Leave the conversation; its executions stay."""
    _stand_at()


@dataclass(frozen=True)
class _Led:
    """Where the page was led, by which run, and the addresses that a browser may have that has not heard of it."""

    to: _Place
    run: int
    since: tuple[_Place, ...]


def _place() -> _Place:
    """What the address names; or will, once the browser has heard where the page was led meanwhile."""
    here: _Place = {name: parameter(name) for name in ADDRESS}
    led = _led()
    if led is None or here not in led.since:
        return here
    _write_address(led.to)
    return led.to


def _led() -> _Led | None:
    led: _Led | None = remembered(_LED)
    return led if led is not None and is_unheard(led.run) else None


def _stand_at(**executions: str | None) -> None:
    here: _Place = {name: parameter(name) for name in ADDRESS}
    to: _Place = {**dict.fromkeys(ADDRESS), "id": here["id"], **executions}
    earlier = led.since if (led := _led()) is not None else ()
    remember(_LED, _Led(to, this_run(), (*earlier, here)))
    _write_address(to)


def _write_address(place: _Place) -> None:
    """In one go: each change of it is a step in the browser's history."""
    st.query_params.from_dict({name: value for name, value in place.items() if value})


def _tell(error: CrewLabError) -> None:
    toast_next(escape(str(error)), ":material/error:")
