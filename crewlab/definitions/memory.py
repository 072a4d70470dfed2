"""What a document says about memory: who remembers, for how long, and how texts become comparable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from crewlab.definitions.crew.llm import Llm
from crewlab.definitions.flows.crews import crew_documents
from crewlab.definitions.shape import in_crew_shape

Scope = Literal["execution", "definition"]
"""Who recalls what agents learn: later tasks of the same execution, in later attempts too; or also the executions of
the definition that start once it is complete.
"""

_USUAL_STORAGES = ("lancedb", "qdrant-edge")
"""What crewAI calls its own stores; here it is the place of the definition."""
_STORAGE = re.compile(r"\w[\w .-]*(/\w[\w .-]*)*")


def _as_a_storage(name: str) -> str:
    """The name of a file below the folder of memories, without its ending; nothing for the usual place."""
    plain = name.removeprefix("./").rstrip("/")
    if name in ("", *_USUAL_STORAGES):
        return ""
    if not _STORAGE.fullmatch(plain) or len(plain.encode()) > 150:
        raise ValueError("storage is a name, such as parcels or shipping/parcels, and leads nowhere else")
    return plain


def _as_a_path(text: str) -> str:
    """With one slash before each part, as crewAI reads it; nothing for the root itself."""
    return "".join(f"/{part}" for part in text.split("/") if part)


class EmbedderConfig(BaseModel):
    """How a server that speaks the OpenAI protocol is reached."""

    model_config = ConfigDict(extra="allow", frozen=True)

    model: str = Field(default="text-embedding-3-small", min_length=1)
    api_key: str | None = None
    base_url: str | None = None
    dimensions: int | None = Field(default=None, ge=8, le=8192)


class EmbedderDocument(BaseModel):
    """What turns texts into vectors: `offline` needs nothing, `openai` is a server that is asked over HTTP."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: Literal["offline", "openai"] = "offline"
    config: EmbedderConfig = EmbedderConfig()


def _in_our_words(value: Any) -> Any:
    """crewAI calls the model `model_name` and the URL `api_base` in some of its embedders."""
    config = value.get("config") if isinstance(value, Mapping) else None
    if not isinstance(config, Mapping):
        return value
    names = {"model_name": "model", "api_base": "base_url"}
    return {**value, "config": {names.get(str(key), key): item for key, item in config.items()}}


class MemoryDocument(BaseModel):
    """How a crew, or an agent for itself, remembers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scope: Scope = "execution"
    extract: bool = True
    """Whether a model call picks out of each result what is worth remembering; otherwise the result is kept whole."""
    read_only: bool = False
    """Whether agents recall, and learn nothing."""
    semantic_weight: float = Field(default=0.5, ge=0, le=1)
    """How much it counts that a memory is about the same thing; this and the next two are crewAI's score."""
    recency_weight: float = Field(default=0.3, ge=0, le=1)
    importance_weight: float = Field(default=0.2, ge=0, le=1)
    recency_half_life_days: int = Field(default=30, ge=1, le=36_500)
    """After so many days a memory counts half as new."""
    default_importance: float = Field(default=0.5, ge=0, le=1)
    """How important every memory is: nobody is asked."""
    query_analysis_threshold: int | None = Field(default=None, ge=0)
    """From so many characters on, a model call distils what to search for out of a task; absent is never."""
    llm: Llm | None = None
    """The model that is asked about memories; absent is that of the agent, whose model at a launch counts here, too."""
    embedder: Annotated[EmbedderDocument, BeforeValidator(_in_our_words)] | None = None
    """What makes its texts comparable; absent is the `embedder` of the crew."""
    storage: Annotated[str, AfterValidator(_as_a_storage)] = ""
    """A place of its own that all definitions share that name it; empty is that of the definition."""
    memory_kind: Literal["memory", "scope", "slice"] = "memory"
    """crewAI's word for a whole memory, for the part of one under a path, and for several parts."""
    scopes: tuple[Annotated[str, Field(max_length=200), AfterValidator(_as_a_path)], ...] = ()
    """Of a slice: paths to recall from, and from below them; `/` is all but what agents keep for themselves."""
    consolidation_threshold: float | None = Field(default=None, ge=0, le=1)
    """From so near on, from 0 to 1, a model decides what becomes of what is there and of what was learned."""
    consolidation_limit: int | None = Field(default=None, ge=1, le=50)
    """Of how many of the nearest it is told. Without this and the threshold nothing is consolidated."""
    exploration_budget: int | None = Field(default=None, ge=0, le=10)
    """How often a model may be asked what is missing among the memories that were found, to search for it, too."""
    confidence_threshold_low: float | None = Field(default=None, ge=0, le=1)
    """What was found is doubted where the best scores less."""
    confidence_threshold_high: float | None = Field(default=None, ge=0, le=1)
    """It is never doubted from this score on."""
    complex_query_threshold: float | None = Field(default=None, ge=0, le=1)
    """It is doubted below this score where its analysis calls the query complex. Without all four nobody is asked."""
    root_scope: Annotated[str, Field(max_length=200), AfterValidator(_as_a_path)] = ""
    """A path under which it is kept: whoever names it recalls what is kept there and below. Empty is none."""

    @property
    def consolidates(self) -> bool:
        """Whether a model decides what becomes of memories that are near to what was learned."""
        return self.consolidation_threshold is not None or self.consolidation_limit is not None

    @property
    def rounds(self) -> int:
        """How often a model may be asked what is missing: once, as in crewAI, where only a threshold is set."""
        named = (self.confidence_threshold_low, self.confidence_threshold_high, self.complex_query_threshold)
        if self.exploration_budget is None:
            return 0 if named == (None, None, None) else 1
        return self.exploration_budget

    @property
    def analysed_from(self) -> int | None:
        """From so many characters on a query is analysed: crewAI's, where what is complex matters; `None` is never."""
        usual = None if self.complex_query_threshold is None else 200
        return usual if self.query_analysis_threshold is None else self.query_analysis_threshold

    @property
    def doubtful_below(self) -> float:
        return 0.5 if self.confidence_threshold_low is None else self.confidence_threshold_low

    @property
    def sure_from(self) -> float:
        return 0.8 if self.confidence_threshold_high is None else self.confidence_threshold_high

    @property
    def complex_below(self) -> float:
        return 0.7 if self.complex_query_threshold is None else self.complex_query_threshold

    @model_validator(mode="before")
    @classmethod
    def _as_crewai_means_it(cls, value: Any) -> Any:
        """A storage is there to last; a scope is a memory under a path, and from a slice nothing is learned."""
        if not isinstance(value, Mapping):
            return value
        found = dict(value)
        if found.get("storage") not in (None, "", *_USUAL_STORAGES):
            found.setdefault("scope", "definition")
        if "root_path" in found:
            path = found.pop("root_path")
            found = {"memory_kind": "scope", **found, "root_scope": path}
        return {"memory_kind": "slice", "read_only": True, **found} if "scopes" in found else found

    @model_validator(mode="after")
    def _learns_in_one_place(self) -> MemoryDocument:
        if (self.memory_kind == "slice") != bool(self.scopes):
            raise ValueError("a slice names the scopes that it recalls from")
        if self.scopes and not self.read_only:
            raise ValueError("a slice is read only: what is learned is kept in one place, which a root_scope names")
        return self


def memory_of(value: Any) -> MemoryDocument | None:
    """The memory that a `memory` field asks for; `None` is off. `true` is for one execution.

    Raises:
        ValidationError: The value says neither yes nor no, and is no object that does.
    """
    if value is None or value is False:
        return None
    if isinstance(value, Mapping):
        value = dict(value)
    return MemoryDocument() if value is True else MemoryDocument.model_validate(value)


def lessons_kept(config: Any) -> MemoryDocument:
    """How a flow keeps lessons of people: as its `memory` says, else for all later executions of its definition."""
    given = config if isinstance(config, Mapping) else {}
    named = {name: value for name, value in given.items() if name in MemoryDocument.model_fields}
    return MemoryDocument.model_validate({"scope": "definition", **named})


def remembers_over_executions(document: Mapping[str, Any]) -> bool:
    """Whether the crew, or one of its agents, recalls what earlier executions have learned."""
    return any(memory.scope == "definition" for memory in _memories_in(document))


def storages_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The places of their own that memories of a document name; in a flow, those of its lessons and of its steps."""
    config = document.get("config")
    holders = [config if isinstance(config, Mapping) else {}, *crew_documents(document)]
    found = (memory.storage for holder in holders for memory in _memories_in(holder))
    return tuple(dict.fromkeys(storage for storage in found if storage))


def _memories_in(document: Mapping[str, Any]) -> Iterator[MemoryDocument]:
    """The memories of a crew and of its agents; what is none is left out."""
    shaped = in_crew_shape(document)
    agents = shaped.get("agents")
    for holder in [shaped, *(agents.values() if isinstance(agents, Mapping) else ())]:
        try:
            memory = memory_of(holder.get("memory")) if isinstance(holder, Mapping) else None
        except ValidationError:
            continue
        if memory is not None:
            yield memory


def embedder_of(value: Any) -> EmbedderDocument:
    """The embedder that an `embedder` field asks for; the offline one where it is absent.

    Raises:
        ValidationError: There is no such embedder.
    """
    if value is None:
        return EmbedderDocument()
    return EmbedderDocument.model_validate(_in_our_words(value))


def first_reason(error: ValidationError) -> tuple[str, str]:
    """Where a value is wrong, as a path below it, and why."""
    first = error.errors(include_url=False, include_input=False)[0]
    return ".".join(str(part) for part in first["loc"]), str(first["msg"]).removeprefix("Value error, ")
