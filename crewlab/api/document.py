"""The OpenAPI 3.1 document of the API, written from what the routes declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import TypeAdapter

from crewlab.api.answers import ErrorAnswer
from crewlab.api.operation import JSON, Operation
from crewlab.remote.connection import PREFIX

Json = dict[str, Any]
_REFERENCE = "#/components/schemas/{model}"
_ERROR = "error"

ABOUT = """What notebooks and commands ask of a running CrewLab.

Every request carries `Authorization: Bearer TOKEN`; address and token are in `endpoint.json` of the data folder.
Names other than `localhost` and addresses are refused unless `CREWLAB_HOSTS` lists them. Every error is JSON.
"""


def openapi(operations: Iterable[Operation]) -> Json:
    """The whole document."""
    known = tuple(operations)
    schemas, definitions = _schemas(known)
    paths: dict[str, Json] = {}
    for operation in known:
        paths.setdefault(operation.template, {})[operation.method.lower()] = _described(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "CrewLab", "version": "1", "description": ABOUT},
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {_ERROR: {"description": "An error.", "content": _content(schemas[_ERROR])}},
        },
    }


def _schemas(operations: tuple[Operation, ...]) -> tuple[dict[str, Json], dict[str, Json]]:
    """A schema for each body and answer, by a key of its own, and the models that these refer to."""
    asked: list[tuple[str, Literal["validation", "serialization"], TypeAdapter[Any]]] = [
        (_ERROR, "serialization", TypeAdapter(ErrorAnswer))
    ]
    for operation in operations:
        asked.append((_key(operation, "answer"), "serialization", TypeAdapter(operation.returns)))
        if operation.body is not None:
            asked.append((_key(operation, "body"), "validation", TypeAdapter(operation.body)))
    found, rest = TypeAdapter.json_schemas(asked, ref_template=_REFERENCE)
    return {str(key): schema for (key, _), schema in found.items()}, rest.get("$defs", {})


def _key(operation: Operation, part: str) -> str:
    return f"{operation.method} {operation.path} {part}"


def _described(operation: Operation, schemas: Mapping[str, Json]) -> Json:
    described: Json = {
        "operationId": _identifier(operation),
        "summary": operation.summary,
        "tags": [operation.path.split("/")[1]],
        "parameters": [*_path(operation), *_query(operation), *_headers(operation)],
        "responses": {str(operation.status): _answer(operation, schemas), "default": _refer("responses", _ERROR)},
    }
    if operation.body is not None:
        content = _content(schemas[_key(operation, "body")])
        described["requestBody"] = {"required": _is_required(operation), "content": content}
    return described


def _identifier(operation: Operation) -> str:
    words = operation.template.replace("{", "").replace("}", "").replace("-", "/").split("/")
    return "_".join([operation.method.lower(), *filter(None, words)])


def _is_required(operation: Operation) -> bool:
    return operation.body is not None and any(field.is_required() for field in operation.body.model_fields.values())


def _path(operation: Operation) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in operation.path_names
    ]


def _query(operation: Operation) -> list[Json]:
    schema = operation.query.model_json_schema(ref_template=_REFERENCE)
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": kind}
        for name, kind in schema.get("properties", {}).items()
    ]


def _headers(operation: Operation) -> list[Json]:
    return [
        {"name": name, "in": "header", "description": meaning, "schema": {"type": "string"}}
        for name, meaning in operation.headers.items()
    ]


def _answer(operation: Operation, schemas: Mapping[str, Json]) -> Json:
    others = {media: {"schema": {"type": "string", "description": text}} for media, text in operation.media.items()}
    is_json = operation.returns is not None or not others
    answer: Json = {
        "description": operation.summary,
        "content": {**(_content(schemas[_key(operation, "answer")]) if is_json else {}), **others},
    }
    if operation.location is not None:
        answer["headers"] = {"Location": {"description": "Where to follow it.", "schema": {"type": "string"}}}
    return answer


def _content(schema: Json) -> Json:
    return {JSON: {"schema": schema}}


def _refer(kind: str, name: str) -> Json:
    return {"$ref": f"#/components/{kind}/{name}"}
