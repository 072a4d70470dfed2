"""A table as a CSV file that a person takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crewlab.analysis.columns import REHEARSAL_NOTE, REPLAY_NOTE

if TYPE_CHECKING:
    import pandas as pd

NOTE_COLUMN = "note"
_FORMULA = r"^[=+\-@＝＋－＠\t\r\n]"
"""Full-width signs too: spreadsheets read them as formulas."""
_NUMBER = r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?"


def to_csv(frame: pd.DataFrame, *, for_spreadsheet: bool = False, is_rehearsal: bool | None = None) -> bytes:
    """The frame as UTF-8 CSV; rows of the rehearsal model and of replays say so in the column `note`.

    Args:
        frame: What to write; missing values become empty cells.
        for_spreadsheet: Put `'` in front of texts that a spreadsheet would run as a formula, and begin with a byte
            order mark, without which Excel misreads accents.
        is_rehearsal: Whether every row is rehearsal; `None` reads the frame's own `is_rehearsal`.
    """
    frame = with_note(frame, is_rehearsal=is_rehearsal)
    if for_spreadsheet:
        frame = _without_formulas(frame)
    text = frame.to_csv(index=False, lineterminator="\r\n")
    return text.encode("utf-8-sig" if for_spreadsheet else "utf-8", errors="replace")


def with_note(frame: pd.DataFrame, *, is_rehearsal: bool | None = None) -> pd.DataFrame:
    """The frame with a last column `note` where any row is rehearsal or replay, else as it is.

    Where the frame has a `note` of its own, ours is `crewlab.note`. Doing it twice changes nothing.
    """
    import pandas as pd

    if NOTE_COLUMN in frame and frame[NOTE_COLUMN].isin([*_NOTES.values()]).any():
        return frame
    rehearsal = _flags(frame, "is_rehearsal") if is_rehearsal is None else pd.Series(is_rehearsal, frame.index)
    flags = zip(rehearsal, _flags(frame, "is_replay"), strict=True)
    notes = pd.Series([_NOTES.get((bool(one), bool(other))) for one, other in flags], frame.index, dtype="string")
    if notes.isna().all():
        return frame
    return frame.assign(**{f"crewlab.{NOTE_COLUMN}" if NOTE_COLUMN in frame else NOTE_COLUMN: notes})


_NOTES = {
    (True, False): REHEARSAL_NOTE,
    (False, True): REPLAY_NOTE,
    (True, True): f"{REHEARSAL_NOTE}; {REPLAY_NOTE}",
}
"""What is said of a row that is rehearsal, replay or both."""


def _flags(frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    import pandas as pd

    return frame[name].fillna(False) if name in frame else pd.Series(False, frame.index)


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
