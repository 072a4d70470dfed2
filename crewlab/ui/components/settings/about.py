"""What this is: versions, licence, places, and what is new."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from crewlab.lab import Lab

_PROJECT = Path(__file__).resolve().parents[3]
_PARTS = ("crewai", "crewai-tools", "streamlit", "duckdb", "pandas", "plotly", "pyarrow", "pydantic", "cryptography")


def about(lab: Lab) -> None:
    """Draw it."""
    st.markdown(
        "**CrewLab**, a low-code laboratory for [CrewAI](https://github.com/crewAIInc/crewAI). Licence: Apache 2.0. "
        "Documentation: `README.md`, and [CrewAI's own](https://docs.crewai.com)."
    )
    st.dataframe(
        {
            "part": ["Python", *_PARTS],
            "version": [platform.python_version(), *(_version(name) for name in _PARTS)],
            "licence": ["PSF-2.0", *(_licence(name) for name in _PARTS)],
        },
        hide_index=True,
        width="stretch",
    )
    settings = lab.settings
    st.dataframe(
        {
            "place": ["Data folder", "Database", "Changed settings", "Program"],
            "path": [str(path) for path in
                     (settings.data, settings.database, settings.data / "settings.json", _PROJECT)],
        },
        hide_index=True,
        width="stretch",
    )  # fmt: skip
    changelog = _PROJECT / "CHANGELOG.md"
    if changelog.is_file():
        with st.expander("What is new", icon=":material/campaign:"):
            st.markdown(changelog.read_text("utf-8").partition("\n## ")[2].partition("\n")[2])


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _licence(name: str) -> str:
    """As the package says: by its identifier, else by its classifiers."""
    try:
        told = metadata(name).json
    except PackageNotFoundError:
        return ""
    classifiers = [str(line) for line in told.get("classifier", ())]
    named = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License")]
    return str(told.get("license_expression") or ", ".join(named) or told.get("license") or "")[:60]
