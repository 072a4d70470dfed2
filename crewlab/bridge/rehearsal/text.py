"""Free text in the shape that a task expects: bullets, a table, sections, numbered points, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crewlab.bridge.rehearsal.draws import Draws
from crewlab.bridge.rehearsal.prompt import Prompt
from crewlab.bridge.rehearsal.topics import shortened, topics

LABEL = "Rehearsal, not evidence:"
"""How every free text of the rehearsal model begins."""
REVISED = "Revised after this feedback"
_NUMBERED = re.compile(r"^\d+\.\s+")
_NOT_FINDINGS = (LABEL, "**", "#", "```")

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBER = r"(\d{1,2}|" + "|".join(_WORDS) + r")"
_COUNT = re.compile(_NUMBER + r"(?:\s*(?:-|–|to)\s*" + _NUMBER + r")?[\s-]+(?:[\w-]+\s+){0,3}?[a-z]+s\b", re.IGNORECASE)
_NAMED = r"\s*(?:named|called|titled|are|for)?\s*:?\s+([^.\n]{3,200})"
_COLUMNS = re.compile(r"\bcolumns?\b" + _NAMED, re.IGNORECASE)
_SECTIONS = re.compile(r"\b(?:sections?|headings?|parts)\b" + _NAMED, re.IGNORECASE)
_SEPARATORS = re.compile(r"\s*(?:,|;|\band\b|&)\s*")
_FINDINGS = (
    "looks {trend}, by about {number} %",
    "is {trend}; two of three sources would agree",
    "stands out: {number} of 100 cases",
    "matters most to the outcome ({number} % of the effect)",
    "is {trend} since last quarter, {number} % against plan",
    "shows a gap of {number} points that needs an owner",
    "is the weakest spot; {number} days would close it",
    "is within the usual range ({number} of 100)",
)
_TRENDS = ("rising", "steady", "falling", "mixed", "slowing", "recovering")
_CONFIDENCE = ("low", "medium", "high")


@dataclass(frozen=True)
class Voice:
    """How a rehearsal sounds: how much of the task it quotes, how many points it makes, what it adds."""

    quoted: int
    points: int
    confidence: bool = False
    caveat: str = ""


VOICES = {
    "plain": Voice(quoted=600, points=4),
    "terse": Voice(quoted=160, points=2),
    "careful": Voice(
        quoted=600,
        points=5,
        confidence=True,
        caveat="To be checked before anybody relies on it: every figure above is invented, and no source was read.",
    ),
}
"""The voices by name; the model string is `rehearsal/<voice>`."""


def free_text(prompt: Prompt, draws: Draws, voice_name: str) -> str:
    """An answer that quotes the task and what it was given, in the shape of the expected output."""
    voice = VOICES[voice_name]
    paragraphs = [
        f"{LABEL} the rehearsal model ({voice_name}, {draws.mark}) knows only this prompt, and invents its figures.",
        f"**Task:** {shortened(prompt.task, voice.quoted)}",
        *_given(prompt, voice),
        _body(prompt, draws, voice),
        voice.caveat,
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _given(prompt: Prompt, voice: Voice) -> list[str]:
    """Short quotes of what the model was given beside the task."""
    most = voice.quoted // 4
    earlier = "; ".join(f"“{shortened(gist(text), most)}”" for text in prompt.context)
    results = [f"**{name} returned:** “{shortened(_telling(result), most)}”" for name, result in prompt.tool_results]
    given = [f"**Built on:** {earlier}"] if earlier else []
    if prompt.feedback:
        given.append(f"**{REVISED}:** {shortened(prompt.feedback, most)}")
    return given + results


def _telling(result: str) -> str:
    """What a tool returned; of a coworker who rehearses, too, only the finding."""
    return gist(result) if result.startswith(LABEL) else result


def gist(text: str) -> str:
    """The first finding of an earlier answer: past its label, its headings, and what it quotes itself."""
    found = ""
    for line in text.splitlines():
        if line.replace(" ", "").startswith("|---"):
            found = ""  # what came before was the head of a table
        elif not found and line.strip() and not line.startswith(_NOT_FINDINGS):
            found = max(line.split("|"), key=len).strip(" -")
    return _NUMBERED.sub("", found) or text


def _body(prompt: Prompt, draws: Draws, voice: Voice) -> str:
    wanted = prompt.expected.lower()
    points = _points(prompt, draws, voice)
    if "table" in wanted:
        return _table(points, _names(_COLUMNS, prompt.expected), topics(prompt.task), draws)
    sections = _names(_SECTIONS, prompt.expected)
    if sections:
        return _sections(points, sections)
    if re.search(r"\b(numbered|ranked|steps?)\b", wanted):
        return "\n".join(f"{number}. {point}" for number, point in enumerate(points, 1))
    if re.search(r"\b(bullets?|lists?|points|items)\b", wanted):
        return "\n".join(f"- {point}" for point in points)
    return _prose(points, wanted)


def _points(prompt: Prompt, draws: Draws, voice: Voice) -> list[str]:
    phrases = topics(prompt.task)
    return [_point(phrases[number % len(phrases)], draws, voice) for number in range(_how_many(prompt.expected, voice))]


def _point(topic: str, draws: Draws, voice: Voice) -> str:
    finding = draws.pick(_FINDINGS).format(trend=draws.pick(_TRENDS), number=5 + draws.number(90))
    confidence = f" Confidence: {draws.pick(_CONFIDENCE)}." if voice.confidence else ""
    subject = topic.capitalize() if topic.isalpha() and topic.islower() else topic
    return f"{subject} {finding} (invented).{confidence}"


def _how_many(expected: str, voice: Voice) -> int:
    """The number of points that `expected` names (the larger end of a range), or what the voice is used to."""
    found = _COUNT.search(expected)
    if not found:
        return voice.points
    return min(12, max(1, _as_number(found.group(2) or found.group(1))))


def _as_number(text: str) -> int:
    return int(text) if text.isdigit() else _WORDS.index(text.lower()) + 1


def _names(pattern: re.Pattern[str], expected: str) -> list[str]:
    """The columns or sections that `expected` lists, if it lists at least two."""
    found = pattern.search(expected)
    if not found:
        return []
    names = [name.strip(" '\"`()*:") for name in _SEPARATORS.split(found.group(1))]
    names = [name for name in names if name and len(name) <= 40]
    return names if len(names) >= 2 else []


def _table(points: Sequence[str], columns: Sequence[str], phrases: Sequence[str], draws: Draws) -> str:
    columns = columns or ("Subject", "Finding", "Score")
    rows = [_row(phrases[number % len(phrases)], point, columns, draws) for number, point in enumerate(points)]
    return "\n".join([f"| {' | '.join(columns)} |", "|" + " --- |" * len(columns), *rows])


def _row(subject: str, point: str, columns: Sequence[str], draws: Draws) -> str:
    finding = point.replace("|", "/")
    cells = [subject.replace("|", "/"), finding, *(str(draws.number(100)) for _ in columns[2:])]
    return f"| {' | '.join(cells[: len(columns)])} |"


def _sections(points: Sequence[str], names: Sequence[str]) -> str:
    shared = [points[number % len(points)] for number in range(max(len(names), len(points)))]
    parts = []
    for number, name in enumerate(names):
        lines = shared[number :: len(names)]
        parts.append(f"## {name[:1].upper()}{name[1:]}\n\n" + "\n".join(f"- {line}" for line in lines))
    return "\n\n".join(parts)


def _prose(points: Sequence[str], wanted: str) -> str:
    if re.search(r"\b(one|single) (sentence|line|word)\b", wanted):
        return points[0]
    if "paragraph" in wanted:
        return "\n\n".join(points)
    return " ".join(points)
