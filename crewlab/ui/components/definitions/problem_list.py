"""What is wrong with a definition, as a list that leads to the place where it can be put right."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from crewlab.definitions.problem import Problem
from crewlab.ui.components.formats import plural
from crewlab.ui.components.plain_text import escape
from crewlab.ui.links import link


def show_problems(problems: Sequence[Problem], *, definition_id: str | None = None) -> bool:
    """Draw errors and warnings; return whether there is an error, so that nothing may start."""
    errors = [problem for problem in problems if problem.severity == "error"]
    warnings = [problem for problem in problems if problem.severity == "warning"]
    if errors:
        st.error(
            f"**It cannot run yet: {plural(len(errors), 'problem')}.**\n\n{_listed(errors)}", icon=":material/error:"
        )
        if definition_id:
            link("definition", "Put it right", ":material/edit_note:", id=definition_id)
    if warnings:
        with st.expander(plural(len(warnings), "warning"), icon=":material/warning:"):
            st.markdown(_listed(warnings))
    return bool(errors)


def _listed(problems: Sequence[Problem]) -> str:
    return "\n".join(f"- `{problem.where}`: {escape(problem.what)} {escape(problem.hint)}" for problem in problems)
