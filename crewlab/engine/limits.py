"""Time, tokens and money that an execution may use: what a caller asks for, checked before anything is paid."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from numbers import Integral, Real
from typing import Any, Unpack

from pydantic import ValidationError

from crewlab.definitions.arguments import require_known
from crewlab.definitions.models import agents_of, model_of, models_of
from crewlab.errors import InputsError
from crewlab.executions.execution import Execution
from crewlab.executions.launch import MOST_PRIORITY, LaunchArguments, LaunchOptions

_NAMES = {
    "timeout_seconds": ("A time limit", "s", "seconds"),
    "max_tokens": ("A token limit", "tokens", "tokens"),
    "max_cost_usd": ("A money limit", "US dollars", "US dollars"),
}
_HINTS = {
    "cassette": "Give Cassette.record(name) or Cassette.replay(name).",
    "planning": "Give True or False, or leave it out.",
    "training": "Give the id of an execution.",
}


def launch_options(**arguments: Unpack[LaunchArguments]) -> LaunchOptions:
    """The options of a launch.

    Raises:
        InputsError: A limit is not more than 0, or the priority is out of bounds.
        TypeError: There is no such argument; Python itself cannot see that behind `**arguments`.
    """
    require_known(arguments, LaunchArguments)
    given = {name: value for name, value in arguments.items() if value is not None}
    checked({name: value for name, value in given.items() if name in _NAMES})
    checked_priority(arguments.get("priority") or 0)
    try:
        return LaunchOptions.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"][:2])
        hint = _HINTS.get(str(first["loc"][0]), "A model is a text, or an object with a `model`.")
        raise InputsError(f"{where}: {first['msg']}.", hint) from None


def checked_priority(priority: int) -> int:
    """The priority. Raises `InputsError` when it is out of bounds."""
    if not isinstance(priority, Integral) or not -MOST_PRIORITY <= priority <= MOST_PRIORITY:
        raise InputsError(
            f"{priority!r} is no priority.", f"Give a whole number from -{MOST_PRIORITY} to {MOST_PRIORITY}."
        )
    return priority


def checked(limits: Mapping[str, Any]) -> dict[str, Any]:
    """The limits that are given.

    Raises:
        InputsError: One is not a number, or not more than 0.
    """
    given = {name: value for name, value in limits.items() if value is not None}
    for name, value in given.items():
        number, kind = ("a whole number", Integral) if name == "max_tokens" else ("a number", Real)
        if isinstance(value, bool) or not isinstance(value, kind) or not 0 < float(value) < math.inf:
            what, unit, give = _NAMES[name]
            raise InputsError(f"{what} of {value} {unit} is no limit.", f"Give {number} of {give}, more than 0.")
    return given


def require_agents(document: Mapping[str, Any], llms: Mapping[str, Any]) -> None:
    """A launch gives models only to agents that there are.

    Raises:
        InputsError: One is unknown; similar names are suggested.
    """
    known = agents_of(document)
    for name in llms:
        if name not in known:
            near = get_close_matches(name, known, 1)
            meant = f"Did you mean {near[0]!r}? " if near else ""
            raise InputsError(f"There is no agent {name!r}.", f"{meant}The agents are {', '.join(known) or 'none'}.")


def require_prices(document: Mapping[str, Any], options: LaunchOptions, price: Callable[[str], Any]) -> None:
    """A money limit can only be kept for models with a price; the rehearsal model costs nothing.

    Raises:
        InputsError: A money limit is set, and a model has no known price.
    """
    if options.max_cost_usd is None:
        return
    judges = [] if options.judge is None else [model_of(options.overlay.resolved(options.judge).llm).model]
    real = [model for model in [*models_of(document, options.overlay), *judges] if not model.startswith("rehearsal/")]
    unpriced = [model for model in real if price(model) is None]
    if unpriced:
        raise InputsError(
            f"A money limit cannot be kept: there is no known price for {', '.join(unpriced)}.",
            "Add its price to prices.json in the data folder, or set a token limit instead.",
        )


def require_room(execution: Execution, limits: Mapping[str, Any]) -> None:
    """A resume must not end where it began.

    Raises:
        InputsError: All attempts together have used more than the limit already.
    """
    options = execution.options.model_copy(update=dict(limits))
    tokens, cost = execution.usage.total_tokens, execution.usage.cost_usd
    if options.max_tokens is not None and (tokens or 0) > options.max_tokens:
        raise InputsError(
            f"This execution has used {tokens:,} tokens already, and its limit is {options.max_tokens:,}.",
            "Resume with a higher token limit; it counts all attempts together.",
        )
    if options.max_cost_usd is not None and (cost or 0.0) > options.max_cost_usd:
        raise InputsError(
            f"This execution has cost ${cost:.4f} already, and its limit is ${options.max_cost_usd:.4f}.",
            "Resume with a higher money limit; it counts all attempts together.",
        )
