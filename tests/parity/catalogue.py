"""Every case of the suite."""

from __future__ import annotations

import json
import re
from typing import Any

from crewlab.bridge.rehearsal.answers import Answer, ToolCall
from tests.model_server import Body, WrittenCall, call_tool, say, status
from tests.parity.cases import FUNCTIONS, TEXT, Case, crew, task
from tests.parity.differences import Difference

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
VALUES = {"coworker": "Writer", "task": "this", "context": "that", "question": "why", "words": "tea"}
TOO_LONG = status(400, "This model's maximum context length is 8192 tokens. Please reduce the length.")


def once(body: Body) -> Answer | str:
    """The first tool once, as a function or in text, then an answer that fits every crew."""
    whole, tools = "\n".join(str(message["content"]) for message in body["messages"]), body.get("tools") or []
    if tools and not any(message["role"] == "tool" for message in body["messages"]):
        function = tools[0]["function"]
        wanted = {name: value for name, value in VALUES.items() if name in function["parameters"]["properties"]}
        return Answer(tool_calls=(ToolCall("c0", function["name"], wanted),))
    in_text = re.search(r"Tool Name: (\w+)", whole)
    if in_text and "\nObservation: " not in whole.partition("Current Task:")[2]:
        return action(in_text.group(1), VALUES if "coworker" in in_text.group(1) else {"words": "tea"})
    return final('{"n": 1}') if in_text else '{"n": 1}'


def calls(*wanted: tuple[str, dict[str, Any]]) -> Answer:
    """An answer that calls functions."""
    return Answer(tool_calls=tuple(ToolCall(f"c{n}", name, arguments) for n, (name, arguments) in enumerate(wanted)))


def action(name: str, arguments: dict[str, Any]) -> str:
    """An answer that asks for a tool in text."""
    return f"Thought: a tool\nAction: {name}\nAction Input: {json.dumps(arguments)}"


def final(text: str) -> str:
    """An answer in text."""
    return f"Thought: done\nFinal Answer: {text}"


LOOK_UP = calls(("look_up", {"words": "tea"}))
LOOK_UP_MORE = calls(("look_up", {"words": "milk"}))
IN_TEXT = action("look_up", {"words": "tea"})
MORE_IN_TEXT = action("look_up", {"words": "milk"})
WITH_LOOKUP = crew(task("look", tools=["Lookup"]))
BEGINS_WITH = {"restore_from": "none.json", "on_events": ["crew_test_started"]}
"""An event that never comes: stock crewAI writes nothing."""

CHAINS = (
    Case("a chain", crew(task("look"), task("tell", "writer"), task("check")), once),
    Case("contexts", crew(task("a"), task("b", "writer", context=[]), task("c", context=["a"])), once),
    Case("markdown", crew(task("look", markdown=True)), once),
    Case("no system prompt", crew(task("look"), scout={"use_system_prompt": False}), once),
    Case(
        "templates",
        crew(
            task("look"),
            scout={
                "system_template": "<s>{{ .System }}</s>",
                "prompt_template": "<p>{{ .Prompt }}</p>",
                "response_template": "<r>{{ .Response }}</r>",
            },
        ),
        once,
    ),
    Case("the date", crew(task("look"), scout={"inject_date": True, "date_format": "%Y"}), once),
    Case(
        "parameters",
        crew(task("look")),
        once,
        models=(FUNCTIONS,),
        parameters={"temperature": 0.2, "top_p": 0.9, "max_tokens": 300, "seed": 7, "stop": ["END"]},
    ),
    Case("several answers", crew(task("look")), once, models=(FUNCTIONS,), parameters={"n": 3}),
    Case("streaming", WITH_LOOKUP, once, models=(FUNCTIONS,), parameters={"stream": True}),
    Case("a file to begin with", crew(task("look"), task("check"), checkpoint=BEGINS_WITH), once, models=(FUNCTIONS,)),
    Case(
        "a trigger",
        crew(task("look"), task("tell", allow_crewai_trigger_context=True), task("check")),
        once,
        inputs={"crewai_trigger_payload": {"id": 7}},
    ),
    Case("delegation", crew(task("look"), scout={"allow_delegation": True}), once),
    Case("a manager", crew(task("look", None), process="hierarchical"), once),
    Case("a manager and an agent", crew(task("look", "writer"), process="hierarchical"), once),
    Case("requests per minute", crew(task("look", tools=["Lookup"]), scout={"max_rpm": 600}, max_rpm=900), once),
)
TOOLS = (
    Case("a tool", WITH_LOOKUP, once),
    Case("a tool of an agent", crew(task("look"), scout={"tools": ["Lookup"]}), once),
    Case(
        "several calls at once",
        crew(task("look", tools=["Lookup", "Broken"])),
        (calls(("look_up", {"words": "a"}), ("broken", {"words": "b"}), ("look_up", {"words": "c"})), "done"),
        models=(FUNCTIONS,),
    ),
    Case("the same call again", WITH_LOOKUP, (LOOK_UP, LOOK_UP, "done"), models=(FUNCTIONS,)),
    Case("the same call again, in text", WITH_LOOKUP, (IN_TEXT, IN_TEXT, final("done")), models=(TEXT,)),
    Case(
        "a reminder of the tools, in text",
        WITH_LOOKUP,
        (IN_TEXT, MORE_IN_TEXT, IN_TEXT, MORE_IN_TEXT, final("done")),
        models=(TEXT,),
    ),
    Case("a result as the answer", crew(task("look", tools=["Verdict"])), once),
    Case("a tool that raises", crew(task("look", tools=["Broken"])), once),
    Case(
        "a tool that may be used once",
        crew(task("look", tools=["Once"])),
        (calls(("once", {"words": "a"})), calls(("once", {"words": "b"})), "done"),
        models=(FUNCTIONS,),
    ),
    Case(
        "an unknown function",
        WITH_LOOKUP,
        (calls(("search", {"words": "tea"})), "done"),
        models=(FUNCTIONS,),
        differs=Difference.UNKNOWN_TOOL,
    ),
    Case("an unknown tool, in text", WITH_LOOKUP, (action("search", {"words": "tea"}), final("done")), models=(TEXT,)),
    Case(
        "arguments that are no JSON",
        WITH_LOOKUP,
        (Answer(tool_calls=(WrittenCall("c0", "look_up", {}, "{words"),)), "done"),
        models=(FUNCTIONS,),
    ),
    Case(
        "arguments in almost-JSON, in text",
        WITH_LOOKUP,
        ("Thought: x\nAction: look up\nAction Input: {'words': 'tea',}", final("done")),
        models=(TEXT,),
    ),
    Case(
        "a server without functions",
        WITH_LOOKUP,
        (final("in text"),),
        models=(FUNCTIONS,),
        steps=(status(400, "any does not support tools"),),
    ),
)
ANSWERS = (
    Case("a schema", crew(task("look", output_json=SCHEMA)), once),
    Case(
        "a schema that is missed",
        crew(task("look", output_json=SCHEMA)),
        ("no JSON", '{"n": 2}'),
        differs=Difference.MISSED_SCHEMA,
    ),
    Case("tools and a schema", crew(task("look", tools=["Lookup"], output_json=SCHEMA)), once),
    Case("a text outside the format", WITH_LOOKUP, ("Plainly tea.",), models=(TEXT,)),
    Case(
        "half a tool call",
        WITH_LOOKUP,
        ("Thought: look\nAction: look_up", IN_TEXT, final("done")),
        models=(TEXT,),
        differs=Difference.RECOVERY,
    ),
    Case(
        "the rounds are used up",
        crew(task("look", tools=["Lookup"]), scout={"max_iter": 2}),
        (LOOK_UP, LOOK_UP_MORE, "what I know"),
        models=(FUNCTIONS,),
    ),
    Case(
        "the rounds are used up, in text",
        crew(task("look", tools=["Lookup"]), scout={"max_iter": 2}),
        (IN_TEXT, MORE_IN_TEXT, final("what I know")),
        models=(TEXT,),
    ),
    Case(
        "a refused request",
        crew(task("look")),
        ("unused",),
        steps=(status(400, "no such parameter"),) * 9,
        differs=Difference.ONE_RETRY_LAYER,
    ),
    Case("a busy server", crew(task("look")), ("done",), steps=(status(429, retry_after=0),)),
    Case(
        "a conversation that is too long",
        WITH_LOOKUP,
        ("<summary>tea is known</summary>", "done"),
        models=(FUNCTIONS,),
        steps=(call_tool("look_up", {"words": "tea"}), TOO_LONG),
    ),
    Case(
        "a conversation that is too long, in text",
        WITH_LOOKUP,
        ("<summary>tea is known</summary>", final("done")),
        models=(TEXT,),
        steps=(say(IN_TEXT), TOO_LONG),
        differs=Difference.RECOVERY,
    ),
    Case("an empty answer", crew(task("look"), scout={"max_retry_limit": 0}), ("",)),
)


def plans(steps: int = 2, *, ready: bool = True, tool: str | None = None, first: int = 1) -> Answer:
    """A plan, as a function call."""
    described = [
        {"step_number": n, "description": f"step {n}", "tool_to_use": tool, "depends_on": list(range(first, n))}
        for n in range(first, first + steps)
    ]
    return calls(("create_reasoning_plan", {"plan": "the plan", "steps": described, "ready": ready}))


def sees(**more: Any) -> str:
    """What a planner says of a step."""
    return json.dumps({"step_completed_successfully": True, "key_information_learned": "tea", **more})


AT_ONCE = calls(
    (
        "create_reasoning_plan",
        {
            "plan": "together",
            "steps": [
                {"step_number": 1, "description": "one", "tool_to_use": None, "depends_on": []},
                {"step_number": 2, "description": "one", "tool_to_use": None, "depends_on": []},
            ],
            "ready": True,
        },
    )
)
WAITING = calls(
    (
        "create_reasoning_plan",
        {
            "plan": "never",
            "steps": [{"step_number": 1, "description": "one", "tool_to_use": None, "depends_on": [9]}],
            "ready": True,
        },
    )
)
LONG_TEXT = "It is tea, as everybody knows who has had some. " * 6


def planning(name: str, answers: tuple[Answer | str, ...], effort: str = "low", **more: Any) -> Case:
    """A case of an agent that plans."""
    scout = {"planning_config": {"reasoning_effort": effort, "max_attempts": 2, **more.pop("config", {})}}
    options = {"models": (FUNCTIONS,), **{key: more.pop(key) for key in ("models", "differs") if key in more}}
    return Case(name, crew(task("look", **more), scout=scout), answers, **options)


PLANNING = (
    Case(
        "planning", crew(task("look"), scout={"planning": True}), (plans(), "one", "two", "both"), models=(FUNCTIONS,)
    ),
    planning("a plan whose last step says it all", (plans(), "one", LONG_TEXT)),
    planning("a plan that is refined", (plans(ready=False), plans(1), "one", "made of one")),
    planning(
        "a plan that is never ready",
        (plans(ready=False), plans(ready=False), "without a plan"),
        differs=Difference.PLAN_THAT_FAILS,
    ),
    planning("a plan with steps at once", (AT_ONCE, "one", "one", "both")),
    planning("steps that use tools", (plans(1, tool="look_up"), LOOK_UP, "found", "made of it"), tools=["Lookup"]),
    planning(
        "a step without its tool",
        (plans(1, tool="look_up"), "not looked", "done"),
        tools=["Lookup"],
        differs=Difference.PLAN_THAT_FAILS,
    ),
    planning("a plan and a schema", (plans(1), "one", '{"n": 3}'), output_json=SCHEMA),
    planning("steps that are watched", (plans(), "one", sees(), "two", sees(), "both"), "medium"),
    planning(
        "a step that fails, and another plan",
        (
            plans(),
            "one",
            sees(step_completed_successfully=False, needs_full_replan=True, replan_reason="no"),
            plans(1, first=3),
            "again",
            sees(),
            "made of it",
        ),
        "medium",
        differs=Difference.PLAN_THAT_FAILS,
    ),
    planning(
        "a step that fails alone",
        (plans(), "one", sees(step_completed_successfully=False), "two", sees(), "both"),
        "medium",
    ),
    planning("a goal that is reached early", (plans(3), "one", sees(goal_already_achieved=True), "made of it"), "high"),
    planning(
        "a plan that is refined on the way",
        (
            plans(),
            "one",
            sees(suggested_refinements=[{"step_number": 2, "new_description": "sharper"}]),
            "two",
            sees(),
            "both",
        ),
        "high",
    ),
    planning(
        "steps that are watched anyway", (plans(), "one", sees(), "two", sees(), "both"), config={"observe_steps": True}
    ),
    planning(
        "a plan in one's own words",
        (plans(ready=False), plans(1), "one", "made of one"),
        config={
            "system_prompt": "You plan in verse.",
            "plan_prompt": "Plan {description} as {role} with {tools} in {max_steps} steps for {expected_output}.",
            "refine_prompt": "Better than {current_plan}, {role}: {goal}.",
            "max_steps": 3,
        },
    ),
    planning(
        "a step of few rounds",
        (plans(1, tool="look_up"), LOOK_UP, LOOK_UP_MORE, "enough", "made of it"),
        tools=["Lookup"],
        config={"max_step_iterations": 1},
    ),
    planning(
        "no more plans",
        (plans(), "one", sees(step_completed_successfully=False), "made of it"),
        "high",
        config={"max_replans": 0},
    ),
    planning(
        "steps that wait for each other",
        (WAITING, plans(1), "one", "made of one"),
        differs=Difference.PLAN_THAT_FAILS,
    ),
    planning("steps that wait, and no more plans", (WAITING, "without a plan"), config={"max_replans": 0}),
    planning("plans in text", ("1. Look. READY", final("done")), models=(TEXT,), differs=Difference.PLAN_THAT_FAILS),
)
CASES: tuple[Case, ...] = (*CHAINS, *TOOLS, *ANSWERS, *PLANNING)
