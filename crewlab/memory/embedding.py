"""Texts as vectors, without a model, a key or a network: which words and word parts a text has, hashed.

Texts are near each other when they share words or parts of words (`refund` and `refunded`), whatever the language.
Synonyms are strangers to it: it measures wording, not meaning.
"""

from __future__ import annotations

import math
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

DIMENSIONS = 512
_WORD = re.compile(r"\w+")
_LONGEST_WORD = 32
_MOST_WORDS = 4000
_PART_WEIGHT = 1.0
_COMMON_WEIGHT = 0.1
_COMMON = frozenset(
    (  # noqa: SIM905 - as a list it would be a page long
        "a about all an and any are as at be been but by can did do does for from get had has have he her his how i if"
        " in into is it its me more my no not of on one or our out she should so some than that the their them then"
        " there these they this to up us was we were what when where which who why will with would you your"
    ).split()
)
"""English words that say little; those of other languages count fully."""


class Embedder(Protocol):
    """Makes vectors of texts. Blocks."""

    @property
    def name(self) -> str:
        """Vectors of embedders of different names cannot be compared."""
        ...

    @property
    def slope(self) -> float:
        """How fast the score of knowledge rises from 0.5 with the cosine: 0.5 is crewAI's, for vectors of a model."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A row of length 1 for each text; of zeros where there is nothing in it."""
        ...


class OfflineEmbedder:
    """The embedder of this module: the same text has the same vector, everywhere and always."""

    name = f"offline/1-{DIMENSIONS}"
    slope = 1.0
    """Texts that share a few words have cosines of 0.1 to 0.3 here; so the usual threshold of 0.6 tells them apart."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder`."""
        import numpy as np

        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word, count in _words(text).items():
                places, weights = _parts(word)
                np.add.at(row, places, weights * (1.0 + math.log(count)))
        return unit(rows)


def unit(rows: Vectors) -> Vectors:
    """Every row at length 1; rows of zeros stay."""
    import numpy as np

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: Vectors = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return found


def _words(text: str) -> Counter[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    found = (match.group()[:_LONGEST_WORD] for match in _WORD.finditer(plain))
    return Counter(word for word, _ in zip(found, range(_MOST_WORDS), strict=False))


@lru_cache(maxsize=50_000)
def _parts(word: str) -> tuple[NDArray[np.intp], Vectors]:
    """Where a word and its parts of three letters fall, and how much each counts; half of all places count down."""
    import numpy as np

    padded = f"<{word}>"
    parts = [padded[start : start + 3] for start in range(len(padded) - 2)]
    hashes = [zlib.crc32(part.encode("utf-8", "replace")) for part in [f"={word}", *parts]]
    weights = [1.0, *([_PART_WEIGHT / math.sqrt(len(parts))] * len(parts))]
    signed = [weight if value & 1 << 31 else -weight for value, weight in zip(hashes, weights, strict=True)]
    scale = _COMMON_WEIGHT if word in _COMMON else 1.0
    return np.array([value % DIMENSIONS for value in hashes]), np.array(signed, dtype=np.float32) * np.float32(scale)
