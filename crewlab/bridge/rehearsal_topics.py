"""The words of a task that an answer should pick up: values, names, quoted phrases."""

from __future__ import annotations

import re

_LABELLED = re.compile(r"^[ \t]*[-*]?[ \t]*[A-Za-z][\w ()/-]{1,30}:[ \t]+(\S[^\n]{1,400})$", re.MULTILINE)
_QUOTED = re.compile(r"[\"“`‘]([^\"“”`‘’\n]{3,80})[\"”`’]|(?<!\w)'([^'\n]{3,80})'(?!\w)")
_NAMES = re.compile(r"(?<=[a-z,;:] )[A-Z0-9][\w&.%-]*(?: (?:of |and |for |the )?[A-Z0-9][\w&.%-]*)*")
_WORDS = re.compile(r"[^\W\d_]{5,}")
_COMMON = """
about above after again against along among another answer based because before being below between briefly
cannot complete could current during every final first following given include including other please provide
should since their there these things those through under using where which while within without would write
analyse analyze describe explain identify prepare produce report review summarise summarize
"""
_IGNORED = f" {' '.join(_COMMON.split())} "
_MOST = 12


def topics(task: str) -> list[str]:
    """Between 1 and 12 phrases of `task`, the ones that probably came from an input first."""
    text = task[:4000]
    found = _values(text) + _NAMES.findall(text)
    if len(found) < 3:
        found += [word.lower() for word in _WORDS.findall(text) if f" {word.lower()} " not in _IGNORED]
    return _distinct(found)


def likely_inputs(task: str) -> list[str]:
    """The phrases of `task` that most probably came from an input; its topics when none stands out."""
    values = _values(task[:4000])
    return _distinct(values) if values else topics(task)[:3]


def _values(text: str) -> list[str]:
    """What stands behind a label (`Ticket: ...`) or between quotes."""
    return _LABELLED.findall(text) + [first or second for first, second in _QUOTED.findall(text)]


def _distinct(phrases: list[str]) -> list[str]:
    unique = list(dict.fromkeys(phrase.strip(" .,;:") for phrase in phrases))
    return [shortened(phrase, 60) for phrase in unique if phrase][:_MOST] or ["the task"]


def shortened(text: str, most: int) -> str:
    """`text` on one line of at most `most` characters, cut at a word, with `…` where something is missing."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line[: most - 1].rsplit(" ", 1)[0] if " " in line[: most - 1] else line[: most - 1]
    return cut.rstrip(" .,;:") + "…"
