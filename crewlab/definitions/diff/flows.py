"""What changed between two flows, by step and by field of the state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from crewlab.definitions.diff.changes import Change, Translate, as_it_is, field_changes, in_path
from crewlab.definitions.diff.snapshots import Diff, definition_changes
from crewlab.definitions.diff.states import state_changes
from crewlab.definitions.lining_up import Pair, line_up

_PARTS = ("methods", "state", "definitions")
_OBJECTS = ("config", "conversational", "do", "human_feedback", "set", "on_error")
_TRIGGERS = ("start", "listen")


def flow_changes(before: Mapping[str, Any], after: Mapping[str, Any], diff: Diff) -> list[Change]:
    """Every difference: the flow's own fields, its state by field, its steps, and the definitions of a snapshot.

    A renamed step is one change, and triggers and expressions that only follow the new name are none. Crews and flows
    that are written within a step are told apart by `diff`.
    """
    own, owned = ({key: value for key, value in one.items() if key not in _PARTS} for one in (before, after))
    return [
        *field_changes("", own, owned, within=_OBJECTS),
        *state_changes(before, after),
        *_step_changes(before, after, diff),
        *definition_changes(before, after, diff),
    ]


def steps_of(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The steps of a flow by name; what has the wrong type is left out."""
    methods = document.get("methods")
    items = methods.items() if isinstance(methods, Mapping) else ()
    return {str(name): step for name, step in items if isinstance(step, Mapping)}


def _step_changes(before: Mapping[str, Any], after: Mapping[str, Any], diff: Diff) -> Iterator[Change]:
    old, new = steps_of(before), steps_of(after)
    pairs = _line_up(old, new)
    translate = _translation({left: right for left, right in pairs if left and right and left != right})
    for left, right in pairs:
        if right is None:
            yield Change(f"steps.{in_path(str(left))}", old[str(left)], None, "removed")
        elif left is None:
            yield Change(f"steps.{in_path(right)}", None, new[right], "added")
        else:
            if left != right:
                yield Change(f"steps.{in_path(right)}", left, right, "renamed")
            yield from _one_step(f"steps.{in_path(right)}.", old[left], new[right], translate, diff)


def _line_up(old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]) -> list[Pair]:
    """Only the words of steps whose names do not settle it count."""
    return line_up(
        {name: () if name in new else _words(step) for name, step in old.items()},
        {name: () if name in old else _words(step) for name, step in new.items()},
    )


def _words(step: Mapping[str, Any]) -> list[str]:
    """The words by which a step is recognised: what it does, not what it waits for."""
    kept = {key: value for key, value in step.items() if key not in _TRIGGERS}
    return re.findall(r"\w+", " ".join(_leaves(kept)))


def _leaves(value: Any) -> Iterator[str]:
    """The values within a value; the names of fields, which most steps share, tell nothing."""
    if isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(item)
    else:
        yield str(value)


def _one_step(
    prefix: str, old: Mapping[str, Any], new: Mapping[str, Any], translate: Translate, diff: Diff
) -> Iterator[Change]:
    within, within_now = _inline(old), _inline(new)
    if within is not None and within_now is not None:
        # What stands within is told apart by its own parts, and the step without it.
        inner = diff(within, within_now)
        yield from (change._replace(path=f"{prefix}do.with.{change.path}") for change in inner)
        old, new = _without_inline(old), _without_inline(new)
    yield from field_changes(prefix, old, new, translate, within=_OBJECTS)


def _inline(step: Mapping[str, Any]) -> Mapping[str, Any] | None:
    action = step.get("do")
    if not isinstance(action, Mapping) or action.get("call") not in ("crew", "flow"):
        return None
    return action["with"] if isinstance(action.get("with"), Mapping) else None


def _without_inline(step: Mapping[str, Any]) -> dict[str, Any]:
    return {**step, "do": {key: value for key, value in step["do"].items() if key != "with"}}


def _translation(renames: Mapping[str, str]) -> Translate:
    """What a field would be if only the names of steps had changed."""
    if not renames:
        return as_it_is
    names = "|".join(sorted(map(re.escape, renames), key=len, reverse=True))
    reads = re.compile(rf"""\boutputs(?P<open>\.|\[["'])(?P<name>{names})(?![\w-])""")

    def translate(field: str, value: Any) -> Any:
        if field in _TRIGGERS:
            return _in_texts(value, lambda name: renames.get(name, name))
        return _in_texts(value, lambda text: reads.sub(lambda f: f"outputs{f['open']}{renames[f['name']]}", text))

    return translate


def _in_texts(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _in_texts(item, change) for key, item in value.items()}
    return [_in_texts(item, change) for item in value] if isinstance(value, list) else value
