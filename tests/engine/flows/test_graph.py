"""Triggers: which step begins when, as crewAI's runtime has it, but for what it cancels or holds back."""

from __future__ import annotations

from typing import Any

from crewlab.definitions.flows.flow import parse_flow
from crewlab.engine.flows.graph import Call, Graph


def graph(most: int = 100, **steps: dict[str, Any]) -> Graph:
    """Of steps that are all expressions."""
    methods = {name: {"do": {"call": "expression", "expr": "1"}, **step} for name, step in steps.items()}
    return Graph(parse_flow({"name": "f", "config": {"max_method_calls": most}, "methods": methods}))


def story(made: Graph, outcomes: dict[str, Any] | None = None, most: int = 40) -> list[str]:
    """The steps in the order in which they begin, each over before the next one is."""
    outcomes, begun = dict(outcomes or {}), []
    ready = made.begin()
    while ready and len(begun) < most:
        call = ready.pop(0)
        begun.append(call.step)
        outcome = outcomes.get(call.step)
        if isinstance(outcome, list):
            outcome = outcome.pop(0) if outcome else None
        ready += made.over(call, outcome)
    return begun


def test_an_and_waits_for_all_of_them_and_says_which():
    """The join begins once, with everything that it waited for."""
    made = graph(a={"start": True}, b={"start": True}, join={"listen": {"and": ["a", "b"]}})
    first, second = made.begin()
    assert made.over(first) == []
    (join,) = made.over(second)
    assert (join.step, join.trigger) == ("join", ("a", "b"))


def test_an_or_of_several_fires_at_the_first_of_them():
    """The other one runs on, and fires nothing any more."""
    made = graph(a={"start": True}, b={"start": True}, join={"listen": {"or": ["a", "b"]}})
    first, second = made.begin()
    assert [call.step for call in made.over(first)] == ["join"]
    assert made.over(second) == []


def test_an_or_fires_again_when_a_router_takes_an_outcome_that_it_names():
    """A loop over an `or` goes round."""
    steps = {
        "a": {"start": True},
        "work": {"listen": {"or": ["a", "again"]}},
        "decide": {"listen": "work", "router": True, "emit": ["again", "done"]},
        "end": {"listen": "done"},
    }
    assert story(graph(**steps), {"decide": ["again", "again", "done"]}) == [
        "a",
        "work",
        "decide",
        "work",
        "decide",
        "work",
        "decide",
        "end",
    ]


def test_an_or_that_fired_for_what_set_a_router_off_is_not_fired_by_that_router():
    """One stage is one event, whoever is quicker."""
    steps = {
        "a": {"start": True},
        "route": {"listen": "a", "router": True, "emit": ["good"]},
        "join": {"listen": {"or": ["a", "good"]}},
    }
    assert story(graph(**steps), {"route": "good"}) == ["a", "route", "join"]


def test_nested_conditions_are_met_as_a_whole():
    """`and` within `or`, and the other way round."""
    made = graph(
        a={"start": True}, b={"start": True}, c={"start": True}, join={"listen": {"and": ["a", {"or": ["b", "c"]}]}}
    )
    a, b, c = made.begin()
    assert made.over(c) == []
    assert [call.step for call in made.over(a)] == ["join"]
    assert made.over(b) == []


def test_a_router_raises_its_name_and_its_outcome():
    """In this order; an outcome that nobody listens to is no error."""
    steps = {
        "route": {"start": True, "router": True, "emit": ["good"]},
        "after": {"listen": "route"},
        "good_one": {"listen": "good"},
        "bad_one": {"listen": "bad"},
    }
    assert story(graph(**steps), {"route": "good"}) == ["route", "after", "good_one"]


def test_what_failed_raises_only_the_outcome_of_its_failure():
    """Whoever waits for its output does not begin."""
    made = graph(a={"start": True}, next={"listen": "a"}, repair={"listen": "broken"})
    (call,) = made.begin()
    assert [one.step for one in made.over(call, "broken", failed=True)] == ["repair"]


def test_a_flow_without_a_free_start_begins_with_the_conditional_ones():
    """As crewAI: all of them; where there is one, they wait for their condition."""
    assert story(graph(a={"start": "go"}, b={"listen": "a"})) == ["a", "b"]
    assert story(graph(a={"start": True}, b={"start": "a"})) == ["a", "b"]


def test_calls_are_counted_and_one_too_many_is_said_so():
    """A loop without an end has one: the call after the last that is allowed."""
    made = graph(
        3,
        a={"start": True},
        work={"listen": {"or": ["a", "again"]}},
        decide={"listen": "work", "router": True, "emit": ["again"]},
    )
    ready, calls = made.begin(), []
    while ready and not ready[0].is_beyond:
        call = ready.pop(0)
        calls.append(call)
        ready += made.over(call, "again" if call.step == "decide" else None)
    assert [call.number for call in calls if call.step == "work"] == [1, 2, 3]
    assert ready == [Call("work", 4, ("again",), ready[0].stage, is_beyond=True)]


def test_the_most_calls_are_those_of_one_turn():
    """A conversation may be longer; its calls are numbered on."""
    made = graph(most=1, speak={"start": True}, answer={"listen": "speak"})
    calls = []
    for _ in range(3):
        made.begin_turn()
        calls += made.over(made.start("speak"))
    assert [(call.number, call.is_beyond) for call in calls] == [(1, False), (2, False), (3, False)]


def test_what_comes_back_around_a_loop_fires_an_or_again():
    """A draft is judged, improved and judged again, without an outcome that names the judge."""
    steps = {
        "draft": {"start": True},
        "judge": {"listen": {"or": ["draft", "improve"]}},
        "decide": {"listen": "judge", "router": True, "emit": ["weak", "good"]},
        "improve": {"listen": "weak"},
        "end": {"listen": "good"},
    }
    assert story(graph(**steps), {"decide": ["weak", "weak", "good"]}) == [
        "draft",
        "judge",
        "decide",
        "improve",
        "judge",
        "decide",
        "improve",
        "judge",
        "decide",
        "end",
    ]


def test_a_branch_that_comes_late_fires_no_or_that_has_gone_on():
    """It does not descend from the loop, however often that has gone round."""
    made = graph(
        a={"start": True},
        slow={"start": True},
        judge={"listen": {"or": ["a", "slow", "improve"]}},
        improve={"listen": "judge"},
    )
    a, slow = made.begin()
    (first,) = made.over(a)
    (improve,) = made.over(first)
    (second,) = made.over(improve)
    assert (second.step, second.number) == ("judge", 2)
    assert made.over(slow) == []
    assert [call.step for call in made.over(second)] == ["improve"]


def test_a_join_descends_from_all_that_it_waited_for():
    """An `or` goes on around a loop that parts and joins again."""
    steps = {
        "a": {"start": True},
        "work": {"listen": {"or": ["a", "joined"]}},
        "left": {"listen": "work"},
        "right": {"listen": "work"},
        "joined": {"listen": {"and": ["left", "right"]}},
    }
    assert story(graph(**steps), most=9) == [
        "a", "work", "left", "right", "joined", "work", "left", "right", "joined",
    ]  # fmt: skip
