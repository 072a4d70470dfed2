"""The example notebooks run from top to bottom."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.conftest import CHILD_PATH
from tests.left_open import take_away

NOTEBOOKS = sorted((Path(__file__).parents[2] / "data" / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
# The kernel's own sockets are closed by the garbage collector: not ours to close.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning:zmq")
def test_the_example_notebook_runs(path: Path, data: Path, monkeypatch: pytest.MonkeyPatch):
    """A newcomer can press *Run all* after `make notebook` and every cell works, inside the notebook's running loop."""
    monkeypatch.setenv("PYTHONPATH", CHILD_PATH)
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    take_away()
    assert data.exists()


def test_there_is_a_notebook():
    """`make notebook` has something to show."""
    assert NOTEBOOKS
