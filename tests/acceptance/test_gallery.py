"""Everything in the gallery runs, as an analyst would run it first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crewlab.definitions.gallery import Template, gallery
from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.engine.people.conversations import Conversation
from crewlab.errors import ArgumentError
from crewlab.executions.execution import Execution
from crewlab.lab import Lab
from crewlab.settings import PROJECT

TEMPLATES = [
    template
    for template in gallery(PROJECT / "data" / "gallery", PROJECT / "data" / "examples")
    if "example" not in template.tags
]


def runnable(template: Template) -> dict[str, object]:
    """The crew, or a crew of one task for an agent."""
    if template.kind == "crew":
        return template.document
    task = {"name": "work", "description": "Say what you do.", "expected_output": "A line.", "agent": template.name}
    return {"name": template.name, "agents": {template.name: template.document}, "tasks": [task]}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, at_once: None) -> Iterator[Lab]:
    """One for all: crews and agents run at the same time."""
    with Lab.open(tmp_path_factory.mktemp("gallery")) as opened:
        yield opened


FLOWS = {
    "approved-release-notes": ["write", "review", "publish"],
    "careful-reader": ["read", "summarise"],
    "due-diligence": ["market", "legal", "board_paper"],
    "segments-one-by-one": ["themes", "report"],
}
"""The steps that each takes with its own state, when a person approves at once; the last one ends it."""


@pytest.fixture(scope="module")
def flows(lab: Lab) -> dict[str, Execution]:
    """The execution of each flow of the gallery, made a definition first, with what it needs."""
    lab.start()
    handles = {name: lab.launch(lab.gallery.save(name)) for name in FLOWS}
    (question,) = [lab.wait([handles["approved-release-notes"].execution_id])]
    lab.answer(question[0].execution_id, outcome="approved")
    ended = lab.wait([handle.execution_id for handle in handles.values()])
    return dict(zip(handles, ended, strict=True))


@pytest.mark.parametrize("name", FLOWS)
def test_a_flow_takes_its_steps(name: str, lab: Lab, flows: dict[str, Execution]):
    """As a definition of one's own, whose check finds nothing, to its end."""
    assert lab.definitions.check(lab.definitions.version(name).document) == []
    assert flows[name].status == "completed", flows[name].error
    steps = [run.step for run in lab.steps(flows[name].execution_id) if run.attempt == flows[name].attempt]
    assert {step for step in steps if "[" not in step} == set(FLOWS[name])
    assert steps[-1] == FLOWS[name][-1]


def test_a_file_that_cannot_be_read_takes_the_other_way(lab: Lab):
    """The error route: the flow completes with what to do."""
    execution = lab.run(lab.gallery.get("careful-reader").document, {"file": "missing.csv"})
    assert execution.status == "completed"
    assert execution.output == "The file missing.csv could not be read. Put it into the files folder."


def test_a_conversation_takes_the_way_of_each_message(lab: Lab):
    """An expression, an agent, a crew and the model itself reply."""
    said = {
        "What is your name?": "converse_turn",
        "Where is my order 1042?": "look_up",
        "Which tea do you recommend?": "advise",
        "I complain: it arrived broken.": "apologise",
    }
    talk = lab.chat(lab.gallery.save("store-assistant").name)
    assert isinstance(talk, Conversation)
    assert lab.definitions.check(lab.definitions.version("store-assistant").document) == []
    replies = {step: talk.say(words).text for words, step in said.items()}
    assert replies["look_up"] == "Order 1042 is on its way."
    assert "priority: " in replies["apologise"]
    steps = {step.step for step in lab.steps(talk.say("Goodbye!").turn.execution_id)}
    assert {*said.values(), "end_conversation"} <= steps


@pytest.fixture(scope="module")
def ended(lab: Lab) -> dict[str, Execution]:
    """The execution of each crew and agent, by kind and name."""
    lab.start()
    chosen = [template for template in TEMPLATES if template.kind in ("crew", "agent")]
    handles = [lab.launch(runnable(template), template.inputs) for template in chosen]
    executions = lab.wait([handle.execution_id for handle in handles])
    return {f"{template.kind} {template.name}": one for template, one in zip(chosen, executions, strict=True)}


@pytest.mark.parametrize(
    "name", [f"{template.kind} {template.name}" for template in TEMPLATES if template.kind in ("crew", "agent")]
)
def test_it_completes_with_its_own_inputs(name: str, ended: dict[str, Execution]):
    """On the rehearsal model, every task done or skipped by its condition."""
    execution = ended[name]
    assert execution.status == "completed", execution.error
    assert execution.tasks_done == execution.tasks_total


@pytest.mark.parametrize(
    "template", [template for template in TEMPLATES if template.kind == "tool"], ids=lambda template: template.name
)
def test_a_tool_answers(template: Template, lab: Lab):
    """With the arguments that come with it."""
    tried = lab.test_tool(ToolRecord.model_validate(template.document), template.inputs)
    assert tried.ok, tried


def test_a_crew_of_the_gallery_becomes_a_definition_of_ones_own(lab: Lab):
    """Under its own name, a free one, or the one that was asked for."""
    first = lab.gallery.save("meeting-minutes")
    second = lab.gallery.save("meeting-minutes")
    third = lab.gallery.save("meeting-minutes", as_name="lease")
    assert (first.name, second.name, third.name) == ("meeting-minutes", "meeting-minutes_2", "lease")
    assert first.note == "From the gallery: Meeting minutes"
    assert lab.definitions.version("lease").document["agents"] == lab.gallery.get("meeting-minutes").document["agents"]


def test_an_agent_is_not_a_definition(lab: Lab):
    """It says what it is a part of."""
    with pytest.raises(ArgumentError, match="'editor' is not a crew or a flow"):
        lab.gallery.save("editor")
