"""Widgets bound to places in a document: they show what is there, and write what a person enters.

The document is the truth. A widget's key follows from the thing it belongs to (`part_keys`), so keys are stable and
tests can name them; before it is drawn, a widget is made to show the document's value, whatever changed it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.editing import Path, set_value, value_at
from crewlab.errors import CrewLabError, DocumentError, PartGoneError
from crewlab.ui.components.choose_or_none import choose_or_none
from crewlab.ui.components.plain_text import escape
from crewlab.ui.editor.number_text import read_number, write_number
from crewlab.ui.editor.part_keys import key_of
from crewlab.ui.editor.refusals import REFUSED, Refusal, forget, refusals, refuse
from crewlab.ui.state import is_entered, show_value
from crewlab.ui.toasts import toast_next

if TYPE_CHECKING:
    from crewlab.definitions.problem import Problem
    from crewlab.ui.editor.open_draft import OpenDraft

Change = Callable[[dict[str, Any], Any], dict[str, Any]]
"""What entering a value does to the document; raises `CrewLabError` to refuse the value."""


@dataclass(frozen=True)
class Fields:
    """The bound widgets of one draft, with its problems beside them."""

    draft: OpenDraft
    problems: Sequence[Problem]

    def value(self, path: Path) -> Any:
        """What the document has at `path`, or `None`."""
        return value_at(self.draft.document, path)

    def key_of(self, path: Path) -> str:
        """The key of the widget at a place: `definition.tasks.0.description`."""
        return key_of(self.draft.draft_id, path)

    def text(
        self,
        path: Path,
        label: str,
        *,
        height: int | None = None,
        is_optional: bool = False,
        change: Change | None = None,
        **options: Any,
    ) -> None:
        """One line of text, or several when `height` is given; an optional one that is emptied is removed."""
        value = options.pop("value", self.value(path)) or ""
        if not isinstance(value, str):
            self._unfit(path, label, value)
            return
        shown = self._show(path, value)
        bound = self._bound(path, change or self._setter(path, is_optional=is_optional))
        if height is None:
            st.text_input(label, shown, **bound, **options)
        else:
            st.text_area(label, shown, height=height, **bound, **options)
        self._notes_of_widget(path)

    def lines(self, path: Path, label: str, *, height: int = 80, **options: Any) -> None:
        """A list of texts, one a line; emptied, the field is removed."""
        entries = self.value(path)
        if not isinstance(entries or [], list):
            self._unfit(path, label, entries)
            return
        texts = [" ".join(str(entry).split()) for entry in entries or []]
        shown = self._show(path, "\n".join(texts))

        def write(document: dict[str, Any], text: str) -> dict[str, Any]:
            return set_value(document, path, [line.strip() for line in text.splitlines() if line.strip()] or None)

        st.text_area(label, shown, height=height, **self._bound(path, write), **options)
        self._notes_of_widget(path)

    def json_object(self, path: Path, label: str, *, height: int, change: Change | None = None, **options: Any) -> None:
        """An object as JSON text; text that is not an object is refused and stays on the screen."""
        current = options.pop("value", self.value(path))
        shown = self._show(path, json.dumps(current, indent=2, ensure_ascii=False) if current else "")
        write = change or self._setter(path, is_optional=True)
        bound = self._bound(path, lambda document, text: write(document, parse_object(text)))
        st.text_area(label, shown, height=height, **bound, **options)
        self._notes_of_widget(path)

    def choice(
        self, path: Path, label: str, choices: Sequence[str], *, change: Change | None = None, **options: Any
    ) -> None:
        """One of `choices`, or nothing; a value that is not among them is offered too."""
        current = options.pop("value", self.value(path)) or None
        if not isinstance(current or "", str):
            self._unfit(path, label, current)
            return
        shown = self._show(path, current)
        bound = self._bound(path, change or self._setter(path, is_optional=True))
        choose_or_none(label, _offered(choices, (current, shown)), shown, **bound, **options)
        self._notes_of_widget(path)

    def one_of(
        self,
        path: Path,
        label: str,
        choices: Sequence[str],
        *,
        value: Any,
        change: Change | None = None,
        **options: Any,
    ) -> None:
        """Exactly one of a few `choices`, all in sight."""
        if not isinstance(value, str):
            self._unfit(path, label, value)
            return
        shown = self._show(path, value)
        bound = self._bound(path, change or self._setter(path))
        offered = _offered(choices, (value, shown))
        st.segmented_control(label, offered, default=shown, required=True, **bound, **options)
        self._notes_of_widget(path)

    def choices(
        self, path: Path, label: str, choices: Sequence[str], *, change: Change | None = None, **options: Any
    ) -> None:
        """Any of `choices`, in the order chosen; entries that are not text are kept and not shown."""
        entries = options.pop("value", self.value(path)) or []
        if not isinstance(entries, list):
            self._unfit(path, label, entries)
            return
        texts = [entry for entry in entries if isinstance(entry, str)]
        kept = [entry for entry in entries if not isinstance(entry, str)]
        shown = self._show(path, texts)
        is_optional = options.pop("is_optional", True)

        def write(document: dict[str, Any], value: list[str]) -> dict[str, Any]:
            together = [*value, *kept]
            return set_value(document, path, together if together or not is_optional else None)

        offered = _offered(choices, (*texts, *shown))
        st.multiselect(label, offered, shown, **self._bound(path, change or write), **options)
        self._notes_of_widget(path)

    def switch(self, path: Path, label: str, *, change: Change | None = None, **options: Any) -> None:
        """On or off; off removes the field."""
        shown = self._show(path, bool(options.pop("value", self.value(path))))
        write = change or (lambda document, is_on: set_value(document, path, True if is_on else None))
        st.toggle(label, shown, **self._bound(path, write), **options)
        self._notes_of_widget(path)

    def number(self, path: Path, label: str, *, change: Change | None = None, step: float = 1, **options: Any) -> None:
        """A whole number, or any where `step` has a point; emptied, the field is removed."""
        value = options.pop("value", self.value(path))
        if not _is_number(value, whole=isinstance(step, int)):
            self._unfit(path, label, value)
            return
        limits = {name: options.pop(name) for name in ("min_value", "max_value") if name in options}
        is_whole, write = isinstance(step, int), change or self._setter(path)

        def read(document: dict[str, Any], text: str) -> dict[str, Any]:
            return write(document, read_number(text, is_whole=is_whole, **limits))

        shown = self._show(path, write_number(value))
        bound = self._bound(path, read)
        st.text_input(label, shown, **bound, **options)
        self._notes_of_widget(path)

    def others(self, path: Path, shown: Collection[str]) -> None:
        """Name the fields below `path` that have no widget, with their problems; they are kept as they are."""
        body = self.value(path)
        names = [str(name) for name in body if name not in shown] if isinstance(body, Mapping) else []
        if not names:
            return
        text = escape(", ".join(names))
        st.caption(f":material/data_object: Also there, and kept: {text}. Edit them on the tab *Document*.")
        for name in names:
            self.notes((*path, name), within=True)

    def _unfit(self, path: Path, label: str, value: Any) -> None:
        """A value of a type that the widget of its field cannot show: to be seen here, and edited as text."""
        text = json.dumps(value, ensure_ascii=False, default=str)
        st.text_input(
            label, text, key=f"{self.key_of(path)}.unfit", disabled=True, help="Edit it on the tab *Document*."
        )
        self.notes(path, within=True)

    def _notes_of_widget(self, path: Path) -> None:
        """Why the value in the widget was refused, with a way back; then the problems of the value it has."""
        refusal = refusals(self.draft.draft_id).get(path)
        if refusal:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f":small[:red[:material/block: {escape(refusal.message)}]]")
                st.button("Put back", icon=":material/undo:", key=f"{self.key_of(path)}.put_back", type="tertiary",
                          on_click=forget, args=(self.draft.draft_id, path),
                          help="Drop this entry and show what the definition has")  # fmt: skip
        self.notes(path)

    def notes(self, path: Path, *, within: bool = False) -> None:
        """The problems at `path`, or with `within` those below it too."""
        for problem in self.problems_at(path, within=within):
            if problem.id == REFUSED:
                continue  # it stands beside the widget already
            color, icon = ("red", "error") if problem.severity == "error" else ("orange", "warning")
            text = escape(f"{problem.what} {problem.hint}")
            st.markdown(f":small[:{color}[:material/{icon}: {text}]]")

    def problems_at(self, path: Path, *, within: bool = False) -> list[Problem]:
        """The problems of one field, or with `within` of everything below it."""
        where = self.where(path)
        return [
            problem
            for problem in self.problems
            if problem.where == where or (within and problem.where.startswith(f"{where}."))
        ]

    def mark(self, path: Path) -> str:
        """An icon for a title when something below `path` is wrong, or an empty text."""
        severity = self.severity(path)
        if severity == "error":
            return " :red[:material/error:]"
        return " :orange[:material/warning:]" if severity else ""

    def severity(self, path: Path) -> str | None:
        """Of the worst problem below `path`."""
        severities = {problem.severity for problem in self.problems_at(path, within=True)}
        return min(severities, default=None)  # "error" comes before "warning"

    def marks(self, places: Iterable[Path]) -> dict[Path, str]:
        """The severity of the worst problem below each of `places` where there is one."""
        return {place: severity for place in places if (severity := self.severity(place))}

    def where(self, path: Path) -> str:
        """A path as problems name it: tasks by name instead of position."""
        steps = list(path)
        if len(steps) > 1 and steps[0] == "tasks":
            steps[1] = str(self.value(("tasks", steps[1], "name")))
        return ".".join(map(str, steps))

    def _setter(self, path: Path, *, is_optional: bool = True) -> Change:
        return lambda document, value: set_value(document, path, None if is_optional and value in ("", {}) else value)

    def _show(self, path: Path, value: Any) -> Any:
        refusal = refusals(self.draft.draft_id).get(path)
        shown = refusal.value if refusal else value
        show_value(self.key_of(path), shown)
        return shown

    def _bound(self, path: Path, write: Change) -> dict[str, Any]:
        key = self.key_of(path)
        return {"key": key, "on_change": self._commit, "args": (key, path, write)}

    def _commit(self, key: str, path: Path, write: Change) -> None:
        if not is_entered(key):
            return
        value = st.session_state[key]
        forget(self.draft.draft_id, path)
        try:
            self.draft.edit_field(path, lambda document: write(document, value))
        except PartGoneError as error:
            toast_next(escape(str(error)), ":material/error:")
        except CrewLabError as error:
            refuse(self.draft.draft_id, path, Refusal(value, str(error)))


def refused_problems(draft: OpenDraft) -> list[Problem]:
    """Entries of this draft that were refused, as problems."""
    fields = Fields(draft, ())
    return [refusal.as_problem(fields.where(path)) for path, refusal in refusals(draft.draft_id).items()]


def _offered(choices: Sequence[str], needed: Iterable[str | None]) -> list[str]:
    """The choices, and after them what a widget has to show although it is none of them."""
    return list(dict.fromkeys([*choices, *(entry for entry in needed if entry)]))


def _is_number(value: Any, *, whole: bool) -> bool:
    """Whether a widget for numbers, or for whole ones, can show the value."""
    if value is None:
        return True
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return not whole or value == int(value)


def parse_object(text: str) -> dict[str, Any]:
    """JSON text as an object; nothing is an empty one. Raises `DocumentError`."""
    if not text.strip():
        return {}
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"This is not JSON: {error.msg} in line {error.lineno}.", "It was not taken over."
        ) from error
    if not isinstance(value, dict):
        raise DocumentError("This has to be a JSON object, in curly braces.", "It was not taken over.")
    return value
