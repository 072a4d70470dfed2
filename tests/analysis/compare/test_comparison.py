"""Executions side by side."""

from __future__ import annotations

import pytest

from crewlab.analysis import figures, frames
from crewlab.analysis.compare import METRICS, compare
from crewlab.analysis.exports import to_csv
from crewlab.definitions.library.model_profiles import ModelProfile
from crewlab.errors import ExecutionError
from crewlab.executions.launch import LaunchOptions
from crewlab.executions.status import ExecutionStatus
from tests.analysis.rows import calls, document, execution, tasks

NO_TASKS, NO_CALLS = frames.empty("tasks"), frames.empty("model_calls")
TABLES = ("config_diff", "input_differences", "model_differences", "metrics", "summary", "tasks", "outputs")


def changes(comparison, metric):
    rows = comparison.metrics()
    return rows[rows["metric"] == metric].set_index("label")["change"].to_dict()


@pytest.mark.parametrize("chosen", [[], ["a"], ["a", "a"]])
def test_one_execution_is_no_comparison(chosen):
    """A page that selects one row, or one twice, gets a sentence with what to do."""
    with pytest.raises(ExecutionError, match="at least two"):
        compare([execution(name) for name in chosen], NO_TASKS, NO_CALLS)


def test_equal_executions_differ_in_nothing():
    """Same content, inputs and model: the tables of differences are empty and nothing is warned of."""
    comparison = compare([execution("a"), execution("b")], NO_TASKS, NO_CALLS)
    assert comparison.warnings == ()
    assert comparison.config_diff().empty
    assert comparison.input_differences().empty
    assert comparison.model_differences().empty


def test_differences_are_against_the_first():
    """Absolute and in percent, with a word where less or more is better."""
    comparison = compare(
        [execution("a", duration_seconds=10.0, cost_usd=0.5), execution("b", duration_seconds=8.0, cost_usd=1.0)],
        NO_TASKS, NO_CALLS,
    )  # fmt: skip
    summary = comparison.summary().set_index("metric")
    shown = ["A · v1", "B · v1", "Δ B · v1", "Δ% B · v1", "B · v1: change"]
    assert summary.loc["duration_seconds", shown].tolist() == [10.0, 8.0, -2.0, -20.0, "better"]
    assert summary.loc["cost_usd", "B · v1: change"] == "worse"


def test_more_tokens_are_neither_better_nor_worse():
    """A metric without a declared direction gets a difference and no judgement."""
    comparison = compare([execution("a", output_tokens=10), execution("b", output_tokens=20)], NO_TASKS, NO_CALLS)
    assert changes(comparison, "output_tokens")["B · v1"] == ""


def test_unknown_stays_unknown():
    """Tokens that a provider did not report have no difference."""
    comparison = compare([execution("a", output_tokens=10), execution("b")], NO_TASKS, NO_CALLS)
    row = comparison.summary().set_index("metric").loc["output_tokens"]
    assert row[["B · v1", "Δ B · v1"]].isna().all()
    assert row["B · v1: change"] == "unknown"


def test_from_a_value_of_zero_there_is_no_percentage():
    """An increase from nothing is a difference, not infinity per cent."""
    comparison = compare([execution("a", retries=0), execution("b", retries=2)], NO_TASKS, NO_CALLS)
    row = comparison.summary().set_index("metric").loc["retries"]
    assert row["Δ B · v1"] == 2
    assert row[["Δ% B · v1"]].isna().all()


@pytest.mark.parametrize("flagged", [0, 1])
def test_nothing_is_claimed_from_rehearsal(flagged):
    """Whichever side is rehearsal, no metric is called better or worse, and the comparison says why."""
    pair = [execution("a", is_rehearsal=flagged == 0), execution("b", is_rehearsal=flagged == 1, duration_seconds=1.0)]
    comparison = compare(pair, NO_TASKS, NO_CALLS)
    assert set(comparison.metrics()["change"]) == {"", "not evidence"}
    assert "not evidence" in comparison.caveat
    assert "not evidence" in comparison.warnings[0]


def test_a_failed_execution_is_not_faster():
    """Stopping early is no improvement."""
    failed = execution("b", status=ExecutionStatus.FAILED, duration_seconds=1.0)
    assert (
        changes(compare([execution("a"), failed], NO_TASKS, NO_CALLS), "duration_seconds")["B · v1"] == "not completed"
    )


@pytest.mark.parametrize("counted", ["unpriced_calls", "unknown_calls"])
def test_a_cost_that_leaves_calls_out_is_not_cheaper(counted):
    """A sum with something missing is not compared."""
    partial = execution("b", cost_usd=0.1, **{counted: 1})
    assert (
        changes(compare([execution("a", cost_usd=0.5), partial], NO_TASKS, NO_CALLS), "cost_usd")["B · v1"] == "unknown"
    )


def test_a_changed_definition_is_shown_once_per_content():
    """Ten executions of one version repeat its changes once, with the labels of all."""
    other = document("research", "write") | {"process": "parallel"}
    rest = [execution(name, content_hash="two", version_number=2, document=other) for name in "bc"]
    table = compare([execution("a"), *rest], NO_TASKS, NO_CALLS).config_diff()
    assert table[["labels", "path", "after"]].to_numpy().tolist() == [["B · v2, C · v2", "process", "parallel"]]


def test_a_key_in_a_document_is_never_shown():
    """A definition that holds a key shows that it changed, not what it is."""
    secret = document("research", "write") | {"llm": {"model": "openai/x", "api_key": "sk-hidden-123"}}
    comparison = compare([execution("a"), execution("b", content_hash="two", document=secret)], NO_TASKS, NO_CALLS)
    shown = [getattr(comparison, name)().to_csv() for name in TABLES]
    assert "sk-hidden-123" not in "".join(shown)
    assert "(hidden)" in shown[0]


def test_only_inputs_that_differ_are_listed():
    """What is the same everywhere is not in the way."""
    pair = [
        execution("a", inputs={"topic": "tea", "tone": "dry"}),
        execution("b", inputs={"topic": "tea", "tone": "warm"}),
    ]
    table = compare(pair, NO_TASKS, NO_CALLS).input_differences()
    assert table.to_numpy().tolist() == [["tone", "dry", "warm"]]


def test_models_differ_as_chosen_and_as_called():
    """A model chosen at launch is told from the one that the definition names."""
    pair = [execution("a"), execution("b", options=LaunchOptions(llm="openai/gpt-5"))]
    used = calls("model_calls", {"execution_id": "a", "model": "gpt-4o-mini"}, {"execution_id": "b", "model": "gpt-5"})
    table = compare(pair, NO_TASKS, used).model_differences()
    assert table.to_numpy().tolist() == [
        ["chosen at launch", "as defined", "openai/gpt-5"],
        ["models called", "gpt-4o-mini", "gpt-5"],
    ]


def test_what_the_crews_of_a_flow_called_is_not_claimed_to_be_nothing():
    """The calls of a flow are those of the executions within it, so its own say nothing."""
    pair = [execution("a", kind="flow"), execution("b", kind="flow", options=LaunchOptions(llm="openai/gpt-5"))]
    table = compare(pair, NO_TASKS, calls("model_calls", {"execution_id": "b", "model": "gpt-5"})).model_differences()
    assert table["setting"].tolist() == ["chosen at launch"]


def test_models_of_single_agents_and_profiles_differ():
    """What a profile said at launch is compared, not only its name."""
    fast, slow = (ModelProfile(name="mine", model="openai/m", parameters={"temperature": t}) for t in (0, 1))
    pair = [
        execution(name, options=LaunchOptions(llms={"analyst": "mine"}, profiles={"mine": profile}))
        for name, profile in (("a", fast), ("b", slow))
    ]
    table = compare(pair, NO_TASKS, NO_CALLS).model_differences()
    assert table.to_numpy().tolist() == [
        ["analyst, chosen at launch", 'mine = openai/m {"temperature": 0}', 'mine = openai/m {"temperature": 1}']
    ]


def test_outputs_are_side_by_side():
    """Each execution's answer, for reading and for a word diff."""
    table = compare([execution("a", output="tea"), execution("b", output=None)], NO_TASKS, NO_CALLS).outputs()
    assert table["output"].fillna("(none)").tolist() == ["tea", "(none)"]


def test_one_task_metric_is_side_by_side():
    """Values per task, their differences, and how a task stands to the baseline's."""
    rows = tasks(*({"execution_id": e, "task_name": "write", "input_tokens": n} for e, n in (("a", 10), ("b", 15))))
    table = compare([execution("a"), execution("b")], rows, NO_CALLS).task_metric("input_tokens").set_index("task")
    assert table.loc["write"].tolist() == [10, 15, 5.0, "same"]


def test_fifty_executions_are_compared_in_long_tables():
    """Fifty columns fit nowhere: beyond six, a row per execution; every table and figure still works."""
    rest = [execution(f"e{n}", inputs={"topic": f"tea {n}"}, duration_seconds=float(n)) for n in range(50)]
    rows = tasks(*({"execution_id": f"e{n}", "task_name": "write", "duration_seconds": 1.0} for n in range(50)))
    comparison = compare(rest, rows, NO_CALLS)
    assert len(set(comparison.labels)) == 50
    assert len(comparison.summary()) == 50 * len(METRICS)
    assert all(len(getattr(comparison, name)().columns) < 25 for name in TABLES)
    assert comparison.figure("metrics") is not None
    assert comparison.figure("tasks").data[0].type == "box"


@pytest.mark.parametrize("name", TABLES)
def test_every_table_can_be_taken_away(name):
    """Each is a CSV file, also when it is empty."""
    comparison = compare([execution("a"), execution("b")], NO_TASKS, NO_CALLS)
    assert to_csv(getattr(comparison, name)(), for_spreadsheet=True).endswith(b"\n")


def test_figures_mark_the_baseline_and_the_rehearsal():
    """The baseline is grey, and rehearsal is in the title."""
    comparison = compare([execution("a"), execution("b", is_rehearsal=True)], NO_TASKS, NO_CALLS)
    drawn = comparison.figure("metrics", "duration_seconds")
    assert drawn.layout.title.text == "Duration · includes rehearsal: not evidence"
    assert len(set(drawn.data[0].marker.color)) == 2


def test_many_bars_are_named_by_their_letters():
    """Fifty whole names would not fit below the bars; the letters do, and pointing at a bar says the name."""
    comparison = compare([execution(f"e{number}") for number in range(50)], NO_TASKS, NO_CALLS)
    drawn = comparison.figure("metrics", "duration_seconds")
    assert drawn.layout.xaxis.ticktext[:2] == ("A", "B")
    assert list(drawn.layout.xaxis.tickvals) == list(drawn.data[0].x)


def test_an_unknown_metric_has_no_figure():
    """There is no empty chart."""
    comparison = compare([execution("a"), execution("b")], NO_TASKS, NO_CALLS)
    assert figures.metric_bars(comparison, "cost_usd") is None
    assert figures.task_metric_bars(comparison, "cost_usd") is None
