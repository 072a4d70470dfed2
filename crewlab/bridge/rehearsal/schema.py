"""A value that fits a JSON Schema, drawn from the prompt instead of thought of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from crewlab.bridge.rehearsal.draws import Draws

_FIRST_DAY = date(2026, 1, 1)
_RANGE = re.compile(r"\bfrom (\d{1,6}) to (\d{1,6})\b")
_PASSES = re.compile(r"^(is_)?(valid|ok|passed|passes|success|complies|compliant)$", re.IGNORECASE)
_DEEPEST = 12
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class SchemaSampler:
    """Makes values for one schema; strings mention the `topics` in turn, choices come from `draws`.

    `passes` answers yes/no questions about validity; `None` leaves them to the draws.
    """

    def __init__(
        self, schema: Mapping[str, Any], draws: Draws, topics: Sequence[str], passes: bool | None = None
    ) -> None:
        self._root = schema
        self._draws = draws
        self._topics = topics
        self._passes = passes
        self._strings = 0

    def sample(self) -> Any:
        """A value for the whole schema."""
        return self._value(self._root, "", 0)

    def _value(self, schema: Any, name: str, depth: int) -> Any:
        if not isinstance(schema, Mapping) or depth > _DEEPEST:
            return None
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self._draws.pick(list(schema["enum"]))
        return self._of_type(schema, name, depth)

    def _of_type(self, schema: Mapping[str, Any], name: str, depth: int) -> Any:
        kind = _type_of(schema)
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, name, depth)
        if kind in ("integer", "number"):
            return self._number(schema, whole=kind == "integer")
        if kind == "boolean":
            return self._boolean(name)
        return None if kind == "null" else self._string(schema, name)

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """`schema` with references followed, alternatives decided and combinations merged."""
        for _ in range(_DEEPEST):
            if isinstance(schema.get("$ref"), str):
                schema = self._referenced(schema["$ref"])
            elif options := schema.get("anyOf") or schema.get("oneOf"):
                schema = _first_that_is_something(options)
            elif parts := schema.get("allOf"):
                schema = _merged(schema, parts)
            else:
                break
        return schema

    def _referenced(self, reference: str) -> Mapping[str, Any]:
        target: Any = self._root
        for part in reference.removeprefix("#").strip("/").split("/"):
            target = target.get(part, {}) if isinstance(target, Mapping) else {}
        return target if isinstance(target, Mapping) else {}

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        properties = schema.get("properties") or {}
        value = {name: self._value(part, name, depth + 1) for name, part in properties.items()}
        for name in schema.get("required") or ():
            value.setdefault(name, self._topic(name))
        return value

    def _array(self, schema: Mapping[str, Any], name: str, depth: int) -> list[Any]:
        least = int(schema.get("minItems", 2))
        most = max(least, int(schema.get("maxItems", max(least, 3))))
        length = least + self._draws.number(most - least + 1) if most - least < 8 else least
        items = [self._value(schema.get("items") or {"type": "string"}, name, depth + 1) for _ in range(length)]
        return _distinct(items, least) if schema.get("uniqueItems") else items

    def _number(self, schema: Mapping[str, Any], *, whole: bool) -> float:
        schema = {**_range_in_words(schema), **schema}
        low = _bound(schema, "minimum", "exclusiveMinimum", +1 if whole else +0.01)
        high = _bound(schema, "maximum", "exclusiveMaximum", -1 if whole else -0.01)
        low = low if low is not None else min(1, high if high is not None else 1)
        high = high if high is not None else max(low, low + 99)
        if whole:
            return _stepped(
                int(low) + self._draws.number(max(1, int(high) - int(low) + 1)), schema, int(low), int(high)
            )
        return round(low + (high - low) * self._draws.share(), 2 if high - low >= 1 else 4)

    def _boolean(self, name: str) -> bool:
        if self._passes is not None and _PASSES.match(name):
            return self._passes
        return self._draws.number(2) == 1

    def _string(self, schema: Mapping[str, Any], name: str) -> str:
        form = schema.get("format")
        if isinstance(form, str) and form in _FORMATS:
            return _FORMATS[form](self._draws)
        if pattern := schema.get("pattern"):
            return _matching(str(pattern), self._draws) or self._topic(name)
        return _fitted(self._topic(name), schema)

    def _topic(self, name: str) -> str:
        label = name.replace("_", " ").strip() or "answer"
        topic = self._topics[self._strings % len(self._topics)]
        self._strings += 1
        return f"Rehearsal {label}: {topic} ({self._draws.mark})"


def _type_of(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((name for name in kind if name != "null"), "null")
    if kind is None:
        kind = "object" if "properties" in schema else "array" if "items" in schema else "string"
    return str(kind)


def _first_that_is_something(options: Sequence[Any]) -> Mapping[str, Any]:
    real = [option for option in options if isinstance(option, Mapping) and option.get("type") != "null"]
    return real[0] if real else {"type": "null"}


def _merged(schema: Mapping[str, Any], parts: Sequence[Any]) -> Mapping[str, Any]:
    merged = {key: value for key, value in schema.items() if key != "allOf"}
    for part in parts:
        if isinstance(part, Mapping):
            properties = {**merged.get("properties", {}), **part.get("properties", {})}
            merged = {**merged, **part, **({"properties": properties} if properties else {})}
    return merged


def _bound(schema: Mapping[str, Any], closed: str, opened: str, step: float) -> float | None:
    """The limit that `schema` sets, an exclusive one moved inside by `step`."""
    exclusive = schema.get(opened)
    if isinstance(exclusive, int | float) and not isinstance(exclusive, bool):
        return exclusive + step
    limit = schema.get(closed)
    return limit if isinstance(limit, int | float) else None


def _stepped(value: int, schema: Mapping[str, Any], low: int, high: int) -> int:
    step = schema.get("multipleOf")
    if not isinstance(step, int) or step < 1:
        return value
    down = value - value % step
    return down if down >= low else min(down + step, high)


def _distinct(items: list[Any], least: int) -> list[Any]:
    kept: list[Any] = []
    for item in items:
        if item not in kept:
            kept.append(item)
        elif isinstance(item, str) and len(kept) < least:
            kept.append(f"{item} {len(kept) + 1}")
    return kept


def _fitted(text: str, schema: Mapping[str, Any]) -> str:
    """`text` made as long and as short as the schema wants."""
    least, most = int(schema.get("minLength", 0)), schema.get("maxLength")
    while len(text) < least:
        text += " " + text
    return text[: int(most)].rstrip() if most is not None and int(most) >= least and len(text) > int(most) else text


def _range_in_words(schema: Mapping[str, Any]) -> dict[str, int]:
    """The bounds that a description names, as in "a score from 1 to 10"."""
    found = _RANGE.search(str(schema.get("description", "")))
    return {"minimum": int(found[1]), "maximum": int(found[2])} if found else {}


def _day(draws: Draws) -> str:
    return (_FIRST_DAY + timedelta(days=draws.number(365))).isoformat()


_FORMATS: dict[str, Callable[[Draws], str]] = {
    "date": _day,
    "date-time": lambda draws: f"{_day(draws)}T{draws.number(24):02d}:00:00Z",
    "time": lambda draws: f"{draws.number(24):02d}:00:00",
    "email": lambda draws: f"rehearsal.{draws.mark}@example.com",
    "uri": lambda draws: f"https://example.com/rehearsal/{draws.mark}",
    "url": lambda draws: f"https://example.com/rehearsal/{draws.mark}",
    "uuid": lambda draws: f"00000000-0000-4000-8000-{draws.number(10**9):012d}",
}

_PIECE = re.compile(r"(\[[^\]]+\]|\\[dws]|\.|[^\\\[\](){}*+?.|])(?:\{(\d+)(?:,\d*)?\}|([*+?]))?")


def _matching(pattern: str, draws: Draws) -> str | None:
    """A text that matches a simple pattern of classes and counts, or `None` when it is not simple."""
    body = pattern.removeprefix("^").removesuffix("$")
    text, position = "", 0
    while position < len(body):
        piece = _PIECE.match(body, position)
        if piece is None:
            return None
        count = int(piece.group(2)) if piece.group(2) else 0 if piece.group(3) == "*" else 1
        text += "".join(_character(piece.group(1), draws) for _ in range(count))
        position = piece.end()
    return text if re.search(pattern, text) else None


def _character(piece: str, draws: Draws) -> str:
    if piece == r"\d":
        return str(draws.number(10))
    if piece in (r"\w", "."):
        return draws.pick(_LETTERS)
    if piece == r"\s":
        return " "
    if not piece.startswith("["):
        return piece
    first = piece[1:-1]
    if len(first) >= 3 and first[1] == "-":
        return chr(ord(first[0]) + draws.number(max(1, ord(first[2]) - ord(first[0]) + 1)))
    return first[0]
