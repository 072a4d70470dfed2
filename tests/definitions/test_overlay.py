"""The models of a launch over those of a definition."""

from __future__ import annotations

from crewlab.definitions.library.model_profiles import ModelProfile
from crewlab.definitions.models import agents_of, is_rehearsal, models_of, named_llms, profiles_used
from crewlab.definitions.overlay import Chosen, Overlay
from tests.definitions.documents import agent, crew

FAST = ModelProfile(name="fast", model="openai/gpt-4o-mini", parameters={"temperature": 0.1}, requests_per_minute=5)
TEAM = crew(agents={"a": agent(llm="m1"), "b": agent(llm="fast")}, llm="m2")


def test_the_choice_for_an_agent_wins_then_the_launch_then_the_definition():
    """Each agent has one model, and it is clear which."""
    overlay = Overlay("for-all", {"a": "for-a"})
    assert overlay.choose("a", "m1").llm == "for-a"
    assert overlay.choose("b", "m1").llm == "for-all"
    assert Overlay().choose("b", "m1").llm == "m1"
    assert [overlay.covers("b"), Overlay(llms={"a": "x"}).covers("b")] == [True, False]


def test_a_profile_is_written_out_and_known():
    """What runs is the profile's model with its parameters; fields beside the name win over them."""
    overlay = Overlay(profiles={"fast": FAST})
    assert overlay.choose("b", "fast") == Chosen({"model": "openai/gpt-4o-mini", "temperature": 0.1}, FAST)
    assert overlay.resolved({"model": "fast", "temperature": 1}).llm == {
        "model": "openai/gpt-4o-mini",
        "temperature": 1,
    }
    assert overlay.resolved({"model": "fast", "base_url": "http://127.0.0.1/v1"}).profile is None


def test_every_reader_of_models_sees_the_overlay():
    """Lists of models, the rehearsal label and places agree."""
    overlay = Overlay(None, {"a": "rehearsal/plain"}, {"fast": FAST})
    assert models_of(TEAM, overlay) == ("rehearsal/plain", "openai/gpt-4o-mini")
    assert is_rehearsal(TEAM, overlay)
    assert [where for where, _ in named_llms(TEAM, overlay)] == ["llms.a", "agents.b.llm"]
    assert [where for where, _ in named_llms(TEAM, Overlay("x", {"a": "y"}))] == ["llms.a", "llm"]
    assert [where for where, _ in named_llms(TEAM, Overlay("x", {"a": "y", "b": "z"}))] == ["llms.a", "llms.b"]


def test_a_snapshot_takes_the_profiles_that_it_uses():
    """Those of agents, of the launch, and of models named elsewhere; no others."""
    others = {name: ModelProfile(name=name, model="rehearsal/plain") for name in ("plan", "judge", "unused")}
    overlay = Overlay(profiles={"fast": FAST, **others})
    document = {**TEAM, "planning_llm": "plan"}
    assert set(profiles_used(document, overlay, {"model": "judge"})) == {"fast", "plan", "judge"}


def test_a_manager_can_be_given_a_model():
    """By its name, or as `manager` where the document has none for it."""
    document = crew(agents={"a": agent(llm="m1")}, process="hierarchical", manager_llm="m3")
    assert agents_of(document) == ("a", "manager")
    assert models_of(document, Overlay(llms={"manager": "m9"})) == ("m9", "m1")
