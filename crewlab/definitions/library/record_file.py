"""Records of one kind that people keep in the library: a JSON file in the data folder, read when it changes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from crewlab.errors import RecordError, RecordNotFoundError, SettingsError
from crewlab.secrets.file_content import FileContent, signature_of
from crewlab.secrets.private_file import alone, read_private, write_private

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


class LibraryRecord(BaseModel):
    """What a person keeps under a name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """How definitions refer to it."""
    owner: str = "local"


Record = TypeVar("Record", bound=LibraryRecord)


class RecordFile(Generic[Record]):
    """Records by owner and name. Safe over threads and processes; what is written is there for everybody at once."""

    def __init__(self, path: Path, kind: type[Record], what: str) -> None:
        self.path, self._what = path, what
        self._rows = TypeAdapter(list[kind])  # type: ignore[valid-type]  # mypy has no name for a class in a variable
        self._content = FileContent(path, self._parsed)

    def all(self, *, owner: str) -> list[Record]:
        """Every record of a person, by name.

        Raises:
            SettingsError: The file holds something else.
        """
        mine = (record for record in self._read() if _key(record)[0] == owner)
        return sorted(mine, key=lambda record: _key(record)[1].lower())

    def find(self, name: str, *, owner: str) -> Record | None:
        """The record called `name`, or `None`."""
        return next((record for record in self._read() if _key(record) == (owner, name)), None)

    def put(self, record: Record) -> None:
        """Add a record, or put it in place of the one with its name.

        Raises:
            RecordError: The name cannot be used, or the file cannot be written.
        """
        require_name(_key(record)[1], self._what)
        with alone(self.path):
            self._write([*(row for row in self._read() if _key(row) != _key(record)), record])

    def delete(self, name: str, *, owner: str) -> None:
        """Remove a record. Raises `RecordNotFoundError` when there is none."""
        with alone(self.path):
            rows = [row for row in self._read() if _key(row) != (owner, name)]
            if len(rows) == len(self._read()):
                raise RecordNotFoundError(f"There is no {self._what} {name!r}.", "It may have been deleted meanwhile.")
            self._write(rows)

    @property
    def changes(self) -> object:
        """Differs from what it was whenever a record may."""
        return signature_of(self.path)

    def _read(self) -> tuple[Record, ...]:
        return self._content.value

    def _parsed(self) -> tuple[Record, ...]:
        try:
            text = read_private(self.path)
            return () if text is None else tuple(self._rows.validate_json(text))
        except (OSError, UnicodeDecodeError, ValidationError) as error:
            hint = "Correct the file, or move it away: it is made again when something is saved."
            raise SettingsError(f"{self.path} does not hold records: {str(error)[:300]}.", hint) from error

    def _write(self, rows: list[Record]) -> None:
        text = self._rows.dump_json(sorted(rows, key=_key), indent=1, exclude_defaults=True).decode("utf-8")
        try:
            write_private(self.path, text + "\n")
        except OSError as error:
            raise RecordError(f"{self.path} cannot be written: {error.strerror}.", "Nothing was changed.") from error


def require_name(name: str, what: str) -> None:
    """Raises `RecordError` when a definition could not refer to something of this name."""
    if not NAME.fullmatch(name):
        raise RecordError(
            f"{name[:80]!r} is no name of a {what}.",
            "Use a letter, then letters, digits, - or _, at most 64 in all, such as order_search.",
        )


def _key(record: LibraryRecord) -> tuple[str, str]:
    return record.owner, record.name
