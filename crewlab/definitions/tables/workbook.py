"""Rows of text from the first sheet of an .xlsx workbook."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

from crewlab.errors import InputsError

UNPACKED_FACTOR = 20
"""How much larger than the limit a workbook may be once unpacked; XML packs well, bombs pack better."""
_BROKEN = (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, RuntimeError)
_DAMAGED = (*_BROKEN, zipfile.BadZipFile, zlib.error, ParseError, IndexError)
_HINT = "Open it in a spreadsheet program and save it again, or save it as CSV."


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are an .xlsx file, whatever its name."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(name.startswith("xl/") for name in archive.namelist())
    except zipfile.BadZipFile:
        return True  # a damaged archive is most likely a damaged workbook


def workbook_cells(data: bytes, filename: str, max_bytes: int) -> tuple[Iterator[list[str]], list[str]]:
    """The rows of the first sheet as text, and notes for the reader. Formulas count with their last value.

    Raises:
        InputsError: It is damaged, locked, or far larger than it looks. Also while the rows are read.
    """
    from openpyxl import load_workbook  # 0.2 s that a CSV need not pay

    try:
        _refuse_bomb(data, filename, max_bytes)
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        names = workbook.sheetnames
        sheet = workbook[names[0]]
    except _DAMAGED as error:
        raise _damaged(filename) from error
    notes = [f"Only the first of {len(names)} sheets, {names[0]!r}, was read."] if len(names) > 1 else []
    return _rows(sheet, filename), notes


def _rows(sheet: Any, filename: str) -> Iterator[list[str]]:
    try:
        if hasattr(sheet, "reset_dimensions"):
            sheet.reset_dimensions()  # some programs write a wrong size of the sheet
        width = 0
        for row in sheet.iter_rows(values_only=True):
            width = width or len(row)
            yield [_text(value) for value in row] + [""] * (width - len(row))  # a sheet leaves out trailing blanks
    except _DAMAGED as error:
        raise _damaged(filename) from error


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _refuse_bomb(data: bytes, filename: str, max_bytes: int) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > max_bytes * UNPACKED_FACTOR:
        raise InputsError(f"{filename} unpacks to {unpacked / 1e9:.1f} GB.", "Save the rows that you need as CSV.")


def _damaged(filename: str) -> InputsError:
    return InputsError(f"{filename} is damaged or locked and cannot be read as a workbook.", _HINT)
