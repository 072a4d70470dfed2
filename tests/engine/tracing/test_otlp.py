"""What is sent to an OpenTelemetry receiver, and where."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from crewlab.engine.tracing.otlp import address, encoded, headers, trial
from crewlab.errors import SettingsError
from crewlab.executions.spans import Span
from tests.otlp_receiver import OtlpReceiver, attributes

AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("endpoint", ["http://there:4318", "http://there:4318/", "http://there:4318/v1/traces"])
def test_the_path_need_not_be_given(endpoint):
    """Both ways of writing it are usual."""
    assert address(endpoint) == "http://there:4318/v1/traces"


@pytest.mark.parametrize(("what", "words"), [("there:4318", "no URL"), ("ftp://there", "no URL")])
def test_an_endpoint_that_is_none_is_refused(what, words):
    """In words that name the variable."""
    with pytest.raises(SettingsError, match=words):
        address(what)


def test_headers_are_filled_in_and_never_told():
    """A missing secret is named, a present one is in the header alone."""
    assert headers("a=1, b = Bearer ${secret:KEY}", {"KEY": "value=1"}.get) == {
        "Content-Type": "application/x-protobuf",
        "a": "1",
        "b": "Bearer value=1",
    }
    with pytest.raises(SettingsError, match="secret KEY"):
        headers("b=${secret:KEY}", {}.get)
    with pytest.raises(SettingsError, match="NAME=VALUE"):
        headers("sk-secret-without-a-name", {}.get)


def test_every_kind_of_value_travels():
    """Also half a character, which protobuf does not take."""
    span = Span("0" * 15 + "1", None, "chat", "chat \ud800", AT, AT)
    span.tell({"text": "é\udfff", "number": 3, "cost": 0.5, "yes": True, "reasons": ("stop",), "unknown": None})
    request = ExportTraceServiceRequest.FromString(encoded("0" * 31 + "1", [span]))
    (sent,) = request.resource_spans[0].scope_spans[0].spans
    assert sent.name == "chat ?"
    told = {"text": "é?", "number": 3, "cost": 0.5, "yes": True, "reasons": ["stop"]}
    assert attributes(sent) == {"gen_ai.operation.name": "chat", **told}


def test_a_receiver_is_tried_with_nothing():
    """Doctor asks it, and no trace is made."""
    with OtlpReceiver() as receiver:
        assert trial(receiver.url, "", {}.get) == ""
        receiver.status = 403
        assert "403" in trial(receiver.url, "", {}.get)
    assert "cannot be reached" in trial(receiver.url, "", {}.get)
