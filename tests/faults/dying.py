"""A process whose tool ends it at once: `python -m tests.faults.dying DATA URL`."""

from __future__ import annotations

import sys
from pathlib import Path

from crewlab.engine.handles import ExecutionHandle
from crewlab.lab import Lab
from tests.acceptance import crews
from tests.conftest import wait_until
from tests.faults import bad_tools
from tests.faults.standing_in import STANDS_IN_FOR, standing_in

DONE, BESIDE, DYING = "done", "beside", "dying"


def crew(name: str, url: str, tools: tuple[str, ...] = ()) -> dict[str, object]:
    """Two tasks, one after the other, of which the second may use the tools."""
    document = crews.chain(crews.llm(url), "first", name)
    document["name"] = name
    document["tasks"][1]["tools"] = list(tools)
    return document


def main(data: str, url: str) -> None:
    """Complete one execution, have one wait for its model, and let the third meet the tool."""
    lab = Lab.open(Path(data))
    dying: list[ExecutionHandle] = []

    def tool() -> None:
        """What is to be kept is stored by now: the process is not faster than the store."""
        wait_until(lambda: dying and dying[0].refresh().tasks_done == 1, "the first task of the one that dies")
        bad_tools.ends_the_process()

    with standing_in(tool):
        lab.run(crew(DONE, url), {"topic": "tea"})
        beside = lab.launch(crew(BESIDE, url), {"topic": "tea"})
        wait_until(lambda: beside.refresh().tasks_done == 1, "the first task of the one beside")
        dying.append(lab.launch(crew(DYING, url, (STANDS_IN_FOR,)), {"topic": "tea"}))
        dying[0].wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
