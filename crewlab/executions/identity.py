"""Ids that sort by the time they were made (UUID version 7, RFC 9562 §5.7)."""

from __future__ import annotations

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last_microsecond = 0


def new_id() -> str:
    """A UUIDv7, strictly increasing within the process, so that the store's zone maps find it quickly."""
    global _last_microsecond
    with _lock:
        now = max(time.time_ns() // 1000, _last_microsecond + 1)
        _last_microsecond = now
    milliseconds, microseconds = divmod(now, 1000)
    random_bits = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    value = milliseconds << 80 | 0x7 << 76 | microseconds << 66 | 0b10 << 62 | random_bits
    return str(uuid.UUID(int=value))
