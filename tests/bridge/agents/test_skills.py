"""Skills: what a model is told of them is what stock crewAI tells it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crewlab.errors import BuildError
from crewlab.executions.events import SkillUsed, ToolCallCompleted, Unrecognised
from tests.bridge.attempts import Attempt, one_task, run
from tests.parity.cases import BOTH, FUNCTIONS, Case, crew, task
from tests.parity.catalogue import action, calls, final
from tests.parity.sides import INPUTS, seen, stock

BREW = "---\nname: brew\ndescription: How to brew\n---\nSteep it for three minutes."
POUR = "---\nname: pour\ndescription: How to pour\n---\nPour slowly."

LAUGHS = "\n".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12))
BOMB = f"---\nname: x\na0: &a0 [x]\n{LAUGHS}\ndescription: *a11\n---\nbody"
"""Its description, written out, is larger than any memory."""


def skill(folder: Path, text: str) -> None:
    """A folder with a skill."""
    folder.mkdir(parents=True)
    (folder / "SKILL.md").write_text(text)


@pytest.mark.parametrize("model", BOTH)
def test_a_model_loads_what_it_needs(tmp_path: Path, model: str, monkeypatch: pytest.MonkeyPatch):
    """Folders of the crew and of an agent, and a text: in prompts, as a tool, and its result; all as stock."""
    skill(tmp_path / "skills" / "brew", BREW)
    skill(tmp_path / "more" / "pour", POUR)
    sips = "---\nname: sip\ndescription: How to sip\n---\nSip."
    document = crew(task("look"), task("tell", "writer"), scout={"skills": ["more", sips]}, skills=["skills"])
    load = ("load_skill", {"skill_name": "brew"})
    answers = (calls(load), "done") if model == FUNCTIONS else (action(*load), final("done"))
    case = Case("skills", document, answers)
    monkeypatch.chdir(tmp_path)
    theirs = stock(case, model)
    with case.server() as server:
        attempt = run({**document, "llm": case.llm(model, server.url)}, INPUTS, files=tmp_path)
    assert attempt.error is None
    assert seen(server, "done").bodies == theirs.bodies
    assert "Steep it" in attempt.of(ToolCallCompleted)[0].result  # type: ignore[operator]  # there is one
    assert {(event.agent, event.skill) for event in attempt.of(SkillUsed)} == {("scout", "brew"), ("scout", "sip")}
    assert not attempt.of(Unrecognised)


def with_skills(*skills: Any, files: Path) -> Attempt:
    document = one_task()
    document["agents"]["writer"]["skills"] = list(skills)
    return run(document, files=files)


def test_a_folder_may_be_a_skill_itself(tmp_path: Path):
    """Not only one that holds several, as in crewAI."""
    skill(tmp_path / "brew", BREW)
    attempt = with_skills("brew", files=tmp_path)
    assert attempt.error is None


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("@acme/brew", "platform"),
        ("nowhere", "does not exist"),
        ("..", "outside"),
        ("link", "outside"),
        ("linked", "outside"),
        ("empty", "SKILL.md"),
        ("broken", "cannot be read"),
        ("wrong-name", "cannot be read"),
        ("--- no end", "does not exist"),
        ("---\nname: brew", "cannot be read"),
        ("---\nname: !!python/object/apply:os.mkdir [x]\ndescription: d\n---\nx", "cannot be read"),
        ("---x/../../secret", "outside"),
        (BOMB, "cannot be read"),
    ],
)
def test_what_is_no_skill_is_an_error_before_anything_is_paid(tmp_path: Path, named: str, message: str):
    """crewAI would go on without it, and nobody would know."""
    files = tmp_path / "files"
    skill(tmp_path / "secret", BREW)
    skill(files / "broken", "no head")
    skill(files / "wrong-name", BREW)
    (files / "empty").mkdir()
    (files / "link").symlink_to(tmp_path / "secret")
    (files / "linked").mkdir()
    (files / "linked" / "SKILL.md").symlink_to(tmp_path / "secret" / "SKILL.md")
    attempt = with_skills(named, files=files)
    assert isinstance(attempt.error, BuildError)
    assert message in attempt.error.message
    assert not attempt.events
