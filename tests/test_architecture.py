"""The shape of the house: who may import whom, how thin pages are, how large things may grow."""

from __future__ import annotations

import ast
import functools
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "crewlab"
MODULES = sorted(PACKAGE.rglob("*.py"))
PAGES = sorted((ROOT / "pages").glob("*.py"))
EVERYWHERE = [*MODULES, *PAGES, ROOT / "app.py"]

RANKS: dict[str, int] = {
    "errors": 0,
    "settings": 1,
    "secrets": 2,
    "definitions": 3,
    "executions": 4,
    "memory": 5,
    "store": 6,
    "bridge": 6,
    "engine": 7,
    "analysis": 7,
    "access": 7,
    "experiments": 8,
    "lab": 9,
    "remote": 9,
    "api": 10,
    "ui": 10,
    "commands": 10,
    "__main__": 11,
}
"""Imports point to a lower rank, or stay inside one part; two parts of one rank do not know each other."""

FENCES: dict[str, tuple[str, ...]] = {
    "duckdb": ("crewlab/store/",),
    "sqlite3": ("crewlab/memory/", "crewlab/bridge/checkpoint"),
    "crewai": ("crewlab/bridge/",),
    "crewai_core": ("crewlab/bridge/",),
    "crewai_tools": ("crewlab/bridge/",),
    "streamlit": ("crewlab/ui/", "app.py"),
    "streamlit_agraph": ("crewlab/ui/",),
    "plotly": ("crewlab/analysis/",),
}
"""Each of these libraries is imported in one place only."""

THREAD_MAKERS = {"Thread", "ThreadPoolExecutor", "ProcessPoolExecutor", "new_event_loop", "to_thread", "Timer"}
THREAD_FENCE = ("crewlab/engine/", "crewlab/store/writing/writer.py")

UI_SEES = {"lab", "analysis", "experiments", "executions", "definitions", "errors", "ui"}
BANNED_NAMES = re.compile(r"run_id|job_id|kickoff_id|[A-Za-z]*(Manager|Helper|Processor)|utils|helpers?")


@functools.cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Everything in a module, read once for all rules."""
    return tuple(ast.walk(ast.parse(path.read_text("utf-8"))))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every imported module of a file, also inside functions, with its line."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            if node.module == "crewlab":
                yield from ((node.lineno, f"crewlab.{alias.name}") for alias in node.names)


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length in lines of every function, docstring left out."""
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            yield f"{name_of(path)}:{node.name}", (node.end_lineno or 0) - first.lineno + 2


def test_imports_point_one_way():
    """A part imports only parts below it, so that each can be read, tested and replaced alone."""
    assert [wrong for path in MODULES for wrong in upward_imports(path)] == []


def upward_imports(path: Path) -> Iterator[str]:
    own = part_of(path)
    for line, module in imports(path):
        if own == "__init__" or not module.startswith("crewlab."):
            continue
        other = module.split(".")[1]
        if other != own and RANKS.get(other, 99) >= RANKS[own] and not (own == "remote" and other == "lab"):
            yield f"{name_of(path)}:{line}: {module}"


def test_libraries_stay_behind_their_fence():
    """DuckDB, crewAI, Streamlit and plotly each have one door."""
    assert [
        f"{name_of(path)}:{line}: {module}"
        for path in EVERYWHERE
        for line, module in imports(path)
        if (fence := FENCES.get(module.split(".")[0])) and not name_of(path).startswith(fence)
    ] == []


def test_pages_see_the_lab_only():
    """Views reach the store, the engine and crewAI through the lab."""
    assert [
        f"{name_of(path)}:{line}: {module}"
        for path in MODULES
        if part_of(path) == "ui"
        for line, module in imports(path)
        if module.startswith("crewlab.") and module.split(".")[1] not in UI_SEES
    ] == []


def test_threads_and_loops_are_made_in_the_engine():
    """One place to reason about concurrency: the engine, and the store's writer thread."""
    assert [
        f"{name_of(path)}:{node.lineno}: {name}"
        for path in MODULES
        if not name_of(path).startswith(THREAD_FENCE)
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and (name := getattr(node.func, "attr", getattr(node.func, "id", ""))) in THREAD_MAKERS
    ] == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_pages_are_thin(path: Path):
    """A page is a docstring, imports and one call; the logic is in `crewlab.ui.views`."""
    body = ast.parse(path.read_text("utf-8")).body
    assert len(body) <= 4
    assert not [node for node in body if isinstance(node, ast.ClassDef | ast.FunctionDef)]


def test_modules_are_small():
    """No module is longer than 400 lines, no function longer than 60."""
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in EVERYWHERE}
    assert {name: length for name, length in lengths.items() if length > 400} == {}
    assert [f"{name} {length}" for path in EVERYWHERE for name, length in functions(path) if length > 60] == []


def test_functions_are_short():
    """Half of all functions fit in 10 lines, nine of ten in 35."""
    lengths = [length for path in MODULES for _, length in functions(path)]
    assert statistics.median(lengths) <= 10
    assert statistics.quantiles(lengths, n=10)[-1] <= 35


def test_one_word_for_one_thing():
    """The glossary's banned identifiers do not come back."""
    assert [
        f"{name_of(path)}: {name}"
        for path in MODULES
        for name in [path.stem, *chosen_names(path)]
        if BANNED_NAMES.fullmatch(name)
    ] == []


def chosen_names(path: Path) -> Iterator[str]:
    """Every name that a module gives: to variables, arguments, functions and classes."""
    for node in nodes(path):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def test_crewlab_imports_light():
    """`import crewlab` in a notebook or script loads neither crewAI nor Streamlit."""
    code = "import crewlab, sys; print([m for m in ('crewai', 'streamlit', 'plotly') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_top_level_holds_what_was_agreed():
    """A reader finds the same few names at the top."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    top = {name.split("/")[0] for name in listed if name}
    assert top <= {
        "app.py", "pages", "crewlab", "data", "tests", "requirements.txt", "README.md", "pyproject.toml", "Makefile",
        "LICENSE", "CHANGELOG.md", ".streamlit", ".ci", ".gitignore", ".pre-commit-config.yaml",
    }  # fmt: skip
