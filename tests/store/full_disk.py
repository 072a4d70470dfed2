"""A child process whose files may not grow beyond a limit: what a full disk does to the store.

It prints one JSON object: what was sent, what is stored, and what the store said about itself.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import time
from pathlib import Path

from crewlab.executions.events import Unrecognised
from crewlab.store import Store
from tests.factories import OWNER, running_execution

LIMIT_BYTES = 3_000_000
DEADLINE_SECONDS = 60.0


def fill(data: Path) -> dict[str, object]:
    """Write until the store says that it is degraded, keep writing, make room, and count."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write beyond the limit then fails with EFBIG, as on a full disk
    store = Store.open(data, window_seconds=0.01)
    execution = running_execution(store)
    _limit(LIMIT_BYTES)
    sent = 0
    seen = set()
    deadline = time.monotonic() + DEADLINE_SECONDS
    after_trouble = 0
    while after_trouble < 20 and time.monotonic() < deadline:
        payload = {"text": f"{sent:08d}" * 400}
        store.events.append(
            [
                Unrecognised(execution_id=execution.execution_id, source_type=str(sent + n), payload=payload)
                for n in range(50)
            ]
        )
        sent += 50
        store.events.flush(0.02)
        seen.add(store.health.partition(":")[0])
        after_trouble += store.health != "ok"
    readable_meanwhile = store.executions.get(execution.execution_id, owner=OWNER).status
    _limit(resource.RLIM_INFINITY)
    recovered = store.events.flush(DEADLINE_SECONDS)
    events = [event for _, event in store.events.read(execution.execution_id, owner=OWNER, limit=1_000_000)]
    names = [event.source_type for event in events if isinstance(event, Unrecognised)]
    result = {
        "sent": sent,
        "stored": len(names),
        "distinct": len(set(names)),
        "in_order": names == [str(number) for number in range(sent)],
        "dense": [event.sequence for event in events] == list(range(1, len(events) + 1)),
        "seen": sorted(seen),
        "recovered": recovered,
        "health": store.health,
        "readable_meanwhile": readable_meanwhile,
        "dead_letters": (data / "dead_letter.jsonl").exists(),
    }
    store.close()
    return result


def _limit(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


if __name__ == "__main__":
    print(json.dumps(fill(Path(sys.argv[1]))))  # noqa: T201 - the parent reads it
