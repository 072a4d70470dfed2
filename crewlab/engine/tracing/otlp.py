"""Spans as OpenTelemetry sends them: the protobuf message of OTLP, and where it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crewlab.errors import SettingsError
from crewlab.executions.span import Span, Value
from crewlab.secrets.references import filled

if TYPE_CHECKING:
    import httpx
    from opentelemetry.proto.common.v1.common_pb2 import KeyValue

PATH = "/v1/traces"
SEND_SECONDS = 5.0
"""How long the receiver may take for one request."""
_MAY_PASS = frozenset({429, 502, 503, 504})
CONTENT_TYPE = "application/x-protobuf"


def encoded(trace_id: str, spans: Iterable[Span], *, linked_to: str | None = None) -> bytes:
    """One export request. `linked_to` is the span of the attempt before, for the first of the spans."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    request = ExportTraceServiceRequest()
    of_resource = request.resource_spans.add()
    of_resource.resource.attributes.extend(_attributes({"service.name": "crewlab"}))
    of_scope = of_resource.scope_spans.add()
    of_scope.scope.name = "crewlab"
    for span in spans:
        _fill(of_scope.spans.add(), trace_id, span)
    if linked_to is not None and of_scope.spans:
        link = of_scope.spans[0].links.add()
        link.trace_id, link.span_id = bytes.fromhex(trace_id), bytes.fromhex(linked_to)
    message: bytes = request.SerializeToString()
    return message


def address(endpoint: str) -> str:
    """The address of the receiver's traces. Raises `SettingsError` when it is none."""
    url = endpoint.strip().rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise SettingsError(f"CREWLAB_OTLP_ENDPOINT={endpoint!r} is no URL.", "For example http://localhost:4318.")
    return url if url.endswith(PATH) else url + PATH


def headers(text: str, secret: Callable[[str], str | None]) -> dict[str, str]:
    """What is sent along, secrets filled in. Raises `SettingsError`, which never says a value."""
    given: dict[str, str] = {}
    for part in filter(str.strip, text.split(",")):
        name, equals, value = part.partition("=")
        if not equals or not name.strip():
            raise SettingsError("CREWLAB_OTLP_HEADERS is not NAME=VALUE,…", "For example x-api-key=${secret:NAME}.")
        given[name.strip()] = str(filled(value.strip(), lambda known: _required(known, secret)))
    return {"Content-Type": CONTENT_TYPE, **given}


def posted(client: httpx.Client, url: str, sent_along: Mapping[str, str], message: bytes) -> tuple[str, bool]:
    """Why the receiver did not take a message, or nothing; and whether another try may help."""
    import httpx

    try:
        answer = client.post(url, content=message, headers=dict(sent_along))
    except httpx.InvalidURL as error:
        return f"{url} cannot be used: {error}.", False
    except httpx.HTTPError as error:
        return f"{url} cannot be reached: {type(error).__name__}.", True
    problem = "" if answer.is_success else f"{url} answered with HTTP status {answer.status_code}."
    return problem, answer.status_code in _MAY_PASS


def trial(endpoint: str, header_text: str, secret: Callable[[str], str | None]) -> str:
    """Send an empty message; why the receiver did not take it, or nothing. Raises `SettingsError`."""
    import httpx

    url, sent_along = address(endpoint), headers(header_text, secret)
    with httpx.Client(timeout=SEND_SECONDS) as client:
        return posted(client, url, sent_along, b"")[0]


def _required(name: str, secret: Callable[[str], str | None]) -> str:
    value = secret(name)
    if value is None:
        raise SettingsError(
            f"CREWLAB_OTLP_HEADERS names the secret {name}, and it is not set.", "Store it under Library > Secrets."
        )
    return value


def _fill(message: Any, trace_id: str, span: Span) -> None:
    from opentelemetry.proto.trace.v1.trace_pb2 import Span as SpanMessage
    from opentelemetry.proto.trace.v1.trace_pb2 import Status

    message.trace_id, message.span_id = bytes.fromhex(trace_id), bytes.fromhex(span.span_id)
    if span.parent_id is not None:
        message.parent_span_id = bytes.fromhex(span.parent_id)
    message.name = _text(span.name)
    is_remote = span.operation == "chat"
    message.kind = SpanMessage.SPAN_KIND_CLIENT if is_remote else SpanMessage.SPAN_KIND_INTERNAL
    message.start_time_unix_nano = _nanoseconds(span.started_at)
    message.end_time_unix_nano = _nanoseconds(span.ended_at or span.started_at)
    message.attributes.extend(_attributes({"gen_ai.operation.name": span.operation, **span.attributes}))
    for one in span.events:
        event = message.events.add()
        event.name, event.time_unix_nano = one.name, _nanoseconds(one.at)
        event.attributes.extend(_attributes(one.attributes))
    if span.error is not None:
        message.status.code, message.status.message = Status.STATUS_CODE_ERROR, _text(span.error)


def _text(text: str) -> str:
    """What protobuf takes: half a character is not text."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _nanoseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000) * 1000


def _attributes(values: Mapping[str, Value]) -> list[KeyValue]:
    from opentelemetry.proto.common.v1.common_pb2 import KeyValue

    found = []
    for key, value in values.items():
        message = KeyValue(key=key)
        _set(message.value, value)
        found.append(message)
    return found


def _set(message: Any, value: Value) -> None:
    match value:
        case bool():
            message.bool_value = value
        case int():
            message.int_value = value
        case float():
            message.double_value = value
        case str():
            message.string_value = _text(value)
        case _:
            message.array_value.SetInParent()
            for item in value:
                message.array_value.values.add().string_value = _text(item)
