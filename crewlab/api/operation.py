"""What one route declares of itself: the request is read by it, and the OpenAPI document is written from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict
from starlette.datastructures import Headers

if TYPE_CHECKING:
    from crewlab.lab import Lab

JSON = "application/json"

Method = Literal["GET", "POST", "PUT", "DELETE"]


class Query(BaseModel):
    """The parameters behind the `?`; a misspelt one is an error, not a silent default."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class RequestBody(BaseModel):
    """A JSON object; a misspelt field is an error, not a silent default."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Call(NamedTuple):
    """A request that fits what its route declares."""

    path: Mapping[str, str]
    query: Any
    """A record of the declared `Query`."""
    body: Any
    """A record of the declared `RequestBody`, `None` for a route without one."""
    headers: Headers

    def wants(self, media: str) -> bool:
        """Whether the caller asks for this media type by name."""
        return media in self.headers.get("accept", "")


Answer = Callable[["Lab", Call], Any]
"""Answers with a response, or with anything that becomes JSON.

A plain function runs in a thread and may block; a coroutine function runs on the loop of the server and must not.
"""


@dataclass(frozen=True)
class Operation:
    """One route of the HTTP API."""

    method: Method
    path: str
    """Below `/api/v1`, such as `/executions/{execution_id}`; `{name:path}` takes slashes too."""
    summary: str
    answer: Answer
    returns: Any = None
    """The type of the JSON that is answered; `None` answers `null`."""
    status: int = 200
    query: type[Query] = Query
    body: type[RequestBody] | None = None
    location: str | None = None
    """For a 202: the path where what was begun can be followed, filled in from the answer."""
    media: Mapping[str, str] = field(default_factory=dict)
    """Media types other than JSON that it can answer with, and what each holds."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Request headers that mean something here, and what."""

    @property
    def template(self) -> str:
        """The path without the kinds of its parts, as OpenAPI writes it."""
        return re.sub(r":path}", "}", self.path)

    @property
    def path_names(self) -> list[str]:
        """The variable parts of the path."""
        return re.findall(r"{(\w+)}", self.template)
