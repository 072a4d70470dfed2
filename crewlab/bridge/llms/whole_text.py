"""Text of a model that can be sent on and written down."""

from __future__ import annotations


def whole(text: str) -> str:
    """`text` with each half of a character (a lone surrogate, which JSON can hold and UTF-8 cannot) shown as �.

    Two halves that belong together, as a stream may bring them, become their character.
    """
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
