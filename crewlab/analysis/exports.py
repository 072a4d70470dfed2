"""A table as a CSV file that a person takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crewlab.analysis.columns import REHEARSAL_NOTE

if TYPE_CHECKING:
    import pandas as pd

NOTE_COLUMN = "note"
_FORMULA = r"^[=+\-@＝＋－＠\t\r\n]"
"""Full-width signs too: spreadsheets read them as formulas."""
_NUMBER = r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?"


def to_csv(
    frame: pd.DataFrame,
    *,
    neutralise_formulas: bool = False,
    for_excel: bool = False,
    is_rehearsal: bool | None = None,
) -> bytes:
    """The frame as UTF-8 CSV; rows of the rehearsal model say so in the column `note`.

    Args:
        frame: What to write; missing values become empty cells.
        neutralise_formulas: Put `'` in front of texts that a spreadsheet would run as a formula.
        for_excel: Begin with a byte order mark, without which Excel misreads accents.
        is_rehearsal: Whether every row is rehearsal; `None` reads the frame's own `is_rehearsal`.
    """
    frame = with_note(frame, is_rehearsal=is_rehearsal)
    if neutralise_formulas:
        frame = _without_formulas(frame)
    text = frame.to_csv(index=False, lineterminator="\r\n")
    return text.encode("utf-8-sig" if for_excel else "utf-8", errors="replace")


def with_note(frame: pd.DataFrame, *, is_rehearsal: bool | None = None) -> pd.DataFrame:
    """The frame with a last column `note` where any row comes from the rehearsal model, else as it is.

    Where the frame has a `note` of its own, ours is `crewlab.note`. Doing it twice changes nothing.
    """
    import pandas as pd

    if NOTE_COLUMN in frame and (frame[NOTE_COLUMN] == REHEARSAL_NOTE).any():
        return frame
    if is_rehearsal is None:
        flags = frame["is_rehearsal"].fillna(False) if "is_rehearsal" in frame else pd.Series(False, frame.index)
    else:
        flags = pd.Series(is_rehearsal, frame.index)
    if not flags.any():
        return frame
    notes = pd.Series([REHEARSAL_NOTE if flag else None for flag in flags], frame.index, dtype="string")
    return frame.assign(**{f"crewlab.{NOTE_COLUMN}" if NOTE_COLUMN in frame else NOTE_COLUMN: notes})


def _without_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    from pandas.api.types import is_object_dtype, is_string_dtype

    texts = {name for name in frame.columns if is_string_dtype(frame[name]) or is_object_dtype(frame[name])}
    safe = frame.assign(**{name: _quoted(frame[name]) for name in texts})
    return safe.rename(columns={name: _quoted_text(str(name)) for name in safe.columns})


def _quoted(series: pd.Series[Any]) -> pd.Series[Any]:
    texts = series.astype("string")
    risky = (texts.str.match(_FORMULA) & ~texts.str.fullmatch(_NUMBER)).fillna(False)
    return texts.mask(risky, "'" + texts)


def _quoted_text(text: str) -> str:
    import pandas as pd

    return str(_quoted(pd.Series([text])).iloc[0])
