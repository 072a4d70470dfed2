"""From the bytes of a text table to its text."""

from __future__ import annotations

import codecs
import re

from crewlab.errors import InputsError

FOREIGN = {
    b"\xd0\xcf\x11\xe0": "an old Excel or a password-protected file",
    b"PK\x03\x04": "a zip archive",
    b"%PDF": "a PDF",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a gzip archive",
    b"SQLite format 3": "an SQLite database",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
}
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_NUL_HINT = "No text has it. Remove it, or save the table anew from the program that it comes from."
_HINT = "Save it as CSV with UTF-8, or as .xlsx."


def decoded(data: bytes, filename: str) -> tuple[str, str, list[str]]:
    """Text, encoding and notes for the reader.

    Raises:
        InputsError: The bytes are no text in UTF-8, UTF-16 or Windows-1252.
    """
    for magic, kind in FOREIGN.items():
        if data.startswith(magic):
            raise InputsError(f"{filename} is {kind}, not a table.", _HINT)
    text, encoding = _text(data, filename)
    if "\x00" in text and not _CONTROL.search(text.replace("\x00", "")):
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise InputsError(f"{filename} holds the character U+0000 (NUL) in line {line}.", _NUL_HINT)
    if _CONTROL.search(text):
        raise InputsError(f"{filename} is not text in UTF-8, UTF-16 or Windows-1252.", _HINT)
    notes = ["It is not UTF-8 and was read as Windows-1252: check the accents."] if encoding == "cp1252" else []
    return text, encoding, notes


def _text(data: bytes, filename: str) -> tuple[str, str]:
    encoding = _marked(data)
    try:
        if encoding:
            return data.decode(encoding), encoding.removesuffix("-sig").removesuffix("-le").removesuffix("-be")
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if encoding:
            raise InputsError(f"{filename} is not valid {encoding.upper()} text.", _HINT) from error
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError as error:
        raise InputsError(f"{filename} is not text in UTF-8, UTF-16 or Windows-1252.", _HINT) from error


def _marked(data: bytes) -> str | None:
    """The encoding that a byte order mark tells, or the zeros in every other byte of UTF-16 without one."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = data[:2000]
    zeros_even, zeros_odd = sample[::2].count(0), sample[1::2].count(0)
    if max(zeros_even, zeros_odd) * 3 < len(sample[::2]) or not sample:
        return None
    return "utf-16-be" if zeros_even > zeros_odd else "utf-16-le"
