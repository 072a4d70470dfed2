"""The catalogue of roles."""

from __future__ import annotations

from crewlab.definitions.checks import check
from crewlab.definitions.library.roles import role_catalogue, with_role
from tests.definitions.documents import crew


def test_every_role_makes_a_whole_agent():
    """An agent made of an entry alone has nothing to complain of but the inputs that it asks for."""
    assert len(role_catalogue()) >= 20
    agents = {name: with_role({}, name) for name in role_catalogue()}
    found = check(crew(agents=agents, tasks=[{"name": "t", "description": "d", "expected_output": "e", "agent": name}
                                             for name in agents][:1]))  # fmt: skip
    assert {problem.id for problem in found} <= {"agent.idle"}


def test_a_role_of_the_catalogue_fills_what_is_empty():
    """And nothing else: what somebody wrote stays."""
    empty = with_role({"role": "", "goal": "", "backstory": "", "llm": "x"}, "Editor")
    assert empty["goal"].startswith("Make the text shorter")
    assert empty["goals"] == ["Keep the author's voice"]
    assert (empty["role"], empty["llm"]) == ("Editor", "x")
    written = with_role({"role": "Writer", "goal": "Mine", "backstory": "Mine too"}, "Editor")
    assert written == {"role": "Editor", "goal": "Mine", "backstory": "Mine too"}


def test_a_role_in_ones_own_words_is_taken_as_it_is():
    """Nothing is filled in that nobody chose."""
    assert with_role({"goal": ""}, "Beekeeper") == {"goal": "", "role": "Beekeeper"}
