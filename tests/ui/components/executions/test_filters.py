"""The address of the list of executions."""

from __future__ import annotations

from crewlab.ui.components.executions.filters import ExecutionFilters


def test_the_address_round_trips():
    """Whoever opens the address sees the same list."""
    filters = ExecutionFilters(("failed", "interrupted"), "market-brief", "batch-1", "solar & wind", "Longest first")
    assert ExecutionFilters.from_query(filters.to_query()) == filters


def test_defaults_leave_the_address_clean():
    """An unfiltered list has no parameters."""
    assert ExecutionFilters().to_query() == {}


def test_nonsense_in_the_address_is_left_out():
    """A status or an order that does not exist shows everything instead of an error."""
    assert ExecutionFilters.from_query({"status": "done,failed", "sort": "by mood"}) == ExecutionFilters(("failed",))


def test_empty_filters_let_everything_through():
    """The store is asked for nothing in particular."""
    assert set(ExecutionFilters().arguments().values()) == {None}


def test_a_batch_is_read_like_its_table():
    """Without an order of its own, a batch is sorted by row; another order is kept in the address."""
    assert ExecutionFilters(batch_id="b").order() == {"sort": "row_number", "descending": False}
    assert ExecutionFilters(batch_id="b", sort="Newest first").to_query()["sort"] == "Newest first"
