"""What keeps a comparison from meaning what it seems to mean, in sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from crewlab.definitions.memory import remembers_over_executions
from crewlab.executions.execution import Execution
from crewlab.executions.status import ExecutionStatus

Labelled = Sequence[tuple[str, Execution]]


def warnings_of(executions: Sequence[Execution], labels: Sequence[str]) -> tuple[str, ...]:
    """One sentence for each thing to know before reading the figures, the weightiest first."""
    labelled = list(zip(labels, executions, strict=True))
    return tuple(sentence for rule in _RULES if (sentence := rule(labelled)))


def _rehearsal(labelled: Labelled) -> str:
    flags = {one.is_rehearsal for _, one in labelled}
    if flags == {True}:
        return "All of them come from the rehearsal model: not evidence."
    names = _names(label for label, one in labelled if one.is_rehearsal)
    return f"Rehearsal and real models are mixed; not evidence: {names}." if len(flags) > 1 else ""


def _replay(labelled: Labelled) -> str:
    names = _names(label for label, one in labelled if one.is_replay)
    what = "recorded answers, and durations that say nothing of a model"
    return f"Replayed from a cassette, with {what}: {names}." if names else ""


def _definitions(labelled: Labelled) -> str:
    names = {one.definition_name for _, one in labelled}
    return f"They ran different definitions: {_names(sorted(names))}." if len(names) > 1 else ""


def _content(labelled: Labelled) -> str:
    if len({one.definition_name for _, one in labelled}) > 1:
        return ""
    count = len({one.content_hash for _, one in labelled})
    return f"They ran {count} different contents of the definition." if count > 1 else ""


def _knowledge(labelled: Labelled) -> str:
    contents: defaultdict[str, set[str]] = defaultdict(set)
    for _, one in labelled:
        for path, sha256 in one.options.knowledge_files.items():
            contents[path].add(sha256)
    changed = _names(sorted(path for path, hashes in contents.items() if len(hashes) > 1))
    return f"Knowledge files changed between their launches: {changed}." if changed else ""


def _memory(labelled: Labelled) -> str:
    names = _names(label for label, one in labelled if remembers_over_executions(one.document))
    what = "later ones know what earlier ones learned, so they are not independent repeats"
    return f"Memory from run to run; {what}: {names}." if names else ""


def _inputs(labelled: Labelled) -> str:
    first = labelled[0][1].inputs
    names = _names(label for label, one in labelled if one.inputs != first)
    return f"The inputs differ from the baseline's: {names}." if names else ""


def _unfinished(labelled: Labelled) -> str:
    names = _names(label for label, one in labelled if one.status.is_active)
    return f"Not ended yet, so the figures still change: {names}." if names else ""


def _not_completed(labelled: Labelled) -> str:
    ended = ((label, one) for label, one in labelled if one.status.is_terminal)
    names = _names(f"{label} ({one.status})" for label, one in ended if one.status != ExecutionStatus.COMPLETED)
    return f"Not completed, so the figures are of a part: {names}." if names else ""


def _unpriced(labelled: Labelled) -> str:
    names = _names(label for label, one in labelled if one.usage.unpriced_calls)
    return f"Calls without a known price are left out of the cost: {names}." if names else ""


def _unknown(labelled: Labelled) -> str:
    names = _names(label for label, one in labelled if one.usage.unknown_calls)
    return f"Calls whose provider reported no tokens are left out of the sums: {names}." if names else ""


def _attempts(labelled: Labelled) -> str:
    counts = {one.attempt for _, one in labelled}
    return "They took unequal numbers of attempts; totals are over all attempts." if len(counts) > 1 else ""


_RULES: tuple[Callable[[Labelled], str], ...] = (
    _rehearsal,
    _replay,
    _definitions,
    _content,
    _knowledge,
    _memory,
    _inputs,
    _unfinished,
    _not_completed,
    _unpriced,
    _unknown,
    _attempts,
)


def _names(labels: object) -> str:
    """Up to six names, then how many more."""
    found = list(labels)  # type: ignore[call-overload]  # an index of labels
    return ", ".join(found[:6]) + (f" and {len(found) - 6} more" if len(found) > 6 else "")
