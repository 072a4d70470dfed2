"""Which model a document names: its provider, the key it needs, whether it is the rehearsal model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from crewlab.definitions.crew import default_process
from crewlab.definitions.flows.crews import placed_crews
from crewlab.definitions.library.model_profiles import ModelProfile
from crewlab.definitions.overlay import Overlay, as_overlay
from crewlab.definitions.providers import REHEARSAL, Provider, provider_named, provider_of_bare
from crewlab.definitions.shape import in_crew_shape


@dataclass(frozen=True)
class ModelChoice:
    """A model string taken apart: `provider` is `None` when none can serve it, `model` empty when none is named."""

    model: str
    provider: str | None
    is_rehearsal: bool = False
    base_url: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """What else the document says of it, `model`, `base_url` and `api_key` left out."""


def model_of(llm: Any) -> ModelChoice:
    """The model that a document's `llm` (text, object or nothing) names. Never raises."""
    values = _values(llm)
    model = values.get("model")
    model = model.strip() if isinstance(model, str) else ""
    base_url = values.get("base_url") or values.get("api_base")
    url = base_url if isinstance(base_url, str) else None
    provider = _provider(model, values.get("provider"), url)
    named = {key: value for key, value in values.items() if key not in ("model", "base_url", "api_base", "api_key")}
    name = provider.name if provider else None
    return ModelChoice(model, name, name == REHEARSAL, url, named)


def key_variables(llm: Any) -> tuple[str, ...]:
    """The variables of which one must be set for this model, the usual one first; empty when it needs none.

    A model at a base URL of its own is called without a key when there is none.
    """
    choice = model_of(llm)
    if choice.base_url or _values(llm).get("api_key"):
        return ()
    provider = provider_named(choice.provider or "")
    return provider.keys if provider else ()


def required_key(llm: Any) -> str | None:
    """The usual name of the key that this model needs, such as `OPENAI_API_KEY`; `None` when it needs none."""
    return next(iter(key_variables(llm)), None)


MANAGER = "manager"
"""The name of a manager whom the document does not describe, or describes in its own place."""


PLANNER = "crew planner"
"""The name of whoever plans the tasks of a crew before they run."""


def planner_llm(document: Mapping[str, Any]) -> Any:
    """The model that plans: the document's own for it, or else the manager's, the crew's or that of an agent."""
    return _planner_llm(in_crew_shape(document))[1]


def with_planning(document: Mapping[str, Any], planning: bool | None) -> Mapping[str, Any]:
    """The document with planning switched on or off, or as it is."""
    return document if planning is None else {**document, "planning": planning}


def named_llms(document: Mapping[str, Any], override: Any = None) -> Iterator[tuple[str, Any]]:
    """Every `llm` that a run would use, written out, with its place in the document or in the launch.

    `override` is an `Overlay`, or a model for all. An agent that names none has the crew's `llm`, and yields `None`
    when the crew has none either.
    """
    overlay = as_overlay(override)
    rest = []
    for agent, where, defined in _defined_llms(document):
        if overlay.llms.get(agent):
            yield f"llms.{agent}", overlay.choose(agent, defined).llm
        elif (one := (where, overlay.choose(agent, defined).llm)) not in rest:  # agents may share the memory's model
            rest.append(one)
    if overlay.llm:
        yield from [("llm", overlay.resolved(overlay.llm).llm)] if rest or not overlay.llms else []
    else:
        yield from rest


def agents_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The names by which a launch may give agents models of their own, the manager's among them."""
    return tuple(dict.fromkeys(agent for agent, _, _ in _defined_llms(document)))


def profiles_used(document: Mapping[str, Any], overlay: Overlay, *more: Any) -> dict[str, ModelProfile]:
    """The profiles that a run of `document` would use, and those that `more` models name, by name."""
    defined = [overlay.choose(agent, own) for agent, _, own in _defined_llms(document)]
    others = [overlay.resolved(llm) for llm in (*more, overlay.llm, *(value for _, value in llms_within(document)))]
    return {chosen.profile.name: chosen.profile for chosen in [*defined, *others] if chosen.profile}


def llms_within(document: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Every value under a name such as `llm` or `manager_llm` with its place, at any depth, used or not."""
    if isinstance(document, Mapping):
        for name, value in document.items():
            place = f"{where}.{name}" if where else str(name)
            if str(name).endswith("llm"):
                yield place, value
            yield from llms_within(value, place)
    elif isinstance(document, list | tuple):
        for number, item in enumerate(document):
            yield from llms_within(item, f"{where}[{number}]")


def _defined_llms(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Each agent, where its model is written, and the model; in a flow, those of every crew and step."""
    for before, crew in placed_crews(document):
        yield from ((agent, f"{before}{where}", llm) for agent, where, llm in _llms_of_crew(crew))


def _llms_of_crew(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    shaped = in_crew_shape(document)
    default, agents = shaped.get("llm"), shaped.get("agents")
    manager = shaped.get("manager_agent") if default_process(shaped) == "hierarchical" else None
    for name, agent in agents.items() if isinstance(agents, Mapping) else []:
        if isinstance(agent, Mapping):
            of_manager = shaped.get("manager_llm") if name == manager else None
            yield str(name), f"agents.{name}.llm", agent.get("llm") or of_manager or default
            if planner := planning_llm(agent.get("planning_config")):
                yield str(name), f"agents.{name}.planning_config.llm", planner
            if found := _memory_llm(shaped, agent, f"agents.{name}."):
                yield str(name), *found
    if shaped.get("planning"):
        yield PLANNER, *_planner_llm(shaped)
    if default_process(shaped) == "hierarchical" and not isinstance(manager, str):
        own = manager.get("llm") if isinstance(manager, Mapping) else None
        yield MANAGER, ("manager_agent.llm" if own else "manager_llm"), own or shaped.get("manager_llm") or default
        if found := _memory_llm(shaped, manager if isinstance(manager, Mapping) else {}, "manager_agent."):
            yield MANAGER, *found


def planning_llm(config: Any) -> Any:
    """The model that a `planning_config` names, or `None`."""
    return _values(config).get("llm")


def _memory_llm(crew: Mapping[str, Any], agent: Mapping[str, Any], before: str) -> tuple[str, Any] | None:
    """Where the model is written that the memory of an agent, or else of its crew, asks; and the model."""
    is_own = agent.get("memory") not in (None, False)
    llm = _values(agent["memory"] if is_own else crew.get("memory")).get("llm")
    return (f"{before if is_own else ''}memory.llm", llm) if llm else None


def _planner_llm(shaped: Mapping[str, Any]) -> tuple[str, Any]:
    """Where the model that plans is written, and the model."""
    manager = shaped.get("manager_llm") if default_process(shaped) == "hierarchical" else None
    for where, llm in (
        ("planning_llm", shaped.get("planning_llm")),
        ("manager_llm", manager),
        ("llm", shaped.get("llm")),
    ):
        if llm:
            return where, llm
    agents = shaped.get("agents")
    for name, agent in agents.items() if isinstance(agents, Mapping) else []:
        if isinstance(agent, Mapping) and agent.get("llm"):
            return f"agents.{name}.llm", agent["llm"]
    return "planning_llm", None


def models_of(document: Mapping[str, Any], override: Any = None) -> tuple[str, ...]:
    """The distinct model strings that a run would use, in order of appearance."""
    found = (model_of(llm).model for _, llm in named_llms(document, override))
    return tuple(dict.fromkeys(model for model in found if model))


def is_rehearsal(document: Mapping[str, Any], override: Any = None) -> bool:
    """Whether any model of a run is the rehearsal model: then nothing that comes out is evidence."""
    return any(model_of(llm).is_rehearsal for _, llm in named_llms(document, override))


def _values(llm: Any) -> dict[str, Any]:
    if isinstance(llm, BaseModel):
        return llm.model_dump(exclude_unset=True)
    if isinstance(llm, Mapping):
        return dict(llm)
    return {"model": llm} if isinstance(llm, str) else {}


def _provider(model: str, explicit: Any, base_url: str | None) -> Provider | None:
    if isinstance(explicit, str) and explicit:
        return provider_named(explicit) if model else None
    prefix, slash, rest = model.partition("/")
    if not slash:
        return _of_bare(model, base_url)
    provider = provider_named(prefix)
    if provider is None or not rest:
        return None
    if provider.name == "deepinfra":
        return provider if rest.count("/") == 1 and all(rest.split("/")) else None
    return provider if provider.takes(rest) or (provider.name == "openai" and base_url) else None


def _of_bare(model: str, base_url: str | None) -> Provider | None:
    if model.lower() == REHEARSAL:
        return provider_named(REHEARSAL)
    if not model:
        return None
    return provider_of_bare(model) or (provider_named("openai") if base_url else None)
