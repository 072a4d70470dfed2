"""Takes every known secret out of what is about to be stored or shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from crewlab.secrets.encodings import forms_of
from crewlab.secrets.keys import Keys

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

MASK = "•••"
_WITHOUT_TEXT = frozenset({type(None), bool, int, float, datetime, date})
T = TypeVar("T")
D = TypeVar("D", bound="DataclassInstance")


class Redactor:
    """Masks the secrets that `keys` knows, in clear and in common encodings. Safe from any thread.

    Costs nothing while there is no secret, and a search of each text per form of each secret otherwise.
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._known: tuple[object, tuple[str, ...]] = (None, ())

    @property
    def forms(self) -> tuple[str, ...]:
        """What is looked for, the longest first, so that no form leaves the rest of another one behind."""
        changes = self._keys.changes
        known, forms = self._known
        if known != changes:
            found = {form for value in self._keys.secret_values() for form in forms_of(value)}
            forms = tuple(sorted(found, key=len, reverse=True))
            self._known = (changes, forms)
        return forms

    def mask(self, value: T) -> T:
        """`value` without secrets: text, record, mapping or sequence of such. The same object when there were none."""
        forms = self.forms
        return _masked(value, forms) if forms else value

    def mask_fields(self, record: D) -> D:
        """A dataclass with every field masked, such as what a test of a tool or a server has found."""
        changes = {one.name: self.mask(getattr(record, one.name)) for one in fields(record)}
        return replace(record, **changes)

    def finds(self, value: Any) -> bool:
        """Whether a secret is in `value`."""
        return self.mask(value) is not value


def _masked(value: Any, forms: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        return _masked_text(value, forms)
    if type(value) in _WITHOUT_TEXT:
        return value
    if isinstance(value, BaseModel):
        return _masked_record(value, forms)
    if isinstance(value, Mapping):
        return _masked_mapping(value, forms)
    if isinstance(value, list | tuple):
        items = [_masked(item, forms) for item in value]
        changed = any(new is not old for new, old in zip(items, value, strict=True))
        return type(value)(items) if changed else value
    return value


def _masked_text(text: str, forms: tuple[str, ...]) -> str:
    for form in forms:
        if form in text:
            text = text.replace(form, MASK)
    return text


def _masked_record(record: BaseModel, forms: tuple[str, ...]) -> BaseModel:
    changes = {name: masked for name, old in record.__dict__.items() if (masked := _masked(old, forms)) is not old}
    return record.model_copy(update=changes) if changes else record


def _masked_mapping(mapping: Mapping[Any, Any], forms: tuple[str, ...]) -> Mapping[Any, Any]:
    items = {_masked(key, forms): _masked(item, forms) for key, item in mapping.items()}
    same = len(items) == len(mapping) and all(key in mapping and items[key] is mapping[key] for key in items)
    return mapping if same else items
