"""The words of a task that an answer should pick up: values, names, quoted phrases."""

from __future__ import annotations

import re
from collections.abc import Iterator

_VALUE = re.compile(
    r"(?:^|[.!?]\s+)[ \t]*[-*]?[ \t]*[A-Z][\w ()/-]{1,30}:[ \t]+([^\n.]{3,}(?:\.(?!\s|$)[^\n.]+)*)"  # Ticket: ...
    r"|[\"“`‘]([^\"“”`‘’\n]{3,80})[\"”`’]"
    r"|(?<!\w)'([^'\n]{3,80})'(?!\w)"
    r"|\(([^(),\n]{3,80})[,)]",
    re.MULTILINE,
)
_TOKEN = re.compile(r"(?P<word>(?:[^\s,;:()\[\]{}\"“”‘’`!?|—–]|,(?=\d))+)|(?P<end>[,;:()\[\]{}\"“”‘’`!?|—–]|\n\s*\n)")
_COMMON = """
a about above after again against all along also among an and another any are as at be because been before being below
between both briefly but by can cannot could do does done down during each either every few first following for from
given had has have he her here how i if in include including into is it its just keep let many may me might more most
must my never no nor not now of off on one only onto or other our out over per please point say she should since so
some start such than that the their them then there these they things this those three through to today two under until
up upon us use using very via was we were what when where whether which while who whom whose why will with within
without would you your
analyse analyze answer check compare decide describe estimate explain find give identify join list make mark name
prepare produce propose read reconstruct report research review show size state summarise summarize tell triage turn
write
"""
_STOPS = frozenset(re.findall(r"\w+", _COMMON))
_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ]|\d.*[^\W\d_]|[^\W\d_].*\d|\w[._]\w")
"""A capital letter, digits among letters, or a name such as `customers.csv` or `customer_id`."""
_MOST = 12
_LONGEST = 60
_READ = 4000


def topics(task: str) -> list[str]:
    """Between 1 and 12 phrases of `task` to write about: names and numbers first, then other words."""
    named, plain = _phrases(task[:_READ])
    return _distinct(named if len(named) >= 3 else [*named, *plain])


def likely_inputs(task: str) -> list[str]:
    """Up to three phrases of `task` that most probably came from an input, the longest first."""
    named, plain = _phrases(task[:_READ])
    values = [next(filter(None, groups)) for groups in _VALUE.findall(task[:_READ])]
    return sorted(_distinct([*values, *named] or plain)[:3], key=len, reverse=True)


def shortened(text: str, most: int) -> str:
    """`text` on one line of at most `most` characters, cut at a word, with `…` where something is missing."""
    line = " ".join(text[: most * 8].split())
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    if line[most - 1] != " " and " " in cut:
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(" .,;:") + "…"


def _phrases(text: str) -> tuple[list[str], list[str]]:
    """What looks like a name or has a number in it, and the other phrases."""
    named: list[str] = []
    plain: list[str] = []
    for number, (run, begins_sentence) in enumerate(_runs(text)):
        phrase = run.partition(" ")[2] or run if number == 0 else run  # a task begins with what to do: "Greet Ada"
        seen = phrase[1:] if begins_sentence else phrase
        if _NAME.search(seen):
            named.append(phrase)
        elif " " in phrase or len(phrase) >= 5:
            plain.append(phrase)
    return [phrase for phrase in named if len(phrase) > 2], plain


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """Runs of words without a stop word or punctuation between them, and whether each begins a sentence."""
    run: list[str] = []
    begins = starts = True
    for token in _TOKEN.finditer(text):
        word = token.group("word") or ""
        bare = word.rstrip(".")
        if bare and bare.lower() not in _STOPS:
            begins = starts if not run else begins
            run.append(bare)
        elif run:
            yield " ".join(run), begins
            run = []
        starts = word.endswith(".") or token.group() in "!?:\n"
        if word.endswith(".") and run:
            yield " ".join(run), begins
            run = []
    if run:
        yield " ".join(run), begins


def _distinct(phrases: list[str]) -> list[str]:
    unique = dict.fromkeys(shortened(phrase.strip(" .,;:"), _LONGEST) for phrase in phrases)
    return [phrase for phrase in unique if len(phrase) > 2][:_MOST] or ["the task"]
