"""What is wrong with a document that is being written as text, line by line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from crewlab.definitions.editing import is_editable, task_names
from crewlab.definitions.notation.places import lines_of
from crewlab.definitions.notation.text import read_document
from crewlab.errors import CrewLabError
from crewlab.ui.components.plain_text import escape

if TYPE_CHECKING:
    from crewlab.definitions.problem import Problem
    from crewlab.lab import Lab

SOURCE = "the text"
_MOST_PROBLEMS = 12
_LINE = re.compile(rf"{SOURCE}, line (\d+):")


@dataclass(frozen=True)
class Verdict:
    """What stands in the way of a text, and what would stand in the way of running it."""

    unreadable: str = ""
    """Why it is no document at all."""
    problems: Sequence[tuple[int | None, Problem]] = ()
    """What `check` says, each with its line where that is known."""

    @property
    def marks(self) -> dict[int, Literal["error", "warning"]]:
        """The lines that something is wrong with; an error outweighs a warning."""
        if found := _LINE.match(self.unreadable):
            return {int(found[1]): "error"}
        marks: dict[int, Literal["error", "warning"]] = {}
        for line, problem in self.problems:
            if line is not None and marks.get(line) != "error":
                marks[line] = "error" if problem.severity == "error" else "warning"
        return marks


def verdict_of(lab: Lab, text: str) -> Verdict:
    """Read the text and check what it says, without applying it."""
    try:
        document = read_document(text, source=SOURCE)
    except CrewLabError as error:
        return Verdict(str(error))
    problems = lab.definitions.check(document)
    lines = lines_of(text, [path_of(document, one.where) for one in problems])
    return Verdict(problems=list(zip(lines, problems, strict=True)))


def show_verdict(verdict: Verdict) -> None:
    """Draw it."""
    if verdict.unreadable:
        told = verdict.unreadable.removeprefix(f"{SOURCE}, ")
        st.error(escape(told[:1].upper() + told[1:]), icon=":material/error:")
        return
    if not verdict.problems:
        st.success("This text can be applied, and can run.", icon=":material/check_circle:")
    for line, problem in verdict.problems[:_MOST_PROBLEMS]:
        color, icon = ("red", "error") if problem.severity == "error" else ("orange", "warning")
        place = f"line {line}" if line else problem.where
        st.markdown(f":small[:{color}[:material/{icon}: {escape(place)}]: {escape(f'{problem.what} {problem.hint}')}]")
    if len(verdict.problems) > _MOST_PROBLEMS:
        st.caption(f"And {len(verdict.problems) - _MOST_PROBLEMS} more.")


def path_of(document: Mapping[str, Any], where: str) -> list[str | int]:
    """The path of a place as problems name it, with tasks by position."""
    parts: list[str | int] = [part for part in where.split(".") if part]
    names = task_names(document) if parts[:1] == ["tasks"] and is_editable(document) else []
    if len(parts) > 1 and parts[1] in names:
        parts[1] = names.index(str(parts[1]))
    return parts
