"""The Python in a file: all of it, or what the cells of a notebook hold."""

from __future__ import annotations

import json

PYTHON = (".py", ".ipynb")
_MAGIC = ("%", "!", "?")


def is_python(path: str) -> bool:
    """Whether a file of this path holds Python."""
    return path.endswith(PYTHON)


def names_crews(path: str, data: bytes) -> bool:
    """Whether code may say anything of a crew by itself."""
    return "crew" in path or b"crew" in data.lower()


def code_of(path: str, data: bytes) -> str:
    """The text to parse; a line of a notebook that is no Python is a comment, so that lines keep their numbers."""
    text = data.decode("utf-8-sig", "replace")
    return _of_notebook(text) if path.endswith(".ipynb") else text


def _of_notebook(text: str) -> str:
    try:
        cells = json.loads(text)["cells"]
        sources = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    lines = "\n\n".join("".join(map(str, each)) if isinstance(each, list) else str(each) for each in sources)
    return "\n".join(f"# {line}" if line.lstrip().startswith(_MAGIC) else line for line in lines.splitlines())
