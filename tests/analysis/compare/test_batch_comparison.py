"""Batches paired by input."""

from __future__ import annotations

import pytest

from crewlab.analysis.compare import compare_batches
from crewlab.errors import ExecutionError
from tests.analysis.rows import batch, document, execution, executions


def row(batch_id, item, seconds=1.0, **values):
    return {
        "execution_id": f"{batch_id}{item}{values.get('row_number', '')}", "batch_id": batch_id, "row_number": item,
        "input_hash": f"hash {item}", "inputs": f'{{"n": {item}}}', "duration_seconds": seconds, **values,
    }  # fmt: skip


def comparison(*rows, names="ab", examples=()):
    return compare_batches([batch(name, completed=1) for name in names], executions(*rows), examples=examples)


def duration(found):
    return found.summary().set_index("metric").loc["duration_seconds"]


def test_one_batch_is_no_comparison():
    """One batch, or the same twice, gets a sentence with what to do."""
    with pytest.raises(ExecutionError, match="at least two"):
        comparison(row("a", 1), names="aa")


def test_pairs_are_made_by_input_whatever_the_order():
    """Row 1 of one file and row 2 of another are a pair when their inputs are equal."""
    found = comparison(
        row("a", 1, 1.0), row("a", 2, 5.0), row("b", 2, 4.0, row_number=1), row("b", 1, 3.0, row_number=2)
    )
    table = found.pairs().set_index("input_hash")
    assert table["duration_seconds_delta"].to_dict() == {"hash 1": 2.0, "hash 2": -1.0}


def test_summary_counts_pairs_by_direction():
    """Medians, the median of the differences, and how many improved, regressed, tied."""
    before = [row("a", n, 10.0) for n in range(5)]
    after = [row("b", n, seconds) for n, seconds in enumerate((8.0, 8.0, 9.0, 10.0, 12.0))]
    found = duration(comparison(*before, *after))
    assert found[["pairs", "baseline_median", "median", "median_delta"]].tolist() == [5, 10.0, 9.0, -1.0]
    assert found[["improved", "regressed", "tied"]].tolist() == [3, 1, 1]
    assert found["statement"] == "5 pairs: median difference -1 seconds; improved 3, regressed 1, tied 1"


def test_nothing_is_claimed_from_rehearsal():
    """One rehearsal execution, and no metric improves or regresses; the number of pairs is still said."""
    found = comparison(row("a", 1, 10.0, is_rehearsal=True), row("b", 1, 1.0))
    assert duration(found)[["improved", "regressed"]].isna().all()
    assert duration(found)["statement"] == "1 pair; rehearsal: not evidence"
    assert found.falling_is_better("duration_seconds") is None
    assert "not evidence" in found.caveat


def test_no_significance_is_claimed():
    """However clear the numbers, the comparison says that it has not tested them."""
    found = comparison(*(row(name, n, 9.0 if name == "a" else 1.0) for name in "ab" for n in range(20)))
    assert "not tested" in found.caveat
    assert "significant" not in "".join(found.summary()["statement"])


def test_a_failed_execution_is_in_no_median():
    """A pair with a failed side is listed and has no difference."""
    found = comparison(row("a", 1, 10.0), row("b", 1, 0.1, status="failed"))
    assert duration(found)["pairs"] == 0
    assert duration(found)["statement"] == "no pair has a known value"
    assert found.pairs()["status"].tolist() == ["failed"]


def test_repeats_of_an_input_count_once():
    """Three runs of one input are one item with their median, not three pairs."""
    repeats = [row("b", 1, seconds, execution_id=f"b{seconds}") for seconds in (1.0, 2.0, 9.0)]
    found = comparison(row("a", 1, 5.0), *repeats)
    assert found.pairs()["duration_seconds"].tolist() == [2.0]
    assert any("ran more than once" in sentence for sentence in found.warnings)


def test_inputs_without_a_partner_are_listed():
    """Neither side's leftovers are dropped silently."""
    found = comparison(row("a", 1), row("a", 2), row("b", 2), row("b", 3))
    assert found.unpaired()["execution_id"].tolist() == ["a1", "b3"]
    assert any("1 input in common" in sentence for sentence in found.warnings)


def test_partial_costs_are_unknown():
    """An execution with an unpriced call has no cost to compare."""
    found = comparison(row("a", 1, cost_usd=0.5), row("b", 1, cost_usd=0.1, unpriced_calls=1))
    assert found.summary().set_index("metric").loc["cost_usd", "pairs"] == 0


def test_three_batches_are_each_paired_with_the_first():
    """The baseline is common; every other batch has its own rows."""
    found = comparison(*(row(name, n) for name in "abc" for n in (1, 2)), names="abc")
    assert found.pairs()["label"].tolist() == ["B · batch b"] * 2 + ["C · batch c"] * 2
    assert {trace.type for trace in found.figure("pairs").data} == {"box"}


def test_batches_without_common_inputs_have_no_figure():
    """There is no empty chart, and the tables are empty."""
    found = comparison(row("a", 1), row("b", 2))
    assert found.figure("pairs") is None
    assert found.pairs().empty


def test_statuses_are_counted_per_batch():
    """How many are done is shown before any median."""
    batches = [batch("a", completed=3, failed=1), batch("b", completed=2, pending=2)]
    table = compare_batches(batches, executions(row("a", 1), row("b", 1))).statuses()
    assert table[["executions", "completed", "failed", "not_ended"]].to_numpy().tolist() == [[4, 3, 1, 0], [4, 2, 0, 2]]


def test_examples_show_what_the_batches_ran():
    """Definition and model differences come from one execution of each batch."""
    other = execution("y", content_hash="two", document=document("research", "write", llm="openai/gpt-5"))
    found = comparison(row("a", 1), row("b", 1), examples=[execution("x"), other])
    assert found.config_diff()["path"].tolist() == ["agents.analyst.llm"]
    assert found.model_differences()["setting"].tolist() == ["agents.analyst.llm"]
    assert comparison(row("a", 1), row("b", 1)).config_diff().empty
