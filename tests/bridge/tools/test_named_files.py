"""Files that a crew names: other words for its manager, and what its agents learned elsewhere."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from crewlab.definitions.checks import check
from crewlab.errors import BuildError, DocumentError
from crewlab.executions.events import ModelCallCompleted
from tests.bridge.attempts import Attempt, one_task, run

PROMPTS = {"hierarchical_manager_agent": {"role": "Choirmaster", "goal": "Harmony", "backstory": "Sings."}}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with a prompt file and one of `crewai train`."""
    (tmp_path / "prompts.json").write_text(json.dumps(PROMPTS), encoding="utf-8")
    (tmp_path / "bare.json").write_text("{}", encoding="utf-8")
    (tmp_path / "trained.pkl").write_bytes(pickle.dumps({"Writer of bees": {"suggestions": ["Rhyme", "Be brief"]}}))
    return tmp_path


def managed(**fields: Any) -> dict[str, Any]:
    return {**one_task(), "process": "hierarchical", "manager_llm": "rehearsal/plain", **fields}


def told(attempt: Attempt) -> str:
    return str([call.messages for call in attempt.of(ModelCallCompleted)])


def test_a_prompt_file_speaks_for_the_manager(files: Path):
    """As in crewAI, for a manager whom the crew does not describe."""
    done = run(managed(prompt_file="prompts.json"), files=files)
    assert done.error is None
    assert "You are Choirmaster. Sings." in told(done)
    assert "Your personal goal is: Harmony" in told(done)
    assert "Crew Manager" not in told(done)


def test_a_prompt_file_without_a_manager_is_said_to_do_nothing():
    """It changes no other prompt in crewAI either."""
    assert [problem.id for problem in check({**one_task(), "prompt_file": "p.json"})] == ["crew.prompt_file.unused"]
    assert check(managed(prompt_file="p.json")) == []


def test_agents_follow_what_a_trained_file_says_of_their_role(files: Path):
    """In crewAI's words; the role is the one with its inputs filled in."""
    document = {**one_task(), "trained_agents_file": "trained.pkl"}
    document["agents"]["writer"]["role"] = "Writer of {topic}"
    followed, other = run(document, files=files), run(document, {"topic": "wasps"}, files=files)
    assert "You MUST follow these instructions: \\n - Rhyme\\n - Be brief" in told(followed)
    assert followed.error is None
    assert "Rhyme" not in told(other)


@pytest.mark.parametrize(
    ("fields", "error", "says"),
    [
        ({"prompt_file": "nowhere.json"}, BuildError, "nowhere.json"),
        ({"prompt_file": "bare.json"}, DocumentError, "does not describe the manager"),
        ({"prompt_file": "../prompts.json"}, BuildError, "outside"),
        ({"trained_agents_file": "prompts.json"}, DocumentError, "not one of `crewai train`"),
        ({"trained_agents_file": "/etc/hostname"}, BuildError, "outside"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_clear_error(files: Path, fields: dict[str, Any], error: Any, says: str):
    """Before anything is asked of a model."""
    done = run(managed(**fields), files=files)
    assert isinstance(done.error, error)
    assert says in done.error.message
    assert not done.of(ModelCallCompleted)


@pytest.mark.parametrize("name", ["../x.json", "/etc/passwd", "~/x", "C:\\x"])
def test_a_path_that_leads_out_is_an_error_of_the_check(name: str):
    """Also where it would not be read."""
    ids = [problem.id for problem in check(managed(prompt_file=name))]
    assert ids == ["crew.file.unsafe"]
