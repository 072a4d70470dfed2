"""Ids: unique and sortable by time."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

from crewlab.executions.identity import new_id


def test_ids_increase_in_the_order_they_were_made():
    """Sorting by id is sorting by time, which is what the store's zone maps live on."""
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(ids)
    assert uuid.UUID(ids[0]).version == 7


def test_ids_are_unique_across_threads():
    """Two threads never get the same id."""
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: new_id(), range(4000)))
    assert len(set(ids)) == 4000
