"""Every case of the suite."""

from __future__ import annotations

from tests.conformance.cases import MODEL, SCHEMA, Answered, Case, agent, crew, each, expr, inner, tool
from tests.conformance.differences import Difference
from tests.model_server import hold, say, status

TEA = {"topic": "tea"}
ROWS = {"rows": [1, 2, 3]}
TYPED = {
    "type": "json_schema",
    "json_schema": {
        "type": "object",
        "properties": {"topic": {"type": "string"}, "limit": {"type": "integer"}},
        "required": ["topic"],
    },
    "default": {"topic": "milk", "limit": 2},
}
START = {"start": True}
COUNT = expr("has(outputs.draft) ? outputs.draft + 1 : 1", start=True, listen="again")
REVIEW = {"message": "Is it good?", "emit": ["approved", "revise"], "default_outcome": "revise", "llm": MODEL}
TRIGGERS = (
    Case("one step", {"a": expr("1 + 1", start=True)}),
    Case("a chain", {"a": expr("2", start=True), "b": expr("outputs.a * 2", listen="a")}),
    Case(
        "two starts and their join",
        {
            "a": expr("1", start=True),
            "b": expr("2", start=True),
            "both": expr("outputs.a + outputs.b", listen={"and": ["a", "b"]}),
        },
        ordered=False,
    ),
    Case(
        "two starts and the first of them",
        {
            "a": expr("1", start=True),
            "b": expr("2", start=True),
            "first": expr("'once'", listen={"or": ["a", "b"]}),
            "end": expr("outputs.first", listen={"and": ["a", "b", "first"]}),
        },
        ordered=False,
    ),
    Case(
        "nested triggers",
        {
            "a": expr("1", start=True),
            "b": expr("2", listen="a"),
            "c": expr("3", listen="b"),
            "either": expr("'either'", listen={"or": [{"and": ["a", "b"]}, "c"]}),
            "all": expr("outputs.c", listen={"and": ["a", {"or": ["b", "c"]}, "c"]}),
            "end": expr("[outputs.either, outputs.a + outputs.all]", listen={"and": ["either", "all"]}),
        },
        ordered=False,
    ),
    Case(
        "a start that waits for an outcome",
        {
            "a": expr("1", start=True),
            "way": expr("'go'", listen="a", router=True, emit=["go", "stay"]),
            "later": expr("outputs.a + 1", start="go"),
            "end": expr("outputs.later + 1", listen="later"),
        },
    ),
    Case(
        "only conditional starts",
        {
            "a": expr("has(outputs.a) ? 2 : 1", start="again"),
            "way": expr("outputs.a == 1 ? 'again' : 'done'", listen="a", router=True, emit=["again", "done"]),
        },
    ),
)
ROUTES = (
    Case(
        "a router and the branch not taken",
        {
            "a": expr("7", start=True),
            "way": expr("outputs.a > 5 ? 'high' : 'low'", listen="a", router=True, emit=["high", "low"]),
            "up": expr("'up'", listen="high"),
            "down": expr("'down'", listen="low"),
            "end": expr("outputs.up", listen={"or": ["up", "down"]}),
        },
    ),
    Case(
        "a start that routes",
        {"a": expr("'x'", start=True, router=True, emit=["x", "y"]), "b": expr("'b'", listen="x")},
    ),
    Case(
        "a router whose name is heard too",
        {
            "a": expr("'x'", start=True, router=True, emit=["x"]),
            "name": expr("'by name'", listen="a"),
            "outcome": expr("'by outcome'", listen="x"),
            "end": expr("[outputs.name, outputs.outcome]", listen={"and": ["name", "outcome"]}),
        },
        ordered=False,
    ),
    Case(
        "a router without an outcome",
        {"a": expr("null", start=True, router=True, emit=["x"]), "b": expr("'b'", listen="x")},
    ),
    Case(
        "an outcome that is no text",
        {"a": expr("true", start=True, router=True, emit=["True"]), "b": expr("'b'", listen="True")},
    ),
    Case(
        "an agent who routes",
        {"a": {**START, "router": True, "emit": ["tea", "milk"], "do": agent("tea?")}, "b": expr("'b'", listen="tea")},
        script={"tea?": [say("tea")]},
    ),
    Case(
        "a crew that routes",
        {
            "a": {**START, "router": True, "emit": ["tea", "milk"], "do": crew("look", inputs=TEA)},
            "b": expr("'b'", listen="tea"),
        },
        script={"look": [say("tea")]},
    ),
    Case(
        "an outcome that nobody declares",
        {
            "a": expr("state.topic", start=True, router=True, emit=["milk"]),
            "b": expr("'b'", listen="milk"),
            "c": expr("'c'", listen="a"),
        },
        TEA,
        differs=Difference.FAILURE_ENDS_THE_FLOW,
        steps=(),
    ),
    Case(
        "routers in a row",
        {
            "a": expr("1", start=True),
            "one": expr("'on'", listen="a", router=True, emit=["on"]),
            "two": expr("'further'", listen="on", router=True, emit=["further"]),
            "end": expr("'there'", listen="further"),
        },
    ),
)
LOOPS = (
    Case(
        "a loop",
        {
            "draft": COUNT,
            "way": expr("outputs.draft < 4 ? 'again' : 'done'", listen="draft", router=True, emit=["again", "done"]),
            "end": expr("outputs.draft", listen="done"),
        },
    ),
    Case(
        "a loop with a join in it",
        {
            "draft": COUNT,
            "x": expr("outputs.draft", listen="draft"),
            "y": expr("outputs.draft * 10", listen="draft"),
            "way": expr(
                "outputs.x + outputs.y < 30 ? 'again' : 'done'",
                listen={"and": ["x", "y"]},
                router=True,
                emit=["again", "done"],
            ),
            "end": expr("[outputs.x, outputs.y]", listen="done"),
        },
        ordered=False,
    ),
    Case(
        "a loop that comes back to an `or`",
        {
            "draft": expr("1", start=True),
            "judge": expr(
                "has(outputs.improve) ? outputs.improve : outputs.draft", listen={"or": ["draft", "improve"]}
            ),
            "way": expr("outputs.judge < 3 ? 'again' : 'done'", listen="judge", router=True, emit=["again", "done"]),
            "improve": expr("outputs.judge + 1", listen="again"),
            "end": expr("outputs.judge", listen="done"),
        },
        differs=Difference.OR_JOINS,
        steps=("draft", *("judge", "way", "improve") * 2, "judge", "way", "end"),
    ),
    Case(
        "a loop that never ends",
        {
            "a": expr("1", start=True),
            "way": expr("'again'", listen={"or": ["a", "again"]}, router=True, emit=["again"]),
        },
        config={"max_method_calls": 3},
    ),
)
CREWS = (
    Case(
        "a crew with inputs from state",
        {"find": {**START, "do": crew("look", "tell")}, "end": expr("outputs.find.raw", listen="find")},
        TEA,
    ),
    Case(
        "a crew told what another found",
        {
            "find": {**START, "do": crew("look")},
            "write": {"listen": "find", "do": crew("write", inputs={"topic": "${outputs.find.raw}, ${state.topic}"})},
        },
        TEA,
    ),
    Case(
        "a crew's data decides",
        {
            "score": {**START, "do": crew("score", each={"output_json": SCHEMA})},
            "way": expr(
                "outputs.score.json_dict.n >= 0 ? 'good' : 'bad'", listen="score", router=True, emit=["good", "bad"]
            ),
            "end": expr("outputs.score.tasks_output[0].json_dict", listen="good"),
        },
        TEA,
    ),
    Case(
        "crews side by side",
        {
            "a": {**START, "do": crew("look")},
            "b": {**START, "do": crew("tell")},
            "end": {
                "listen": {"and": ["a", "b"]},
                "do": crew("join", inputs={"topic": "${outputs.a.raw} and ${outputs.b.raw}"}),
            },
        },
        TEA,
        ordered=False,
    ),
    Case(
        "inputs of every type",
        {
            "a": {
                **START,
                "do": crew("look", inputs={"topic": "of ${state.topic}: ${state.rows} ${state.none}${1 + 1}"}),
            }
        },
        {**TEA, **ROWS, "none": None},
    ),
    Case(
        "an agent",
        {"a": {**START, "do": agent("Tell of ${state.topic}")}, "end": expr("outputs.a.raw", listen="a")},
        TEA,
    ),
    Case(
        "a tool",
        {"a": {**START, "do": tool("${state.name}.txt")}, "end": expr("outputs.a + '!'", listen="a")},
        {"name": "note"},
    ),
    Case(
        "a tool that cannot be called so",
        {"a": {**START, "do": {**tool(""), "with": {"file_path": ["${state}"]}}}, "b": expr("1", listen="a")},
    ),
    Case(
        "a crew whose model refuses",
        {"a": {**START, "do": crew("look", retries=0)}, "b": expr("1", listen="a")},
        TEA,
        script={"look": [status(400, "refused")]},
    ),
    Case(
        "a join that can never be",
        {
            "a": expr("'x'", start=True, router=True, emit=["x", "y"]),
            "b": expr("'b'", listen="x"),
            "c": expr("'c'", listen="y"),
            "never": expr("'never'", listen={"and": ["b", "c"]}),
        },
        differs=Difference.REFUSED_AT_THE_START,
    ),
    Case(
        "a placeholder without a value",
        {"a": {**START, "do": crew("look", inputs={})}},
        differs=Difference.REFUSED_AT_THE_START,
    ),
)
EACH = (
    Case(
        "each with a condition",
        {
            "a": {
                **START,
                "do": each(
                    "state.rows", inner("square", "item * item"), inner("more", "outputs.square + 100", "item > 1")
                ),
            }
        },
        ROWS,
    ),
    Case("each, all left out", {"a": {**START, "do": each("state.rows", inner("x", "item", "item > 9"))}}, ROWS),
    Case("each of nothing", {"a": {**START, "do": each("[]", inner("x", "item"))}}),
    Case("each of what is no list", {"a": {**START, "do": each("state.rows", inner("x", "item"))}}, {"rows": {"a": 1}}),
    Case(
        "each hides the outer name",
        {"p": expr("5", start=True), "a": {"listen": "p", "do": each("[1, 2]", inner("p", "outputs.p + item"))}},
    ),
    Case(
        "a crew and a tool for each",
        {
            "a": {
                **START,
                "do": each(
                    "state.topics",
                    inner("find", crew("look", inputs={"topic": "${item}"})),
                    inner("know", tool("note.txt")),
                    inner("both", "outputs.find.raw + outputs.know"),
                ),
            }
        },
        {"topics": ["tea", "milk"]},
    ),
)
STATE = (
    Case("typed state, its defaults", {"a": expr("[state.topic, string(state.limit)]", start=True)}, state=TYPED),
    Case(
        "typed state, given values", {"a": expr("state.limit + 1", start=True)}, {"topic": "x", "limit": 7}, state=TYPED
    ),
    Case("typed state, a wrong value", {"a": expr("1", start=True)}, {"limit": "seven"}, state=TYPED),
    Case("typed state, an unknown field", {"a": expr("1", start=True)}, {"more": 1}, state=TYPED),
    Case(
        "plain state and defaults",
        {"a": expr("state.a + state.b", start=True)},
        {"b": 2},
        state={"type": "dict", "default": {"a": 1, "b": 1}},
    ),
    Case("a field that is not there", {"a": expr("has(state.x)", start=True), "b": expr("state.x", listen="a")}),
    Case(
        "one moment for the whole flow",
        {
            "a": expr("now() > timestamp('2020-01-01T00:00:00Z') ? [now() < now()] : []", start=True),
            "b": expr("[now()] == [now()] && size(string(now())) == 20", listen="a"),
        },
    ),
)
PEOPLE = (
    Case(
        "feedback",
        {
            "a": expr("'draft'", start=True, human_feedback={"message": "Good?"}),
            "b": expr("outputs.a.output + ': ' + outputs.a.feedback", listen="a"),
        },
        answers=[Answered("fine")],
    ),
    Case(
        "feedback without an answer",
        {
            "a": expr("'draft'", start=True, human_feedback=REVIEW),
            "yes": expr("'published'", listen="approved"),
            "no": expr("outputs.a.outcome", listen="revise"),
        },
        answers=[Answered()],
    ),
    Case(
        "feedback in words alone",
        {
            "a": expr("'draft'", start=True, human_feedback=REVIEW),
            "yes": expr("'published'", listen="approved"),
            "no": expr("outputs.a.feedback", listen="revise"),
        },
        answers=[Answered("please shorten it")],
    ),
    Case(
        "feedback with an outcome",
        {
            "a": expr("'draft'", start=True, human_feedback=REVIEW),
            "yes": expr("'published'", listen="approved"),
            "no": expr("outputs.a.feedback", listen="revise"),
        },
        answers=[Answered("please shorten it", "revise")],
        differs=Difference.PERSON_CHOOSES,
        steps=("a", "no"),
    ),
)
BRANCHES = (
    Case(
        "branches that join",
        {
            "s": expr("1", start=True),
            "a": expr("outputs.s + 1", listen="s"),
            "b": expr("outputs.s + 2", listen="s"),
            "end": expr("outputs.a + outputs.b", listen={"and": ["a", "b"]}),
        },
        ordered=False,
    ),
    Case(
        "a branch that fails beside others",
        {
            "s": expr("0", start=True),
            "bad": expr("1 / outputs.s", listen="s"),
            "slow": {"listen": "s", "do": crew("look", inputs={"topic": "tea"})},
            "more": {"listen": "slow", "do": crew("tell", inputs={"topic": "tea"})},
        },
        script={"look": [hold()]},
        held_until="bad",
        differs=Difference.FAILURE_ENDS_THE_FLOW,
        steps=("s", "slow"),
    ),
    Case(
        "a branch that fails beside a race",
        {
            "s": expr("0", start=True),
            "bad": expr("1 / outputs.s", listen="s"),
            "a": {"listen": "s", "do": crew("look", inputs={"topic": "tea"})},
            "b": {"listen": "s", "do": crew("tell", inputs={"topic": "tea"})},
            "first": expr("'first'", listen={"or": ["a", "b"]}),
        },
        ordered=False,
        script={"look": [hold()], "tell": [hold()]},
        held_until="bad",
        differs=Difference.FAILURE_ENDS_THE_FLOW,
        steps=("s", "a", "b"),
    ),
    Case(
        "the first of two branches",
        {
            "s": expr("0", start=True),
            "quick": expr("1", listen="s"),
            "slow": {"listen": "s", "do": crew("look", "tell", inputs={"topic": "tea"})},
            "first": expr("'first'", listen={"or": ["quick", "slow"]}),
        },
        script={"look": [hold()]},
        held_until="first",
        differs=Difference.OR_JOINS,
        steps=("s", "quick", "first", "slow"),
    ),
    Case(
        "a quick branch beside a slow one",
        {
            "s": expr("'go'", start=True),
            "slow": {"listen": "s", "do": crew("look", inputs={"topic": "tea"})},
            "way": expr("'on'", listen="s", router=True, emit=["on"]),
            "quick": expr("'quick'", listen="on"),
        },
        script={"look": [hold()]},
        held_until="quick",
        differs=Difference.AT_ONCE,
        steps=("s", "way", "quick", "slow"),
    ),
)
FINDER = crew("look", "tell")["with"]
FINDING = {"call": "crew", "definition": "finder", "inputs": {"topic": "${state.topic}"}}
INNER = {
    "schema": "crewai.flow/v1",
    "state": {"type": "dict", "default": {"subject": "none", "times": 2}},
    "methods": {
        "find": {**START, "do": {**FINDING, "inputs": {"topic": "${state.subject}"}}},
        "size": expr("state.times * 10", listen="find"),
        "way": expr("outputs.size > 10 ? 'much' : 'little'", listen="size", router=True, emit=["much", "little"]),
        "out": expr("outputs.find.raw + ' ' + string(outputs.size)", listen={"or": ["much", "little"]}),
    },
}
NAMED = (
    Case(
        "a crew by its name",
        {"find": {**START, "do": FINDING}, "end": expr("outputs.find.raw", listen="find")},
        TEA,
        uses={"finder": FINDER},
    ),
    Case(
        "the output of one task of an earlier crew",
        {
            "find": {**START, "do": FINDING},
            "write": {
                "listen": "find",
                "do": crew("write", inputs={"topic": "${outputs.find.tasks.look.raw}"}),
            },
            "end": expr('outputs.find.tasks["tell"].raw', listen="write"),
        },
        TEA,
        uses={"finder": FINDER},
    ),
    Case(
        "a flow in a flow",
        {
            "a": expr("state.topic + ' leaves'", start=True),
            "side": {
                "listen": "a",
                "do": {"call": "flow", "definition": "inner", "inputs": {"subject": "${outputs.a}"}},
            },
            "end": expr("outputs.side + '!'", listen="side"),
        },
        TEA,
        uses={"finder": FINDER, "inner": INNER},
    ),
    Case(
        "a flow in a flow, beside others",
        {
            "a": {**START, "do": FINDING},
            "side": {**START, "do": {"call": "flow", "definition": "inner", "inputs": {"subject": "milk", "times": 1}}},
            "end": expr("[outputs.a.raw, outputs.side]", listen={"and": ["a", "side"]}),
        },
        TEA,
        uses={"finder": FINDER, "inner": INNER},
        ordered=False,
    ),
)
CASES = TRIGGERS + ROUTES + LOOPS + CREWS + EACH + STATE + PEOPLE + BRANCHES + NAMED
