"""Memory and knowledge as a person sees them: real crewAI, a real store, and a model server that reads the prompts."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crewlab.errors import InvalidDefinitionError, KnowledgeError
from crewlab.executions.cassette import Cassette
from crewlab.executions.events import (
    KnowledgeRead,
    KnowledgeSearched,
    MemoryRecalled,
    MemorySaved,
    MemorySaveFailed,
)
from crewlab.executions.execution import Execution
from crewlab.lab import Lab
from crewlab.memory.memories import Note, Sight, learned_now
from crewlab.settings import Settings
from tests.conftest import wait_until
from tests.model_server import Body, ModelServer, call_tool, hang, say, status, together

EXTRACTS = "You extract discrete"
COMPARES = "You are comparing new content"
REWRITES = "Your goal is to rewrite"
MEMORIES = "Memories from past conversations"


def reply(body: Body) -> str:
    """Learns a fact that names the input of the task; every other question is answered with it, too."""
    text = " ".join(str(message.get("content") or "") for message in body["messages"])
    code = (re.findall(r"parcel (\w+)", text) or ["none"])[0]
    if EXTRACTS in text:
        return json.dumps({"memories": [f"Fact of {code}: it is heavy."]})
    if COMPARES in text:
        number, code = re.findall(r"id=(\d+)", text)[0], re.findall(r"Fact of (\w+)", text)[0]
        update = {"action": "update", "record_id": number, "new_content": f"Fact of {code}: it is heavy, as ever."}
        return json.dumps({"actions": [update], "insert_new": False})
    if REWRITES in text:
        return "when do lavender boxes ship"
    return f"The parcel {code} is heavy."


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(reply=reply) as running:
        yield running


@pytest.fixture
def lab(data: Path) -> Iterator[Lab]:
    with Lab.open(settings=Settings(data=data, model_attempts=1, retry_wait_seconds=0.01)) as opened:
        yield opened


def crew(server: ModelServer, *tasks: str, memory: Any = None, **fields: Any) -> dict[str, Any]:
    """A crew whose only agent does a task per name; each names the input `code`."""
    names = tasks or ("weigh",)
    return {
        "name": "parcels",
        "process": "sequential",
        "llm": {"model": "openai/any", "base_url": server.url},
        "memory": memory,
        "agents": {"clerk": {"role": "Clerk", "goal": "weigh", "backstory": "b", "max_iter": 3}},
        "tasks": [
            {
                "name": name,
                "description": f"{name} the parcel {{code}}",
                "expected_output": "a sentence",
                "agent": "clerk",
            }
            for name in names
        ],
        **fields,
    }


def prompts(server: ModelServer, *, of: str = "") -> list[str]:
    """What agents were asked, without the questions of memory and knowledge themselves."""
    asked = [request.text for request in server.requests if request.path.endswith("completions")]
    return [text for text in asked if EXTRACTS not in text and REWRITES not in text and of in text]


def events(lab: Lab, execution: Execution, kind: type[Any]) -> list[Any]:
    return [event for _, event in lab.events(execution.execution_id) if isinstance(event, kind)]


def test_definition_memory_recalls_in_the_second_execution(lab: Lab, server: ModelServer):
    """What the first execution learned is in the prompt of the second, in crewAI's words."""
    lab.definitions.save(crew(server, memory={"scope": "definition"}))
    first = lab.run("parcels", {"code": "A1"})
    assert MEMORIES not in prompts(server)[0]
    second = lab.run("parcels", {"code": "B2"})
    assert (first.status, second.status) == ("completed", "completed")
    asked = prompts(server)[-1]
    assert re.search(rf"{MEMORIES}:\nRelevant memories:\n- \(score=0\.\d\d\) Fact of A1: it is heavy\.", asked)
    assert [memory.content for memory in lab.memories("parcels")] == [
        "Fact of B2: it is heavy.",
        "Fact of A1: it is heavy.",
    ]


@pytest.mark.parametrize(
    ("weights", "score"),
    [
        ({"recency_weight": 1, "importance_weight": 0}, "1.00"),
        ({"recency_weight": 0, "importance_weight": 1, "default_importance": 0.25}, "0.25"),
    ],
)
def test_a_memory_weighs_what_it_finds(lab: Lab, server: ModelServer, weights: dict[str, float], score: str):
    """crewAI's score: here only how new a memory is, or how important."""
    lab.definitions.save(crew(server, memory={"scope": "definition", "semantic_weight": 0, **weights}))
    for code in ("A1", "B2"):
        lab.run("parcels", {"code": code})
    assert f"(score={score}) Fact of A1" in prompts(server)[-1]


def test_a_memory_may_be_read_only(lab: Lab, server: ModelServer):
    """What is there is recalled; nothing is learned, no model is asked what to keep, and there is no tool to save."""
    lab.definitions.save(crew(server, memory={"scope": "definition"}))
    lab.run("parcels", {"code": "A1"})
    before = len(server.requests)
    later = crew(server, memory={"scope": "definition", "read_only": True})
    lab.definitions.save(later, definition_id=lab.definitions.get("parcels").definition_id)
    lab.run("parcels", {"code": "B2"})
    assert len(server.requests) == before + 1
    assert "Fact of A1" in prompts(server)[-1]
    assert [tool["function"]["name"] for tool in server.requests[-1].body["tools"]] == ["search_memory"]
    assert [memory.content for memory in lab.memories("parcels")] == ["Fact of A1: it is heavy."]


@pytest.mark.parametrize(("threshold", "query"), [(10, "heavy boxes; blue"), (1000, "weigh the parcel B2")])
def test_a_model_may_say_what_to_search_for(lab: Lab, server: ModelServer, threshold: int, query: str):
    """For descriptions that are long enough: crewAI's question, once before the task; its phrases are searched for."""
    embedder = {"provider": "openai", "config": {"model": "embed-1", "base_url": server.url}}
    memory = {"scope": "definition", "query_analysis_threshold": threshold}
    lab.definitions.save(crew(server, memory=memory, embedder=embedder))
    analysis = say(json.dumps({"recall_queries": ["heavy boxes", " ", "blue"]}))
    server.script(analysis, analysis, about="You analyze a query")
    lab.run("parcels", {"code": "A1"})
    second = lab.run("parcels", {"code": "B2"})
    asked = [request.text for request in server.requests if "You analyze a query" in request.text]
    assert len(asked) == (2 if threshold == 10 else 0)
    assert all("Query: weigh the parcel" in text for text in asked)
    assert events(lab, second, MemoryRecalled)[0].query == query
    embedded = {text for request in server.requests for text in request.body.get("input", ())}
    assert embedded & {"heavy boxes", "blue", "weigh the parcel B2"} == set(query.split("; "))
    assert "Fact of A1" in prompts(server, of="weigh the parcel B2")[-1]


def test_a_memory_may_have_a_model_and_an_embedder_of_its_own(lab: Lab, server: ModelServer):
    """Its questions go to that model, and its texts there; a model of the launch counts for the memory, too."""
    embedder = {"provider": "openai", "config": {"model_name": "embed-1", "api_base": server.url}}
    own = {"llm": {"model": "openai/cheap", "base_url": server.url}, "embedder": embedder}
    lab.definitions.save(crew(server, memory={"scope": "definition", "query_analysis_threshold": 0, **own}))
    first = lab.run("parcels", {"code": "A1"})
    lab.run("parcels", {"code": "B2"})
    assert {request.body["model"] for request in server.requests_about(EXTRACTS)} == {"cheap"}
    assert {request.body["model"] for request in server.requests_about("You analyze a query")} == {"cheap"}
    assert {request.body["model"] for request in server.requests_about("Your personal goal")} == {"any"}
    assert {request.body["model"] for request in server.requests if "input" in request.body} == {"embed-1"}
    assert "Fact of A1" in prompts(server, of="weigh the parcel B2")[-1]
    calls = lab.llm_calls_df(execution_ids=[first.execution_id])
    assert set(zip(calls["model"], calls["purpose"], strict=True)) == {
        ("openai/any", "agent"),
        ("openai/cheap", "memory"),
        ("openai/embed-1", "embedding"),
    }
    assert first.usage.input_tokens == int(calls["input_tokens"].sum())
    third = lab.run("parcels", {"code": "C3"}, llm={"model": "openai/any", "base_url": server.url})
    assert "openai/cheap" not in set(lab.llm_calls_df(execution_ids=[third.execution_id])["model"])


def test_definitions_share_a_storage(lab: Lab, server: ModelServer, data: Path):
    """What one definition learns there, another one recalls; it is a file that can be copied, and forgotten."""
    document = crew(server, memory={"storage": "./shipping/parcels/", "extract": False})
    lab.definitions.save(document)
    lab.definitions.save({**document, "name": "others"})
    lab.definitions.save({**document, "name": "strangers", "memory": {"storage": "lancedb", "scope": "definition"}})
    lab.run("parcels", {"code": "A1"})
    lab.run("others", {"code": "B2"})
    lab.run("strangers", {"code": "C3"})
    assert "Result: The parcel A1 is heavy." in prompts(server, of="weigh the parcel B2")[-1]
    assert MEMORIES not in prompts(server, of="weigh the parcel C3")[0]
    assert (data / "memories" / "shipping" / "parcels.sqlite3").is_file()
    assert [memory.storage for memory in lab.memories("others")] == ["shipping/parcels"] * 2
    assert lab.memories("parcels") == lab.memories("others")
    assert [memory.storage for memory in lab.memories("strangers")] == [""]
    assert (lab.clear_memory("parcels"), lab.memories("others")) == (2, [])


def test_a_model_may_consolidate_memories(lab: Lab, server: ModelServer):
    """What is learned again is no second memory: the first is rewritten, once the execution is complete."""
    memory = {"scope": "definition", "consolidation_threshold": 0.7}
    lab.definitions.save(crew(server, "weigh", "label", memory=memory))
    lab.run("parcels", {"code": "A1"})
    assert server.requests_about(COMPARES), "two tasks of one execution learn the same"
    assert [one.content for one in lab.memories("parcels")] == ["Fact of A1: it is heavy, as ever."]
    lab.run("parcels", {"code": "QQQQQQ"})
    assert len(lab.memories("parcels")) == 2, "what is far from all that is there is kept beside it"
    known = lab.memories("parcels")
    server.script(status(400), about="label the parcel A1")
    assert lab.run("parcels", {"code": "A1"}).status == "failed"
    assert lab.memories("parcels") == known, "an execution that fails changes nothing"
    before = len(server.requests_about(COMPARES))
    execution = lab.run("parcels", {"code": "A1"})
    again = server.requests_about(COMPARES)[before:]
    assert "id=" in again[0].text
    assert "content: Fact of A1: it is heavy, as ever." in again[0].text
    assert sum(event.replaced for event in events(lab, execution, MemorySaved)) == len(again) == 2
    assert len(lab.memories("parcels")) == 2
    calls = lab.llm_calls_df(execution_ids=[execution.execution_id])
    assert list(calls["purpose"]).count("memory") == 4, "of two tasks, each extracts and compares"
    assert execution.usage.input_tokens == int(calls["input_tokens"].sum())


def test_a_replay_consolidates_as_recorded(lab: Lab, server: ModelServer):
    """The answers of the model are played, and the memories that there are stay as they are."""
    lab.definitions.save(crew(server, memory={"scope": "definition", "consolidation_limit": 3}))
    lab.run("parcels", {"code": "A1"})
    lab.run("parcels", {"code": "A1"}, cassette=Cassette.record("tape"))
    known, requests = lab.memories("parcels"), len(server.requests)
    replayed = lab.run("parcels", {"code": "A1"}, cassette=Cassette.replay("tape"))
    assert (replayed.status, len(server.requests)) == ("completed", requests)
    assert lab.memories("parcels") == known


MISSES = "If something is missing"


def teach(lab: Lab, *contents: str) -> None:
    """As if an earlier execution of `parcels` had learned this."""
    memories, embedder = lab.engine.library.memories, lab.engine.library.offline
    sight = Sight(lab.settings.owner, lab.definitions.get("parcels").definition_id, "earlier")
    notes = [Note("", content, "clerk", True) for content in contents]
    memories.keep(sight, (0, "t"), learned_now(notes, embedder.name, embedder.embed(contents)))
    memories.publish(sight)


@pytest.mark.parametrize("budget", [0, 1])
def test_a_model_may_say_what_is_missing(lab: Lab, server: ModelServer, budget: int):
    """Where what was found is doubted: asked in crewAI's words; what it misses is searched for, and found."""
    doubt = {"confidence_threshold_low": 1, "confidence_threshold_high": 1, "exploration_budget": budget}
    lab.definitions.save(crew(server, memory={"scope": "definition", "extract": False, **doubt}))
    teach(lab, *(f"weigh the parcel B{number}" for number in range(6)), "Lavender boxes ship on Mondays.")
    server.script(say("Weights are known.\nMissing: when lavender boxes ship."), about=MISSES)
    execution = lab.run("parcels", {"code": "B2"})
    asked = server.requests_about(MISSES)
    assert len(asked) == budget
    assert ("Lavender boxes ship on Mondays." in prompts(server, of="Your personal goal")[0]) is bool(budget)
    recalled = events(lab, execution, MemoryRecalled)[0]
    assert (recalled.explored, recalled.missing) == (budget, ("when lavender boxes ship.",) * budget)
    calls = lab.llm_calls_df(execution_ids=[execution.execution_id])
    assert sorted(calls["purpose"]) == ["agent", *["memory"] * budget]
    assert execution.usage.input_tokens == int(calls["input_tokens"].sum())


def test_searching_with_the_tool_asks_what_is_missing_too(lab: Lab, server: ModelServer):
    """And what is asked can be cancelled like every call of a model."""
    doubt = {"confidence_threshold_low": 1, "confidence_threshold_high": 1}
    document = crew(server, memory={"scope": "definition", "extract": False, **doubt})
    lab.definitions.save(document)
    teach(lab, *(f"weigh the parcel B{number}" for number in range(25)), "Lavender boxes ship on Mondays.")
    server.script(call_tool("search_memory", {"queries": ["weigh the parcel"]}), about="Your personal goal")
    server.script(say("fine"), say("Missing: when lavender boxes ship."), about=MISSES)
    execution = lab.run("parcels", {"code": "B2"})
    assert "Lavender boxes" in prompts(server, of="Found memories")[0]
    assert [event.explored for event in events(lab, execution, MemoryRecalled)] == [1, 1]
    server.script(hang(), about=MISSES)
    handle = lab.launch("parcels", {"code": "B2"})
    wait_until(lambda: len(server.requests_about(MISSES)) == 3, "the question about what is missing")
    lab.cancel(handle.execution_id)
    assert handle.wait().status == "cancelled"
    wait_until(lambda: server.requests_about(MISSES)[-1].dropped_by_client, "the request to be dropped")


def test_a_memory_may_be_kept_under_a_path(lab: Lab, server: ModelServer):
    """Whoever names it, or a path above it, recalls what is kept there; nobody else does."""
    paths = {"weigh": "crew/parcels", "label": "/crew/", "send": "/crew/parcels//", "count": "/crew/par"}
    document = crew(server, *paths)
    for task in document["tasks"]:
        memory = {"scope": "definition", "root_scope": paths[task["name"]]}
        document["agents"][task["name"]] = {**document["agents"]["clerk"], "memory": memory}
        task |= {"agent": task["name"], "context": []}
    del document["agents"]["clerk"]
    lab.definitions.save(document)
    lab.run("parcels", {"code": "A1"})
    recalled = {name: "Fact of A1" in prompts(server, of=f"{name} the")[-1] for name in paths}
    assert recalled == {"weigh": False, "label": True, "send": True, "count": False}
    assert {memory.keeper for memory in lab.memories("parcels")} == {"/crew/parcels", "/crew", "/crew/par"}
    lab.run("parcels", {"code": "B2"})
    assert prompts(server, of="weigh the parcel B2")[-1].count("Fact of A1") == 1
    assert "Fact of A1" in prompts(server, of="count the parcel B2")[-1]


def test_a_memory_may_be_a_part_of_another_one(lab: Lab, server: ModelServer):
    """crewAI's two: a scope keeps and recalls under a path, a slice recalls from several and learns nothing."""
    parts = {
        "weigh": {"memory_kind": "scope", "root_path": "/weights/"},
        "label": {"root_path": "/labels"},
        "send": {"memory_kind": "slice", "scopes": ["/weights", "/other"]},
        "count": {"scopes": ["/"]},
    }
    document = crew(server, *parts)
    for task in document["tasks"]:
        own = {"scope": "definition", "extract": False, **parts[task["name"]]}
        document["agents"][task["name"]] = {**document["agents"]["clerk"], "memory": own}
        task |= {"agent": task["name"], "context": []}
    del document["agents"]["clerk"]
    lab.definitions.save(document)
    lab.run("parcels", {"code": "A1"})
    assert {memory.keeper for memory in lab.memories("parcels")} == {"/weights", "/labels"}
    asked = {name: prompts(server, of=f"Current Task: {name} the")[-1] for name in parts}
    seen = {name: set(re.findall(r"\) Task: (\w+) the", text)) for name, text in asked.items()}
    assert seen == {"weigh": set(), "label": set(), "send": {"weigh"}, "count": {"weigh", "label"}}


def test_execution_memory_is_forgotten_with_the_execution(lab: Lab, server: ModelServer):
    """A later task of the same execution recalls it; the next execution does not, and nothing is listed."""
    lab.definitions.save(crew(server, "weigh", "label", memory=True))
    lab.run("parcels", {"code": "A1"})
    assert "Fact of A1" in prompts(server, of="label")[-1]
    lab.run("parcels", {"code": "B2"})
    assert not any("Fact of A1" in text for text in prompts(server, of="parcel B2"))
    assert lab.memories("parcels") == []


@pytest.mark.parametrize("scope", ["execution", "definition"])
def test_executions_at_once_never_see_each_others(lab: Lab, server: ModelServer, scope: str):
    """Sixteen executions that overlap: no prompt holds what another one learned, whatever the scope."""
    server.script(*together(11))
    document = crew(server, "weigh", "label", "send", memory={"scope": scope})
    found = lab.run_each(document, [{"code": f"X{number}Y"} for number in range(16)])
    assert {execution.status for execution in found} == {"completed"}
    recalled = 0
    for text in prompts(server):
        own = re.findall(r"parcel (X\d+Y)", text)[0]
        facts = set(re.findall(r"Fact of (X\d+Y)", text))
        recalled += bool(facts)
        assert facts <= {own}
    assert recalled == 2 * 16


def test_memories_belong_to_one_definition(lab: Lab, server: ModelServer):
    """Another definition of the same owner recalls nothing of it, and clearing one leaves the other alone."""
    lab.definitions.save(crew(server, memory={"scope": "definition"}))
    lab.definitions.save({**crew(server, memory={"scope": "definition"}), "name": "others"})
    lab.run("parcels", {"code": "A1"})
    lab.run("others", {"code": "B2"})
    assert "Fact of A1" not in prompts(server)[-1]
    assert lab.clear_memory("parcels") == 1
    assert (len(lab.memories("parcels")), len(lab.memories("others"))) == (0, 1)
    lab.definitions.delete("others")
    assert lab.memories("others") == []


def test_a_resumed_execution_remembers_and_nothing_is_kept_twice(lab: Lab, server: ModelServer):
    """The second attempt recalls what the first learned in its finished task; that is kept once."""
    server.script(status(400), about="label the parcel")
    lab.definitions.save(crew(server, "weigh", "label", memory={"scope": "definition"}))
    failed = lab.run("parcels", {"code": "A1"})
    assert failed.status == "failed"
    assert lab.memories("parcels") == []
    lab.resume(failed.execution_id)
    done = lab.wait([failed.execution_id])[0]
    assert (done.status, done.attempt) == ("completed", 2)
    assert "Fact of A1" in prompts(server, of="label")[-1]
    assert [memory.task_name for memory in lab.memories("parcels")] == ["label", "weigh"]


def test_a_fork_remembers_the_tasks_that_it_reuses(lab: Lab, server: ModelServer):
    """Memory belongs to outputs: with a reused output comes what was learned, and not with an edited one."""
    source = lab.run(crew(server, "weigh", "label", memory=True), {"code": "A1"})
    fork = lab.fork(source.execution_id, from_task="label").wait()
    assert "Fact of A1" in prompts(server, of="label")[-1]
    edited = lab.fork(source.execution_id, outputs={"weigh": "It is light."}).wait()
    assert (fork.status, edited.status) == ("completed", "completed")
    assert "Fact of A1" not in prompts(server, of="label")[-1]


def test_a_cancelled_execution_teaches_nobody(lab: Lab, server: ModelServer):
    """Half of an execution is not what later ones should learn from."""
    server.script(hang(), about="label the parcel")
    lab.definitions.save(crew(server, "weigh", "label", memory={"scope": "definition"}))
    handle = lab.launch("parcels", {"code": "A1"})
    wait_until(lambda: events(lab, handle.refresh(), MemorySaved), "the first task to be remembered")
    lab.cancel(handle.execution_id)
    assert handle.wait().status == "cancelled"
    assert lab.memories("parcels") == []


def test_agents_search_and_save_with_tools(lab: Lab, server: ModelServer):
    """crewAI's two tools work; what a tool saved is recalled at once and kept when the task is done."""
    save = call_tool("save_to_memory", {"contents": ["Fact of tools: blue."]})
    search = call_tool("search_memory", {"queries": ["what is blue"]})
    server.script(save, search)
    lab.definitions.save(crew(server, memory={"scope": "definition", "extract": False}))
    execution = lab.run("parcels", {"code": "A1"})
    assert execution.status == "completed"
    assert "Found memories:\n- (score=" in server.requests[2].text
    assert "Fact of tools: blue." in server.requests[2].text
    contents = [memory.content for memory in lab.memories("parcels")]
    assert "Fact of tools: blue." in contents
    assert any(text.startswith("Task: weigh the parcel A1\nAgent: Clerk") for text in contents)
    assert len(server.requests) == 3, "extract: false asks no model"
    assert [event.by_tool for event in events(lab, execution, MemoryRecalled)] == [False, True]


def test_an_agent_may_have_a_memory_of_its_own(lab: Lab, server: ModelServer):
    """What it keeps for itself no other agent recalls."""
    document = crew(server, "weigh", "label", "send")
    document["agents"]["clerk"]["memory"] = {"scope": "execution"}
    document["agents"]["boss"] = {"role": "Boss", "goal": "g", "backstory": "b"}
    document["tasks"][1]["agent"] = "boss"
    for task in document["tasks"]:
        task["context"] = []
    lab.run(document, {"code": "A1"})
    assert "Fact of A1" not in prompts(server, of="label the")[-1]
    assert "Fact of A1" in prompts(server, of="send the")[-1]


def test_memory_calls_are_on_record(lab: Lab, server: ModelServer):
    """The call that extracts has a purpose of its own, and its usage is the task's."""
    execution = lab.run(crew(server, memory=True), {"code": "A1"})
    calls = lab.llm_calls_df(execution_ids=[execution.execution_id])
    assert sorted(calls["purpose"]) == ["agent", "memory"]
    assert execution.usage.input_tokens == server.usage.input_tokens
    saved = events(lab, execution, MemorySaved)[0]
    assert (saved.count, saved.scope, saved.contents) == (1, "execution", ("Fact of A1: it is heavy.",))
    assert saved.task_name == "weigh"


def test_a_model_that_cannot_extract_loses_nothing(lab: Lab, server: ModelServer):
    """As in crewAI the whole result is remembered then, and the task is done."""
    server.script(status(400), about=EXTRACTS)
    execution = lab.run(crew(server, memory=True), {"code": "A1"})
    assert execution.status == "completed"
    assert events(lab, execution, MemorySaved)[0].contents[0].endswith("Result: The parcel A1 is heavy.")


def test_knowledge_is_looked_up_for_a_task(lab: Lab, server: ModelServer):
    """The query is rewritten by the model, and the best piece stands in the prompt in crewAI's words."""
    lab.add_knowledge_file("handbook.md", b"The lavender boxes ship on Mondays.")
    sources = [{"type": "file", "path": "handbook.md"}, {"source_type": "string", "content": "Turbines turn slowly."}]
    execution = lab.run(crew(server, knowledge_sources=sources), {"code": "A1"})
    assert "Additional Information: The lavender boxes ship on Mondays." in prompts(server)[0]
    assert "Turbines" not in prompts(server)[0]
    searched = events(lab, execution, KnowledgeSearched)[0]
    assert (searched.query, searched.results) == ("when do lavender boxes ship", 1)
    assert searched.found[0].score > 0.6
    read = events(lab, execution, KnowledgeRead)[0]
    assert [(file.path, file.changed_since_launch) for file in read.files] == [("handbook.md", False)]
    assert execution.options.knowledge_files == {"handbook.md": read.files[0].sha256}


def test_knowledge_of_an_agent_is_its_own(lab: Lab, server: ModelServer):
    """Another agent is not given it; knowledge_config limits what is found."""
    document = crew(server, "weigh", "label")
    texts = [{"content": f"lavender boxes ship on day {number}"} for number in range(4)]
    document["agents"]["clerk"] |= {"knowledge_sources": texts, "knowledge_config": {"results_limit": 2}}
    document["agents"]["boss"] = {"role": "Boss", "goal": "g", "backstory": "b"}
    document["tasks"][1]["agent"] = "boss"
    lab.run(document, {"code": "A1"})
    assert prompts(server, of="weigh the")[0].count("ship on day") == 2
    assert "ship on day" not in prompts(server, of="label the")[-1]


def test_what_is_found_has_to_be_close_enough(lab: Lab, server: ModelServer):
    """The threshold of a `knowledge_config` decides how little alike a piece may be."""
    for threshold, is_told in ((0.6, False), (0.0, True)):
        document = crew(server, knowledge_sources=[{"content": "Turbines turn slowly."}])
        document["agents"]["clerk"] |= {"knowledge_config": {"score_threshold": threshold}}
        lab.run(document, {"code": "A1"})
        assert ("Turbines" in prompts(server)[-1]) is is_told


def test_a_file_that_changes_after_the_launch_is_told(lab: Lab, server: ModelServer):
    """The attempt says so, and the execution keeps the hash of what it was launched with."""
    lab.add_knowledge_file("handbook.md", b"The lavender boxes ship on Mondays.")
    document = crew(server, knowledge_sources=[{"type": "file", "path": "handbook.md"}])
    server.script(status(400))
    execution = lab.run(document, {"code": "A1"})
    changed = lab.add_knowledge_file("handbook.md", b"The lavender boxes ship on Fridays.", replace=True)
    lab.resume(execution.execution_id)
    done = lab.wait([execution.execution_id])[0]
    read = events(lab, done, KnowledgeRead)[-1]
    assert (read.files[0].changed_since_launch, read.files[0].sha256, read.level) == (True, changed.sha256, "warning")
    assert done.options.knowledge_files["handbook.md"] != changed.sha256


def test_a_missing_file_is_refused_before_anything_runs(lab: Lab, server: ModelServer):
    """The problem names the file, the place and what there is."""
    with pytest.raises(InvalidDefinitionError, match=r"knowledge_sources\.0: There is no knowledge file 'gone\.md'"):
        lab.run(crew(server, knowledge_sources=[{"type": "file", "path": "gone.md"}]), {"code": "A1"})
    assert server.requests == []


def test_a_server_may_make_the_vectors(lab: Lab, server: ModelServer):
    """Its calls are model calls of the execution, counted and priced like others; a piece is embedded once."""
    embedder = {"provider": "openai", "config": {"model": "embed-1", "base_url": server.url}}
    fields = {"embedder": embedder, "knowledge_sources": [{"content": "The lavender boxes ship on Mondays."}]}
    document = crew(server, memory={"scope": "definition"}, **fields)
    execution = lab.run(document, {"code": "A1"})
    assert "Additional Information: The lavender" in prompts(server)[0]
    calls = lab.llm_calls_df(execution_ids=[execution.execution_id])
    embedded = calls[calls["purpose"] == "embedding"]
    assert len(embedded) == sum(request.path.endswith("/embeddings") for request in server.requests) >= 3
    assert execution.usage.input_tokens == server.usage.input_tokens
    second = lab.run(document, {"code": "B2"})
    assert "Fact of A1" in prompts(server)[-1]
    texts = [text for request in server.requests for text in request.body.get("input", ())]
    assert texts.count("The lavender boxes ship on Mondays.") == 1
    assert second.status == "completed"


def test_an_agent_may_have_an_embedder_of_its_own(lab: Lab, server: ModelServer):
    """What it knows is told apart by it, what its crew knows is not."""
    embedder = {"provider": "openai", "config": {"model": "embed-1", "base_url": server.url}}
    document = crew(server, knowledge_sources=[{"content": "Turbines turn slowly."}])
    known = [{"content": "The lavender boxes ship on Mondays."}]
    document["agents"]["clerk"] |= {"embedder": embedder, "knowledge_sources": known}
    assert lab.run(document, {"code": "A1"}).status == "completed"
    texts = [text for request in server.requests for text in request.body.get("input", ())]
    assert known[0]["content"] in texts
    assert "Turbines turn slowly." not in texts


def test_memories_of_another_embedder_are_found(lab: Lab, server: ModelServer):
    """Whoever changes the embedder does not lose what was learned: its vectors are made anew."""
    lab.definitions.save(crew(server, memory={"scope": "definition"}))
    lab.run("parcels", {"code": "A1"})
    embedder = {"provider": "openai", "config": {"model": "embed-1", "base_url": server.url}}
    definition_id = lab.definitions.get("parcels").definition_id
    lab.definitions.save(crew(server, memory={"scope": "definition"}, embedder=embedder), definition_id=definition_id)
    lab.run("parcels", {"code": "B2"})
    assert "Fact of A1" in prompts(server)[-1]


def test_an_embedder_that_fails_fails_the_task(lab: Lab, server: ModelServer):
    """A task without its memories would be another one; the error is that of the call."""
    embedder = {"provider": "openai", "config": {"model": "embed-1", "base_url": "http://127.0.0.1:9/v1"}}
    document = crew(server, knowledge_sources=[{"content": "lavender"}], embedder=embedder)
    execution = lab.run(document, {"code": "A1"})
    assert execution.status == "failed"
    assert execution.error
    assert "127.0.0.1:9" in execution.error.message
    assert server.requests == []


def test_memories_that_cannot_be_kept_do_not_lose_the_task(
    lab: Lab, server: ModelServer, monkeypatch: pytest.MonkeyPatch
):
    """What was paid for is completed, and the event says what went wrong."""
    from crewlab.errors import MemoryStoreError
    from crewlab.memory.memories import Memories

    def full(*_: Any) -> None:
        raise MemoryStoreError("The disk is full.")

    monkeypatch.setattr(Memories, "keep", full)
    execution = lab.run(crew(server, memory=True), {"code": "A1"})
    assert execution.status == "completed"
    assert events(lab, execution, MemorySaveFailed)[0].error.message == "The disk is full."


def test_a_replay_recalls_and_finds_what_was_recorded(lab: Lab, server: ModelServer):
    """Offline, with the memory cleared and the file gone, the answers and the events are those of the recording."""
    lab.add_knowledge_file("handbook.md", b"The lavender boxes ship on Mondays.")
    document = crew(server, memory={"scope": "definition"}, knowledge_sources=[{"type": "file", "path": "handbook.md"}])
    lab.definitions.save(document)
    lab.run("parcels", {"code": "A1"})
    recorded = lab.run("parcels", {"code": "B2"}, cassette=Cassette.record("tape"))
    requests = len(server.requests)
    lab.clear_memory("parcels")
    lab.delete_knowledge_file("handbook.md")
    replayed = lab.run("parcels", {"code": "B2"}, cassette=Cassette.replay("tape"))
    assert (replayed.status, replayed.output) == ("completed", recorded.output)
    assert len(server.requests) == requests
    assert [event.is_replay for event in events(lab, replayed, MemoryRecalled)] == [True]
    assert [event.is_replay for event in events(lab, replayed, KnowledgeSearched)] == [True]
    assert lab.memories("parcels") == [], "a replay teaches nobody"


def test_secrets_are_masked_in_memories(lab: Lab, server: ModelServer, data: Path):
    """What a model repeats of a secret is masked before it is kept, and a file that holds one is refused."""
    lab.remember_key("A_KEY", "sk-planted-0123456789")
    save = call_tool("save_to_memory", {"contents": ["the key is sk-planted-0123456789"]})
    server.script(save)
    lab.definitions.save(crew(server, memory={"scope": "definition", "extract": False}))
    lab.run("parcels", {"code": "A1"})
    assert "the key is •••" in [memory.content for memory in lab.memories("parcels")]
    with pytest.raises(KnowledgeError, match="known secret"):
        lab.add_knowledge_file("a.md", b"the key is sk-planted-0123456789")
    for path in data.glob("memory.sqlite3*"):
        assert b"sk-planted-0123456789" not in path.read_bytes()


WITHOUT = """
import sys, threading
from crewlab.lab import Lab
with Lab.open() as lab:
    document = {
        "name": "plain", "process": "sequential", "llm": "rehearsal/plain",
        "agents": {"a": {"role": "r", "goal": "g", "backstory": "b"}},
        "tasks": [{"name": "t", "description": "d", "expected_output": "e", "agent": "a"}],
    }
    assert lab.run(document).status == "completed"
    unwanted = ("crewlab.memory", "crewlab.bridge.recollection.telling")
    print(sorted(name for name in sys.modules if name.startswith(unwanted)))
    print(sorted({event.kind for _, event in lab.events(lab.executions()[0].execution_id)} & {"memory_recalled"}))
    print([thread.name for thread in threading.enumerate() if thread.name == "crewlab-tool"])
"""


def test_an_execution_without_memory_costs_nothing(data: Path):
    """No module of it is loaded, no file made, no thread started, nothing recorded."""
    told = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True).stdout
    assert told.split("\n")[:3] == ["[]", "[]", "[]"]
    assert not list(data.glob("memory*"))
    assert not (data / "knowledge").exists()


def test_what_a_person_accepted_is_remembered_without_another_call(lab: Lab, server: ModelServer):
    """What was learned waits with the answer: nobody recalls it before, and acceptance asks no model."""
    document = crew(server, "weigh", "label", memory={"scope": "definition"})
    document["tasks"][0]["human_input"] = True
    lab.definitions.save(document)
    waiting = lab.run("parcels", {"code": "A1"})
    assert (waiting.status, len(server.requests)) == ("waiting", 2)
    assert lab.memories("parcels") == []
    lab.answer(waiting.execution_id)
    done = lab.wait([waiting.execution_id])[0]
    assert (done.status, len(server.requests)) == ("completed", 4)
    assert "Fact of A1" in prompts(server, of="label the")[-1]
    assert [memory.task_name for memory in lab.memories("parcels")] == ["label", "weigh"]


def test_what_led_to_feedback_is_replaced(lab: Lab, server: ModelServer):
    """What was learned from an answer that was sent back is not kept beside what was learned from the next one."""
    document = crew(server, memory={"scope": "definition"})
    document["tasks"][0]["human_input"] = True
    lab.definitions.save(document)
    waiting = lab.run("parcels", {"code": "A1"})
    lab.answer(waiting.execution_id, "Shorter, please.")
    again = lab.wait([waiting.execution_id])[0]
    assert again.status == "waiting"
    lab.answer(waiting.execution_id)
    assert lab.wait([waiting.execution_id])[0].status == "completed"
    assert len(lab.memories("parcels")) == 1


def test_guardrail_retries_are_remembered_once(lab: Lab, server: ModelServer):
    """Only the output that passed teaches anything."""
    document = crew(server, memory={"scope": "definition", "extract": False})
    document["tasks"][0]["guardrail"] = "Names a number."
    server.script(say("It is light."), say('{"passed": false, "feedback": "no number"}'))
    server.script(say("It weighs 12."), say('{"passed": true, "feedback": ""}'))
    lab.definitions.save(document)
    assert lab.run("parcels", {"code": "A1"}).status == "completed"
    (memory,) = lab.memories("parcels")
    assert memory.content.endswith("Result: It weighs 12.")


def test_a_coworker_remembers_too(lab: Lab, server: ModelServer):
    """Work that is delegated begins with the memories of the crew, as in crewAI."""
    lab.definitions.save(crew(server, memory={"scope": "definition"}))
    lab.run("parcels", {"code": "A1"})
    document = crew(server, memory={"scope": "definition"})
    document["agents"]["boss"] = {"role": "Boss", "goal": "g", "backstory": "b", "allow_delegation": True}
    document["tasks"][0]["agent"] = "boss"
    lab.definitions.save(document, definition_id=lab.definitions.get("parcels").definition_id)
    work = {"task": "lift the parcel A1", "context": "c", "coworker": "Clerk"}
    server.script(call_tool("delegate_work_to_coworker", work), about="weigh the parcel B2")
    assert lab.run("parcels", {"code": "B2"}).status == "completed"
    assert "Fact of A1" in prompts(server, of="lift the parcel")[0]
