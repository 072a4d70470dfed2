"""A folder with crews and tables to run from the command line, and a way to call it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from crewlab.commands.program import app
from crewlab.settings import PROJECT
from tests.made_once import command_line as command_line

Call = Callable[..., Result]

GREETER = """
name: greeter
agents:
  host: {role: Host, goal: Greet people, backstory: A friendly host., llm: {model: rehearsal/terse, seed: 7}}
tasks:
  - {name: greet, description: "Greet {topic} in one line.", expected_output: One line, agent: host}
"""


@pytest.fixture
def call(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs `python -m crewlab` with the given words, in a folder with two crews and a table, and no examples."""
    monkeypatch.setenv("CREWLAB_EXAMPLES", str(tmp_path / "no-examples"))
    monkeypatch.setenv("CREWLAB_RETRY_WAIT_SECONDS", "0")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "greeter.yaml").write_text(GREETER)
    (tmp_path / "failing.yaml").write_text(GREETER.replace("seed: 7", "error_rate: 1").replace("greeter", "failing"))
    (tmp_path / "table.csv").write_text("topic\nAda\nGrace\nEdsger\n")
    return lambda *words, **options: CliRunner().invoke(app, [str(word) for word in words], **options)


@pytest.fixture
def examples() -> Path:
    """The folder of the example crews."""
    return PROJECT / "data" / "examples"
