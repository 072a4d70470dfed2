"""Nothing that is imported runs code, reads or writes elsewhere, or takes more than its share: each is observed."""

from __future__ import annotations

import resource
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from crewlab.definitions.checks import check
from crewlab.definitions.interchange.sources import source_files
from crewlab.definitions.interchange.understanding import understand
from crewlab.definitions.known import Known
from crewlab.definitions.library.tool_catalogue import tool_specs
from crewlab.definitions.library.tool_records import obstacle, plain
from crewlab.errors import DocumentError
from tests.adversarial import archives, crews, flows, texts
from tests.adversarial.case import Case
from tests.yardstick import slowness

CORPUS = [*crews.CASES, *flows.CASES, *texts.CASES, *archives.CASES]
MOST_CPU_SECONDS = 3.0
MOST_MEGABYTES = 300
PLANTED = "raise SystemExit('code of an import was run')\n"
KNOWN = Known(
    tools=frozenset(tool_specs()),
    tool_obstacles={name: found for name in tool_specs() if (found := obstacle(plain(name), ()))},
    offers={},
    keys=frozenset(),
    secrets=frozenset({"MINE"}),
    profiles={},
    knowledge_files=frozenset(),
)
_WATCHED = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "socket.connect",
    "socket.getaddrinfo",
)


class Watch:
    """What an interpreter does that an import must not: programs, connections, and files opened to be written."""

    def __init__(self) -> None:
        self.is_on, self.seen = False, list[str]()
        self._others = set[int]()
        sys.addaudithook(self._hook)

    def begin(self) -> None:
        """From now on; threads that are there already, of other tests, are none of an import's."""
        self._others = {int(thread.ident or 0) for thread in threading.enumerate()} - {threading.get_ident()}
        self.seen.clear()
        self.is_on = True

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.is_on or threading.get_ident() in self._others:
            return
        if event in _WATCHED:
            self.seen.append(f"{event} {arguments!r:.200}")
        elif event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
            self.seen.append(f"wrote {arguments[0]!r}")
        elif event == "open" and str(arguments[0]).startswith(("/etc/", "/proc/")):
            self.seen.append(f"read {arguments[0]!r}")
        elif event == "import" and str(arguments[0]).partition(".")[0] == "planted":
            self.seen.append(f"imported {arguments[0]}")


WATCH = Watch()


@pytest.fixture(autouse=True)
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder with a module that hopes to be imported, and an eye on everything that leaves it."""
    (tmp_path / "planted.py").write_text(PLANTED)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    WATCH.begin()
    yield
    WATCH.is_on = False
    assert WATCH.seen == []
    assert "planted" not in sys.modules
    assert [path.name for path in tmp_path.rglob("*") if path.name != "__pycache__"] == ["planted.py"]


def test_the_corpus_is_large_and_its_names_are_its_own():
    """At least sixty documents and archives."""
    assert len(CORPUS) >= 150
    assert len({case.name for case in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("case", CORPUS, ids=str)
def test_it_is_refused_or_inert_in_bounded_time_and_memory(case: Case):
    """Either it cannot be read, and why is said; or the checks name it; or it is text and nothing else."""
    cpu, memory = time.thread_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused, errors = _errors(case.source)
    spent = time.thread_time() - cpu
    assert spent < MOST_CPU_SECONDS or spent < MOST_CPU_SECONDS * slowness()
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024 < MOST_MEGABYTES
    if case.expects == "refused":
        assert refused is not None, errors
        assert refused.hint
        assert len(refused.message) < 500
    elif case.expects == "inert":
        assert refused is None
    elif case.expects != "bounded":
        assert refused is None, refused
        assert any(case.expects in id for id in errors), errors


def _errors(source: Mapping[str, bytes] | bytes) -> tuple[DocumentError | None, list[str]]:
    """Why it cannot be read, or the ids of the errors that the checks find."""
    try:
        understood = understand(source_files(source, "evil.zip"))
    except DocumentError as error:
        return error, []
    found = [problem for each in understood.definitions for problem in check(each.document, KNOWN)]
    assert all(problem.what and problem.hint for problem in found if problem.severity == "error")
    return None, [problem.id for problem in found if problem.severity == "error"]
