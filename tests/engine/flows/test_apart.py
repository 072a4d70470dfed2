"""Work beside its caller: it is over when the caller goes on."""

from __future__ import annotations

import asyncio

from crewlab.engine.flows.apart import over


def test_who_is_stopped_twice_still_waits_for_the_end():
    """Tidying up takes as long as it takes; nobody goes on while it does."""
    assert asyncio.run(_order_of_ends()) == ["work", "caller"]


async def _order_of_ends() -> list[str]:
    begun, leave = asyncio.Event(), asyncio.Event()
    order: list[str] = []

    async def work() -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            await leave.wait()
            order.append("work")

    async def caller() -> None:
        try:
            await over(work())
        finally:
            order.append("caller")

    task = asyncio.create_task(caller())
    await begun.wait()
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0)
    leave.set()
    await asyncio.wait({task})
    assert task.cancelled()
    return order
