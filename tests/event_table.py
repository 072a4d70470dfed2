"""The table of events in the README, from the events themselves: `make docs` writes it anew."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from crewlab.executions.events import EVENTS, BaseEvent

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- events: written by `make docs` -->\n", "<!-- end of events -->\n"


def table() -> str:
    """One row for each kind of event."""
    head = "| kind | when | its own fields | level |\n|---|---|---|---|\n"
    return head + "".join(map(_row, EVENTS))


def inserted(readme: str) -> str:
    """The README with the table as it should be."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"README.md lacks {BEGIN.strip()} or {END.strip()}.")
    return before + begin + table() + end + after


def _row(event: type[BaseEvent]) -> str:
    fields = event.model_fields
    own = [f"`{name}: {_type(event, name)}`" for name in fields if name not in BaseEvent.model_fields]
    cells = (f"`{fields['kind'].default}`", _when(event), ", ".join(own), fields["level"].default)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _when(event: type[BaseEvent]) -> str:
    """The first paragraph of its docstring, in one line."""
    return " ".join((inspect.cleandoc(event.__dict__.get("__doc__") or "")).partition("\n\n")[0].split())


def _type(event: type[BaseEvent], name: str) -> str:
    text = inspect.formatannotation(event.model_fields[name].annotation)
    return re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", text)


def main() -> None:
    """Write the README anew."""
    README.write_text(inserted(README.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
