"""The rehearsal model's answers: made of the prompt, shaped by what is expected, always the same."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest

from crewlab.bridge.rehearsal.answers import Answer, answer, estimated_tokens
from crewlab.bridge.rehearsal.text import LABEL, VOICES

TASK = "Research the market for oat milk in Germany for the brand 'Nordic Oat'."


def prompt(
    task: str = TASK, expected: str = "A short text", context: str = "", ending: str = ""
) -> list[dict[str, Any]]:
    """A conversation as crewAI writes it."""
    text = (
        f"\nCurrent Task: {task}\n\nThis is the expected criteria for your final answer: {expected}\n"
        "you MUST return the actual complete content as the final answer, not a summary."
    )
    text += f"\n\nThis is the context you're working with:\n{context}" if context else ""
    text += ending + "\n\nProvide your complete response:"
    return [{"role": "system", "content": "You are Researcher. Careful."}, {"role": "user", "content": text}]


def said(messages: list[dict[str, Any]], **options: Any) -> str:
    return answer(messages, **options).text


def tool(name: str, description: str = "", **properties: Any) -> dict[str, Any]:
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


READ = tool("read_a_file_s_content", "Reads a file", file_path={"type": "string"})
LIST = tool("list_files_in_directory", "Lists files", directory={"type": "string"})
DELEGATE = tool(
    "delegate_work_to_coworker",
    "Delegate a specific task to one of the following coworkers: Network Engineer, Database Engineer\nThe input...",
    task={"type": "string"},
    context={"type": "string"},
    coworker={"type": "string"},
)
ASK = tool(
    "ask_question_to_coworker",
    "Ask a specific question to one of the following coworkers: Network Engineer, Database Engineer\nThe input...",
    question={"type": "string"},
    context={"type": "string"},
    coworker={"type": "string"},
)


def after_call(messages: list[dict[str, Any]], reply: Answer, result: str) -> list[dict[str, Any]]:
    """The conversation once the tool that `reply` asked for has returned `result`."""
    call = reply.tool_calls[0]
    return [
        *messages,
        {"role": "assistant", "content": None, "tool_calls": [call.as_message()]},
        {"role": "tool", "tool_call_id": call.call_id, "name": call.name, "content": result},
    ]


def test_equal_content_and_seed_repeat_exactly() -> None:
    """The same conversation gives the same answer, however often it is asked."""
    assert said(prompt(), seed=7) == said(prompt(), seed=7)


@pytest.mark.parametrize(
    "other",
    [prompt(task=TASK.replace("Germany", "France")), prompt(expected="Five bullets"), prompt(context="Prices fell.")],
    ids=["input", "expected output", "context"],
)
def test_a_changed_prompt_changes_the_answer(other: list[dict[str, Any]]) -> None:
    """An input, the expected output and the context all show in the answer."""
    assert said(other) != said(prompt())


def test_a_changed_seed_changes_the_answer() -> None:
    """The seed is part of what decides."""
    assert said(prompt(), seed=1) != said(prompt(), seed=2)


@pytest.mark.parametrize("voice", VOICES)
def test_every_voice_says_first_that_it_is_a_rehearsal(voice: str) -> None:
    """Nobody can take the text for evidence, in any voice."""
    assert said(prompt(), voice=voice).startswith(LABEL)


def test_the_task_and_its_inputs_are_quoted() -> None:
    """A person sees what the model was asked."""
    assert TASK in said(prompt())


def test_a_terse_voice_says_less_and_a_careful_one_says_how_sure_it_is() -> None:
    """Voices differ in more than their name."""
    assert len(said(prompt(), voice="terse")) < len(said(prompt())) < len(said(prompt(), voice="careful"))
    assert "Confidence:" in said(prompt(), voice="careful")


@pytest.mark.parametrize(
    ("expected", "count"),
    [
        ("Exactly five bullet points", 5),
        ("A list of 3-4 risks as bullets", 4),
        ("3 bullets", 3),
        ("two-point bullets", 2),
    ],
)
def test_bullets_come_in_the_number_that_was_asked_for(expected: str, count: int) -> None:
    """`expected_output` decides on the number of points."""
    assert len(re.findall(r"^- ", said(prompt(expected=expected)), re.MULTILINE)) == count


def test_a_table_has_the_columns_that_were_asked_for() -> None:
    """A Markdown table with a head, a rule and rows of the same width."""
    text = said(prompt(expected="A table of 3 rows with columns Competitor, Price and Share"))
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert rows[0] == "| Competitor | Price | Share |"
    assert len(rows) == 5
    assert {row.count("|") for row in rows} == {4}


def test_sections_have_the_headings_that_were_asked_for() -> None:
    """A report with named sections gets exactly those."""
    text = said(prompt(expected="A memo with sections: Summary, Risks and Next steps"))
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Summary", "Risks", "Next steps"]


def test_what_earlier_tasks_found_is_quoted() -> None:
    """A task that joins others shows the gist of each."""
    earlier = said(prompt(task="Look at prices of 'Oatly'"))
    context = f"{earlier}\n\n----------\n\nDemand doubled in two years in every region."
    text = said(prompt(context=context))
    assert "Demand doubled in two years in every region." in text
    assert text.count(LABEL) == 1


def test_a_task_named_by_the_model_schema_gets_json() -> None:
    """A schema that crewAI writes into the prompt is obeyed."""
    schema = {"type": "object", "properties": {"priority": {"enum": ["low", "high"]}}, "required": ["priority"]}
    ending = (
        "\nFormat your final answer according to the following OpenAPI schema: " + json.dumps(schema) + "\n\nDo not"
    )
    assert json.loads(said(prompt(ending=ending)))["priority"] in ("low", "high")


def test_the_marker_of_the_react_style_is_used_when_the_prompt_asks_for_it() -> None:
    """crewAI's text parser finds the final answer."""
    messages = prompt(ending="\nThought: I now can give a great answer\nFinal Answer: your answer")
    assert "\nFinal Answer: " + LABEL in said(messages)


def test_a_file_named_in_the_task_is_read() -> None:
    """The file tool gets the name from the prompt."""
    reply = answer(prompt(task="Check the quality of orders_2024.csv."), tools=[READ])
    assert reply.tool_calls[0].arguments == {"file_path": "orders_2024.csv"}


@pytest.mark.parametrize(
    ("function", "argument", "listed"),
    [
        (
            "read_file",
            "file_name",
            'Available input files (use the name in quotes with read_file tool):\n  - "notes" (n.md)',
        ),
        ("load_skill", "skill_name", '<available_skills>\n<skill name="notes">\nHow\n</skill>\n</available_skills>'),
    ],
)
def test_what_a_prompt_lists_is_asked_for_by_its_name(function: str, argument: str, listed: str) -> None:
    """Input files and skills: a rehearsal sees what is in them."""
    offered = tool(function, **{argument: {"type": "string"}})
    messages = prompt(task=f"Look.\n\n{listed}")
    assert answer(messages, tools=[offered]).tool_calls[0].arguments == {argument: "notes"}


def test_a_file_that_only_the_listing_names_is_read_after_it() -> None:
    """Without a name in the task the folder is listed first."""
    messages = prompt(task="Check the quality of every file.")
    listing = answer(messages, tools=[READ, LIST])
    assert listing.tool_calls[0].name == "list_files_in_directory"
    messages = after_call(messages, listing, "File paths:\n- customers.csv")
    assert answer(messages, tools=[READ, LIST]).tool_calls[0].arguments == {"file_path": "customers.csv"}


def test_tool_results_are_quoted_and_end_the_calls() -> None:
    """After its tools have answered, the model answers, with what they returned."""
    messages = prompt(task="Check the quality of orders.csv.")
    messages = after_call(messages, answer(messages, tools=[READ]), "order_id,amount\n1,20\n")
    reply = answer(messages, tools=[READ])
    assert not reply.tool_calls
    assert "order_id,amount" in reply.text


def test_a_manager_delegates_once_to_a_named_coworker_and_then_finishes() -> None:
    """One of the coworkers of the tool's description gets the task; no second delegation, no question."""
    messages = prompt(task="Explain the outage of 3 May.")
    reply = answer(messages, tools=[DELEGATE, ASK])
    arguments = reply.tool_calls[0].arguments
    assert arguments["coworker"] in ("Network Engineer", "Database Engineer")
    assert "outage of 3 May" in arguments["task"]
    after = answer(after_call(messages, reply, "The switch failed."), tools=[DELEGATE, ASK])
    assert not after.tool_calls
    assert "The switch failed." in after.text


SCHEMA = {
    "type": "object",
    "$defs": {"Owner": {"type": "object", "properties": {"email": {"type": "string", "format": "email"}}}},
    "properties": {
        "priority": {"enum": ["low", "normal", "urgent"]},
        "score": {"type": "integer", "minimum": 1, "maximum": 5},
        "share": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        "summary": {"type": "string", "minLength": 60, "maxLength": 80},
        "code": {"type": "string", "pattern": "^TCK-[0-9]{4}$"},
        "due": {"type": "string", "format": "date"},
        "tags": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 4, "uniqueItems": True},
        "owner": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/Owner"}]},
        "kind": {"const": "ticket"},
        "hours": {"type": "integer", "minimum": 0, "maximum": 48, "multipleOf": 4},
    },
    "required": ["priority", "score", "summary", "tags"],
    "additionalProperties": False,
}


@pytest.mark.parametrize("seed", range(40))
def test_structured_answers_obey_their_schema(seed: int) -> None:
    """Enums, limits, lengths, patterns, formats, references and required fields."""
    value = json.loads(said(prompt(), schema=SCHEMA, seed=seed))
    jsonschema.validate(value, SCHEMA, format_checker=jsonschema.FormatChecker())


def test_structured_strings_mention_the_input() -> None:
    """Distinct inputs give distinct objects, and a person can tell which is which."""
    schema = {"type": "object", "properties": {"summary": {"type": "string"}}}
    tickets = [f"Triage this ticket.\nTicket: printer {number} is on fire" for number in range(20)]
    summaries = [json.loads(said(prompt(task=task), schema=schema))["summary"] for task in tickets]
    assert all(f"printer {number}" in summary for number, summary in enumerate(summaries))


def test_a_check_passes_mostly_and_always_after_a_revision() -> None:
    """A guardrail refuses now and then, so that its retry is rehearsed, and never for ever."""
    schema = {"type": "object", "properties": {"valid": {"type": "boolean"}, "feedback": {"type": "string"}}}
    verdicts = [json.loads(said(prompt(), schema=schema, seed=seed))["valid"] for seed in range(200)]
    assert 0.8 < sum(verdicts) / 200 < 1
    retried = said(prompt(context="### Previous attempt failed validation: too long\n\n\n### Previous result:\nx"))
    checked = [{"role": "user", "content": f"Check this: {retried}"}]
    assert all(json.loads(said(checked, schema=schema, seed=seed))["valid"] for seed in range(50))


@pytest.mark.parametrize("text", ["", "\0\ud800", "{" * 5000, "| " * 2000, "a" * 100_000])
def test_any_text_gets_an_answer(text: str) -> None:
    """Strange prompts are answered like others."""
    assert said([{"role": "user", "content": text}]).startswith(LABEL)


def test_content_in_parts_is_read() -> None:
    """The protocol's list form of a message is the same as its text."""
    parts = [{"role": "user", "content": [{"type": "text", "text": "Greet Ada Lovelace"}]}]
    assert said(parts) == said([{"role": "user", "content": "Greet Ada Lovelace"}])


def test_tokens_are_estimated_from_characters() -> None:
    """Four characters make a token, and there is no empty text."""
    assert [estimated_tokens("x" * length) for length in (0, 1, 4, 5, 8)] == [1, 1, 1, 2, 2]
