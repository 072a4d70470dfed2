"""Cassettes: answers of models and tools, recorded and given again. Light: knows no crewAI."""

from __future__ import annotations

from crewlab.bridge.cassettes.deck import Deck
from crewlab.bridge.cassettes.shelf import Shelf

__all__ = ["Deck", "Shelf"]
