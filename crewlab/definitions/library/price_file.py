"""One's own dated prices: rows of `prices.json` in the data folder, read when they change and edited one by one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from crewlab.definitions.library.prices import Price, PriceTable
from crewlab.errors import PriceError
from crewlab.secrets.file_content import FileContent
from crewlab.secrets.private_file import alone, write_private

_ROWS = TypeAdapter(list[Price])
MOST_CHARACTERS = 200


class PriceFile:
    """The price table of a data folder, as it stands on disk. Safe over threads and processes."""

    def __init__(self, data: Path) -> None:
        self.path = data / "prices.json"
        self._content = FileContent(self.path, lambda: PriceTable.load(data))

    @property
    def table(self) -> PriceTable:
        """The shipped prices with the own ones over them.

        Raises:
            SettingsError: The file holds something else than prices.
        """
        return self._content.value

    def put(self, price: Price, *, instead_of: Price | None = None) -> None:
        """Add a row, or change the row `instead_of`.

        Raises:
            PriceError: The model has no usable name, or has another price from the same day on; or the row to change
                is not there any more.
            SettingsError: The file holds something else than prices.
        """
        _require_name(price.model)
        with alone(self.path):
            rows = [row for row in self._rows() if row != instead_of]
            if instead_of is not None and len(rows) == len(self._rows()):
                raise _gone(instead_of)
            if any(row.model == price.model and row.effective_from == price.effective_from for row in rows):
                since = f" from {price.effective_from} on" if price.effective_from else " without a date"
                raise PriceError(
                    f"{price.model!r} has a price{since} already.", "Edit that row, or choose another day."
                )
            self._write([*rows, price])

    def delete(self, price: Price) -> None:
        """Remove a row; what it priced keeps its cost. Raises `PriceError` when it is not there any more."""
        with alone(self.path):
            rows = [row for row in self._rows() if row != price]
            if len(rows) == len(self._rows()):
                raise _gone(price)
            self._write(rows)

    def _rows(self) -> tuple[Price, ...]:
        return self.table.rows

    def _write(self, rows: Iterable[Price]) -> None:
        by_model = sorted(rows, key=lambda row: (row.model, str(row.effective_from or "")))
        text = _ROWS.dump_json(by_model, indent=1, exclude_defaults=True).decode("utf-8")
        try:
            write_private(self.path, text + "\n")
        except OSError as error:
            raise PriceError(f"{self.path} cannot be written: {error.strerror}.", "Nothing was changed.") from error


def price_of(**fields: object) -> Price:
    """A row of one's own. Raises `PriceError`, naming the field, when a value is no price."""
    try:
        return Price.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise PriceError(
            f"{str(first['loc'][0]).replace('_', ' ')}: {first['msg']}.",
            "A price is a number of US dollars, 0 or more.",
        ) from None


def _require_name(model: str) -> None:
    if not model.strip() or model != model.strip() or len(model) > MOST_CHARACTERS or not model.isprintable():
        raise PriceError(
            f"{model[:MOST_CHARACTERS]!r} is not a name of a model.",
            "Write it as a definition does, such as openai/gpt-4o-mini.",
        )


def _gone(price: Price) -> PriceError:
    return PriceError(f"The row for {price.model!r} was changed or removed meanwhile.", "Reload to see what there is.")
