"""Checking values against a JSON Schema that somebody wrote: nothing is fetched, and no pattern takes forever."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

MOST_MISFITS = 12


def validator_of(schema: Mapping[str, Any]) -> Draft202012Validator:
    """A validator of `schema` whose references stay within it."""
    from referencing import Registry

    validator: Draft202012Validator = _guarded()(dict(schema), registry=Registry())
    return validator


def misfits(validator: Any, value: Any) -> list[tuple[tuple[str, ...], str]]:
    """Where `value` does not fit, and why; the first twelve. A schema that cannot be used fits nothing."""
    from referencing.exceptions import Unresolvable

    try:
        return [
            (_place(error), f"{error.message[:300]}.") for error in islice(validator.iter_errors(value), MOST_MISFITS)
        ]
    except Unresolvable:
        return [((), "The schema refers to something that is not in it.")]
    except RecursionError:
        return [((), "The schema refers to itself without end.")]


def is_pattern(pattern: str) -> bool:
    """Whether a pattern can be used: a regular expression that is decided in time linear to the text."""
    return _compiled(pattern) is not None


def _place(error: ValidationError) -> tuple[str, ...]:
    return tuple(str(part) for part in error.absolute_path)


@cache
def _guarded() -> Any:
    from jsonschema import Draft202012Validator  # up to 0.7 s, for its optional formats: only where there is a schema
    from jsonschema.validators import extend

    guarded: Any = extend(  # type: ignore[no-untyped-call]  # jsonschema has no types for it
        Draft202012Validator, {"pattern": _pattern, "patternProperties": _pattern_properties}
    )
    return guarded


def _pattern(validator: Any, pattern: Any, text: Any, schema: Any) -> Iterator[ValidationError]:
    from jsonschema import ValidationError

    if isinstance(text, str) and not _finds(pattern, text):
        yield ValidationError(f"{text[:80]!r} does not match {str(pattern)[:80]!r}")


def _pattern_properties(validator: Any, patterns: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    if not isinstance(value, Mapping):
        return
    for pattern, inner in patterns.items():
        for name, item in value.items():
            if _finds(pattern, name):
                yield from validator.descend(item, inner, path=name, schema_path=pattern)


def _finds(pattern: Any, text: str) -> bool:
    compiled = _compiled(pattern) if isinstance(pattern, str) else None
    return compiled is not None and compiled.search(_encodable(text)) is not None


@cache
def _options() -> Any:
    import re2  # what CEL's `matches` uses too

    options = re2.Options()
    options.log_errors = False
    return options


def _compiled(pattern: str) -> Any:
    import re2

    try:
        return re2.compile(pattern[:2_000], _options())
    except (re2.error, UnicodeEncodeError):  # the latter for half a surrogate
        return None


def _encodable(text: str) -> str:
    """RE2 reads UTF-8, which has no half surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")
