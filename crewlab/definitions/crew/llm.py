"""A model with its parameters, as crewAI's model classes take them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, Tag

from crewlab.definitions.crew.values import TEXT_OR_OBJECT, Count, Part, Retries, SwitchOrNumber, TextOrList, one_of

APIS = ("completions", "responses")

Share = Annotated[float, Field(ge=0, le=1)]
Penalty = Annotated[float, Field(ge=-2, le=2)]
Api = Annotated[str, one_of("API", APIS)]


class LlmDocument(Part):
    """A model. Parameters that only some providers have, and those of the rehearsal model, are kept as they are."""

    model: str
    """Such as `openai/gpt-4o-mini` or `rehearsal/plain`, or the name of a profile."""
    provider: str | None = None
    """Who serves it, where the model string does not say."""

    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    """How freely words are chosen; 0 is always the likeliest."""
    top_p: Share | None = None
    """Words are chosen from the likeliest that make up this share together."""
    max_tokens: Count | None = None
    """The longest answer, in tokens."""
    max_completion_tokens: Count | None = None
    """The same for models that think before they answer; their thinking counts."""
    stop: TextOrList | None = None
    """Words at which an answer ends."""
    stream: bool | None = None
    """Whether the answer comes word by word. CrewLab decides that by whether somebody is watching."""
    seed: int | None = None
    """The same seed, the same answer, where a provider keeps to it."""
    frequency_penalty: Penalty | None = None
    presence_penalty: Penalty | None = None
    n: Count | None = None
    """How many answers are made of a request; agents use the first."""
    logprobs: SwitchOrNumber | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    logit_bias: dict[str, float] | None = None
    reasoning_effort: str | None = None
    """How long the model thinks, such as `low`, `medium` or `high`."""
    thinking: Any = None
    """The same for Anthropic's models: an object with a budget of tokens."""
    response_format: dict[str, Any] | None = None
    """A form for every answer. A task's schema is sent by itself and comes first."""
    context_window_size: Retries | None = None
    """Tokens that the model takes in; 0 is what crewAI knows of it."""

    api_key: str | None = None
    """A reference such as `${secret:NAME}`; a key that is written out is refused."""
    base_url: str | None = None
    """The server, where it is not the provider's own."""
    api_base: str | None = None
    """Another name of `base_url`."""
    api_version: str | None = None
    organization: str | None = None
    project: str | None = None
    timeout: Annotated[float, Field(gt=0)] | None = None
    """Seconds that a request may take."""
    max_retries: Retries | None = None
    """How often the provider's own package sends a failed request again. Here CrewLab does that instead."""
    default_headers: dict[str, str] | None = None
    default_query: dict[str, Any] | None = None
    client_params: dict[str, Any] | None = None
    additional_params: dict[str, Any] | None = None
    """What else goes into every request, as it is."""
    prefer_upload: bool | None = None
    """Whether files go to the store of the provider first. Here none does."""

    api: Api | None = None
    """Which of OpenAI's interfaces is used; the fields below belong to `responses`."""
    instructions: str | None = None
    store: bool | None = None
    previous_response_id: str | None = None
    include: list[str] | None = None
    builtin_tools: list[str] | None = None
    parse_tool_outputs: bool | None = None
    auto_chain: bool | None = None
    auto_chain_reasoning: bool | None = None


Llm = Annotated[Annotated[str, Tag("text")] | Annotated[LlmDocument, Tag("object")], TEXT_OR_OBJECT]
"""The name of a model or of a profile, or a model with parameters."""
