"""An OpenTelemetry receiver in this process: OTLP over HTTP, its protobuf decoded."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from tests.conftest import wait_until


class OtlpReceiver:
    """Takes traces at `url`; answers with `status` while that is no success."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.spans: list[Span] = []
        self.headers: list[dict[str, str]] = []
        self.requests = 0
        receiver = self

        class Taking(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.take(self.path, dict(self.headers.items()), body)
                self.send_response(receiver.status)
                self.end_headers()
                self.wfile.write(ExportTraceServiceResponse().SerializeToString())

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def take(self, path: str, headers: dict[str, str], body: bytes) -> None:
        """Keep the spans of a request."""
        self.requests += 1
        assert path == "/v1/traces"
        if self.status != 200:
            return
        request = ExportTraceServiceRequest()
        request.ParseFromString(body)
        self.headers.append(headers)
        for of_resource in request.resource_spans:
            for of_scope in of_resource.scope_spans:
                self.spans.extend(of_scope.spans)

    def attempts(self, count: int) -> list[Trace]:
        """The attempts that arrived, once there are so many."""
        wait_until(lambda: len(self._roots()) >= count, f"{count} attempts to arrive")
        return [Trace(root, self.spans) for root in self._roots()]

    def _roots(self) -> list[Span]:
        return [span for span in list(self.spans) if not span.parent_span_id]

    def __enter__(self) -> OtlpReceiver:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Trace:
    """One attempt as it arrived."""

    def __init__(self, root: Span, spans: list[Span]) -> None:
        attempt = attributes(root)["crewlab.attempt"]
        self.root = root
        self.spans = [
            one for one in spans if attributes(one)["crewlab.attempt"] == attempt and one.trace_id == root.trace_id
        ]
        self._by_id = {one.span_id: one for one in self.spans}

    def of(self, operation: str) -> list[Span]:
        """Its spans of one operation."""
        return [one for one in self.spans if attributes(one)["gen_ai.operation.name"] == operation]

    def parent(self, span: Span) -> Span:
        """The span that this one is a part of."""
        return self._by_id[span.parent_span_id]

    def require_whole(self) -> None:
        """Every span has an end, a parent that is there, and begins within it."""
        for span in self.spans:
            assert span.end_time_unix_nano >= span.start_time_unix_nano > 0
            if span is not self.root:
                assert self.parent(span).start_time_unix_nano <= span.start_time_unix_nano


def attributes(span: Any) -> dict[str, Any]:
    """Names to plain values."""
    found = {}
    for one in span.attributes:
        kind = one.value.WhichOneof("value")
        value = getattr(one.value, kind)
        found[one.key] = [item.string_value for item in value.values] if kind == "array_value" else value
    return found


def is_error(span: Span) -> bool:
    """Whether its status says that it failed."""
    return bool(span.status.code == Status.STATUS_CODE_ERROR)
