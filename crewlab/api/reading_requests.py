"""From the bytes of a request to the records that its route declares."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from crewlab.api.operation import JSON, Call, Operation
from crewlab.errors import InputsError, RequestError

Record = TypeVar("Record", bound=BaseModel)


async def call_of(operation: Operation, request: Request, max_bytes: int) -> Call:
    """What is asked, checked.

    Raises:
        InputsError: Something is missing, misspelt or of the wrong type.
        RequestError: The body is larger than `max_bytes`, or not sent as JSON.
    """
    raw = await _body(request, max_bytes)
    query = _record(operation.query, dict(request.query_params), "parameter")
    body = None if operation.body is None else _record(operation.body, _object(raw), "field")
    return Call(request.path_params, query, body, request.headers)


async def _body(request: Request, max_bytes: int) -> bytes:
    """The whole body, counted while it comes: what a header says of its size proves nothing."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > max_bytes:
        raise _too_large(max_bytes)
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > max_bytes:
            raise _too_large(max_bytes)
        parts.append(part)
    if parts and size and not _is_json(request.headers.get("content-type")):
        raise RequestError(415, "The body of the request is not sent as JSON.", f"Say `Content-Type: {JSON}`.")
    return b"".join(parts)


def _too_large(max_bytes: int) -> RequestError:
    hint = "Send it in parts, or let CREWLAB_MAX_REQUEST_BYTES be larger where the app is started."
    return RequestError(413, f"The body of the request has more than {max_bytes:,} bytes.", hint)


def _is_json(content_type: str | None) -> bool:
    """A caller that says nothing means JSON; a form of a foreign page never does."""
    return content_type is None or content_type.partition(";")[0].strip().lower() == JSON


def _object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw) if raw else {}
    except (ValueError, RecursionError) as error:
        raise InputsError("The body of the request is not JSON.") from error
    if not isinstance(body, dict):
        raise InputsError("The body of the request is not a JSON object.")
    return body


def _record(kind: type[Record], values: Mapping[str, Any], noun: str) -> Record:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        first = next(
            (one for one in found if one["type"] == "extra_forbidden"), found[0]
        )  # a misspelling explains more
        where = ".".join(str(part) for part in first["loc"])
        raise InputsError(f"The {noun} {where!r} of the request: {first['msg']}.") from error
