"""What the rehearsal model answers where crewAI asks about memory and knowledge: words of the task, not about it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

_REWRITES = "Your goal is to rewrite the user query"
_EXTRACTS = "You extract discrete, reusable memory statements"
_ANALYSES = "You analyze a query for searching memory"
_SEARCHED, _EXCERPTS = "Query: ", "\n\nRelevant memory excerpts:\n"
_COMPARES = "You are comparing new content"
_QUERY = re.compile(
    r"The original query is: (?:Current Task: )?(.*?)(?:\n\nThis is the expected criteria|\. *\Z)", re.DOTALL
)
_RESULT = re.compile(r"\nResult: (.*?)(?:\n\nExtract memory statements|\Z)", re.DOTALL)
_SENTENCE = re.compile(r"[^.!?\n|#*]{25,300}[.!?]?")
_MOST = 3
_QUOTED = 200
_LONGEST_QUERY = 400


def recollection_answer(messages: str | Sequence[Mapping[str, Any]]) -> str | None:
    """The search query that a task is, or the first statements of a result as JSON; `None` for anything else.

    Nothing is ever missing among memories, and what is remembered already, word by word, is not kept again.
    """
    if isinstance(messages, str):
        return None
    said = [str(message.get("content") or "") for message in messages]
    if len(said) == 1:
        return "Nothing is missing." if said[0].startswith(_SEARCHED) and _EXCERPTS in said[0] else None
    return _answer(*said) if len(said) == 2 else None


def _answer(system: str, user: str) -> str | None:
    if system.startswith(_REWRITES) and (found := _QUERY.search(user)):
        return found.group(1).strip()[:_LONGEST_QUERY]
    if system.startswith(_EXTRACTS) and (result := _RESULT.search(user)):
        statements = (match.group().strip() for match in _SENTENCE.finditer(result.group(1)))
        return json.dumps({"memories": list(dict.fromkeys(statements))[:_MOST]}, ensure_ascii=False)
    if system.startswith(_ANALYSES):
        query = user.removeprefix(_SEARCHED).partition("\n\nAvailable scopes")[0]
        return json.dumps({"recall_queries": [query[:_LONGEST_QUERY]]}, ensure_ascii=False)
    if system.startswith(_COMPARES):
        return json.dumps({"actions": [], "insert_new": not _is_told_again(user)})
    return None


def _is_told_again(question: str) -> bool:
    new, _, there = question.partition("\n\nExisting similar memories:\n")
    content = new.partition("\n")[2].strip()[:_QUOTED]
    return any(line.strip().removeprefix("content: ").removesuffix("...") == content for line in there.splitlines())
