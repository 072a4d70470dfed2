"""Numbers and times as people read them. Unknown is a dash or said in words, never zero."""

from __future__ import annotations

from datetime import UTC, datetime

UNKNOWN = "–"


def duration(seconds: float | None) -> str:
    """`0.42 s`, `12.3 s`, `4 min 05 s`, `2 h 03 min`."""
    if seconds is None:
        return UNKNOWN
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def money(usd: float | None) -> str:
    """US dollars with as many digits as small sums need; unknown is a dash."""
    if usd is None:
        return UNKNOWN
    digits = 2 if usd >= 1 or usd == 0 else 4 if usd >= 0.01 else 6
    return f"${usd:,.{digits}f}"


def whole(number: float | None) -> str:
    """A count with thousands separators; unknown is a dash."""
    return UNKNOWN if number is None else f"{number:,.0f}"


def plural(number: int, noun: str, many: str | None = None) -> str:
    """`1 task`, `2,000 tasks`, `2 batches`."""
    ending = "es" if noun.endswith(("s", "ch", "x")) else "s"
    return f"{number:,} {noun if number == 1 else many or noun + ending}"


def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """How long ago, roughly: `just now`, `5 min ago`, `3 h ago`, `2 days ago`, then the date (UTC)."""
    if moment is None:
        return "never"
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    if seconds < 45:
        return "just now"
    if seconds < 3600:
        return f"{max(1, round(seconds / 60))} min ago"
    if seconds < 86400:
        return f"{max(1, round(seconds / 3600))} h ago"
    if seconds < 7 * 86400:
        return f"{plural(round(seconds / 86400), 'day')} ago"
    return f"{moment.astimezone(UTC):%d %b %Y}"


def clock(moment: datetime | None) -> str:
    """A moment to the second, in UTC."""
    return UNKNOWN if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def tokens(input_tokens: int | None, output_tokens: int | None) -> str:
    """`1,234 in · 56 out`; unknown when the provider reported neither."""
    if input_tokens is None and output_tokens is None:
        return "unknown"
    return f"{whole(input_tokens)} in · {whole(output_tokens)} out"


def cost(usd: float | None, unpriced_calls: int = 0) -> str:
    """A sum of money that says when calls without a known price are left out of it."""
    if not unpriced_calls:
        return money(usd)
    calls = f"{plural(unpriced_calls, 'call')} unpriced"
    return calls if usd is None else f"{money(usd)} + {calls}"


def file_size(size: int) -> str:
    """`812 B`, `4.2 kB`, `1.3 MB`."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
