"""Models that cannot be reached, keys that are missing, prices that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from crewlab.definitions.library.prices import names_of
from crewlab.definitions.models import ModelChoice, key_variables, model_of, named_llms
from crewlab.definitions.problem import Problem
from crewlab.definitions.providers import PROVIDERS
from crewlab.definitions.rules.subject import Subject, error, warning

CHOOSE = "Name one here, for the crew, or at launch; rehearsal/plain needs no key."


def models(subject: Subject) -> Iterable[Problem]:
    """Each agent and the manager have a model that can be called from here."""
    reported: set[str] = set()
    for where, llm in named_llms(subject.document, subject.overlay):
        if isinstance(llm, str | dict) or (llm is None and where != "manager_llm"):  # a rule of its own says that
            for problem in _of_model(subject, where, llm):
                key = f"{problem.id} {problem.what}"
                if problem.severity == "error" or key not in reported:
                    yield problem
                reported.add(key)


def _of_model(subject: Subject, where: str, llm: Any) -> Iterable[Problem]:
    choice = model_of(llm)
    if not choice.model:
        yield error("llm.missing", where, "No model is named.", CHOOSE)
    elif choice.provider is None:
        yield _unknown(subject, where, choice)
    else:
        yield from _missing_package(subject, where, choice)
        yield from _missing_key(subject, where, llm, choice)
        yield from _missing_price(subject, where, choice)


def _unknown(subject: Subject, where: str, choice: ModelChoice) -> Problem:
    prefix, slash, _ = choice.model.partition("/")
    if not slash and subject.known.profiles is not None:
        return _unknown_name(where, choice.model, subject.known.profiles)
    if prefix == "openai":
        hint = "Check the spelling; a model of your own server needs a base_url as well."
    else:
        names = ", ".join(sorted(PROVIDERS))
        hint = f"Write provider/model, or openai/model with a base_url. Providers: {names}."
    return error("llm.unknown", where, f"No provider here serves the model {choice.model!r}.", hint)


def _unknown_name(where: str, name: str, profiles: Iterable[str]) -> Problem:
    near = get_close_matches(name, list(profiles), 3, 0.5)
    meant = f"Did you mean {' or '.join(near)}? " if near else ""
    hint = f"{meant}Profiles are kept under Library > Model profiles; a model is written provider/name."
    return error("llm.profile.unknown", where, f"There is no model or model profile {name!r}.", hint)


def _missing_package(subject: Subject, where: str, choice: ModelChoice) -> Iterable[Problem]:
    provider = PROVIDERS[str(choice.provider)]
    if subject.known.providers is not None and provider.name not in subject.known.providers:
        what = f"The model {choice.model!r} needs a package that is not installed."
        hint = f"Install it with: {provider.install_line}, then start CrewLab again."
        yield error("llm.package.missing", where, what, hint)


def _missing_key(subject: Subject, where: str, llm: Any, choice: ModelChoice) -> Iterable[Problem]:
    variables = key_variables(llm)
    if subject.known.keys is not None and variables and not subject.known.keys.intersection(variables):
        what = f"The model {choice.model!r} needs the key {variables[0]}, and it is not set."
        hint = f"Set {' or '.join(variables)}, store it under Library > Secrets, or choose a rehearsal model."
        yield error("llm.key.missing", where, what, hint)


def _missing_price(subject: Subject, where: str, choice: ModelChoice) -> Iterable[Problem]:
    priced = subject.known.priced_models
    if priced is not None and not choice.is_rehearsal and not priced.intersection(names_of(choice.model)):
        what = f"No price is known for {choice.model!r}; its cost will be shown as unpriced."
        yield warning("llm.unpriced", where, what, "Add a row for it to prices.json in the data folder.")
