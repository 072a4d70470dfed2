"""A text in pieces that are quoted as a whole, and each piece in passages that are compared with a question."""

from __future__ import annotations

MOST_PIECES = 5000
"""Of one source, which is 20 million characters in pieces of the usual size."""
_PASSAGE = 300


def pieces_of(text: str, size: int, overlap: int) -> list[str]:
    """Pieces of `size` characters, each beginning with the last `overlap` of the one before, as crewAI cuts them."""
    starts = range(0, len(text), size - overlap)
    pieces = (text[start : start + size] for start, _ in zip(starts, range(MOST_PIECES), strict=False))
    return [piece for piece in pieces if piece.strip()]


def passages_of(piece: str, length: int = _PASSAGE) -> list[str]:
    """Parts of about `length` characters, cut between lines or words where there are any."""
    passages, rest = [], piece
    while len(rest) > length:
        cut = max(rest.rfind("\n", length // 2, length), rest.rfind(" ", length // 2, length)) + 1 or length
        passages.append(rest[:cut])
        rest = rest[cut:]
    return [*passages, rest]
