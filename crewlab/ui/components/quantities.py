"""Numbers and times as a person reads them. Unknown is a dash, never a zero."""

from __future__ import annotations

from datetime import UTC, datetime

UNKNOWN = "–"


def duration(seconds: float | None) -> str:
    """`0.42 s`, `12.3 s`, `3 min 05 s`, `2 h 10 min`."""
    if seconds is None:
        return UNKNOWN
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"


def count(number: float | None) -> str:
    """A whole number with separators."""
    return UNKNOWN if number is None else f"{number:,.0f}"


def usd(amount: float | None, *, unpriced_calls: int = 0) -> str:
    """US dollars with as many digits as the amount needs; calls without a known price are said, not hidden."""
    if amount is None:
        return f"unpriced ({unpriced_calls} calls)" if unpriced_calls else UNKNOWN
    digits = 2 if amount >= 1 or amount == 0 else 4 if amount >= 0.01 else 6
    text = f"${amount:,.{digits}f}"
    return f"{text} + {unpriced_calls} unpriced" if unpriced_calls else text


def price_per_million(amount: float | None) -> str:
    """US dollars per million tokens."""
    return UNKNOWN if amount is None else f"${amount:,.2f} per million"


def when(moment: datetime | None, *, now: datetime | None = None) -> str:
    """`just now`, `5 min ago`, `3 h ago`, then the date; times are UTC."""
    if moment is None:
        return UNKNOWN
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min ago"
    if seconds < 86400:
        return f"{seconds // 3600:.0f} h ago"
    return f"{moment:%d %b %Y %H:%M} UTC"


def plural(number: int, noun: str) -> str:
    """`1 execution`, `2,000 executions`."""
    ending = "" if number == 1 else "es" if noun.endswith(("s", "ch")) else "s"
    return f"{number:,} {noun}{ending}"


def bytes_text(size: int) -> str:
    """`812 B`, `4.2 kB`, `1.3 MB`."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
