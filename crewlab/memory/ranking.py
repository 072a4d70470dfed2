"""Which memories, or pieces of knowledge, are nearest to a query. The scores are crewAI's."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crewlab.memory.memories import Row, unpacked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from crewlab.memory.embedding import Vectors


@dataclass(frozen=True)
class Weights:
    """What counts when memories are compared; crewAI's, unless somebody says otherwise."""

    nearness: float = 0.5
    recency: float = 0.3
    importance: float = 0.2
    half_life_days: float = 30.0
    important: float = 0.5
    """How important each memory is: without an analysis, all the same."""


USUAL = Weights()


@dataclass(frozen=True)
class Match:
    """Something that was found; a `score` of 1 is the best there can be."""

    content: str
    score: float


def best_memories(query: Vectors, rows: Sequence[Row], limit: int, weights: Weights = USUAL) -> list[Match]:
    """The memories nearest to any of the queries, the best first; one that was kept twice is found once."""
    if not rows or not len(query):
        return []
    cosines = (unpacked(row.vector for row in rows) @ query.T).max(axis=1)
    scores = _memory_scores(cosines, [row.created_at for row in rows], weights)
    found: dict[str, float] = {}
    for index in scores.argsort()[::-1]:
        found.setdefault(rows[index].content, float(scores[index]))
        if len(found) == limit:
            break
    return [Match(content, score) for content, score in found.items()]


def nearest(vectors: Vectors, rows: Sequence[Row], limit: int) -> list[list[tuple[int, float]]]:
    """For each vector the numbers of the rows that are nearest to it, with how near they are, the nearest first."""
    scores = _nearness(vectors @ unpacked(row.vector for row in rows).T)
    order = (-scores).argsort(axis=1, kind="stable")[:, :limit]
    return [[(int(number), float(one[number])) for number in best] for one, best in zip(scores, order, strict=True)]


def best_pieces(
    cosines: NDArray[np.float32],
    contents: Sequence[str],
    owners: Sequence[int],
    slope: float,
    limit: int,
    threshold: float,
) -> list[Match]:
    """The pieces that score at least `threshold`, the best first; `owners` says whose each cosine is.

    A piece is as near as the nearest of its passages: a question is about a sentence, not about pages.
    """
    best: dict[int, float] = {}
    for owner, cosine in zip(owners, cosines, strict=True):
        best[owner] = max(float(cosine), best.get(owner, -1.0))
    scored = [(min(1.0, max(0.0, 0.5 + slope * cosine)), owner) for owner, cosine in best.items()]
    kept = sorted((pair for pair in scored if pair[0] >= threshold), key=lambda pair: (-pair[0], pair[1]))
    return [Match(contents[owner], score) for score, owner in kept[:limit]]


def _memory_scores(cosines: Vectors, created_at: Sequence[float], weights: Weights) -> Vectors:
    """crewAI's: nearness by squared distance, and age, which counts half after every half life."""
    import numpy as np

    nearness = _nearness(cosines)
    age_days = np.maximum(0.0, time.time() - np.array(created_at)) / 86_400
    newness = 0.5 ** (age_days / weights.half_life_days)
    same = weights.importance * weights.important
    scores: Vectors = (weights.nearness * nearness + weights.recency * newness + same).astype(np.float32)
    return scores


def _nearness(cosines: Vectors) -> Vectors:
    """crewAI's, which counts the squared distance of the vectors."""
    import numpy as np

    near: Vectors = (1.0 / (1.0 + np.maximum(0.0, 2.0 - 2.0 * cosines))).astype(np.float32)
    return near
