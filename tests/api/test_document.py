"""The OpenAPI document says what the routes do."""

from __future__ import annotations

import json
import re

import httpx
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from crewlab.api.document import openapi
from crewlab.api.routes import OPERATIONS

DOCUMENT = openapi(OPERATIONS)
NAMED = [pytest.param(one, id=f"{one.method} {one.path}") for one in OPERATIONS]
SOMETHING = ["never valid"]


def described(operation):
    return DOCUMENT["paths"][operation.template][operation.method.lower()]


def test_it_is_served_to_everybody(endpoint):
    """Tools read it without a token: it describes the program, not the lab."""
    answer = httpx.get(f"{endpoint.url}/api/v1/openapi.json", trust_env=False, timeout=60)
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == json.loads(json.dumps(DOCUMENT))


def test_it_has_the_structure_of_openapi():
    """Version, info, unique operation ids; every operation has a summary and answers."""
    assert DOCUMENT["openapi"] == "3.1.0"
    assert {"title", "version"} <= set(DOCUMENT["info"])
    found = [operation for path in DOCUMENT["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in found}) == len(found) == len(OPERATIONS)
    assert all(operation["summary"] and operation["responses"] for operation in found)


def test_every_schema_is_one_and_every_reference_leads_somewhere():
    """JSON Schema 2020-12, as OpenAPI 3.1 wants it."""
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    resolver = Registry().with_resource("", Resource.from_contents(DOCUMENT, _dialect())).resolver()
    for reference in set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(DOCUMENT))):
        assert resolver.lookup(reference).contents


def _dialect():
    from referencing.jsonschema import DRAFT202012

    return DRAFT202012


@pytest.mark.parametrize("operation", NAMED)
def test_every_route_is_in_it(operation):
    """With its path parameters, its body and the status that it answers with."""
    told = described(operation)
    in_path = [one["name"] for one in told["parameters"] if one["in"] == "path"]
    assert in_path == re.findall(r"{(\w+)}", operation.template)
    assert ("requestBody" in told) == (operation.body is not None)
    assert str(operation.status) in told["responses"]


def fields_of(operation):
    """Each documented field, as a query and a body that hold nothing else, and one that is not documented."""
    told = described(operation)
    query = [one["name"] for one in told["parameters"] if one["in"] == "query"]
    yield from (({name: "?"}, None) for name in [*query, "undocumented"])
    if operation.body is not None:
        reference = told["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        names = DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]]["properties"]
        yield from (({}, {name: SOMETHING}) for name in [*names, "undocumented"])


@pytest.fixture
def client(endpoint):
    headers = {"Authorization": f"Bearer {endpoint.token}"}
    with httpx.Client(base_url=f"{endpoint.url}/api/v1", headers=headers, trust_env=False, timeout=60) as opened:
        yield opened


def test_what_is_documented_is_taken_and_nothing_else(client):
    """A field of the document is known to its route; a misspelt one is named in the refusal."""
    asked = [(operation, query, body) for operation in OPERATIONS for query, body in fields_of(operation)]
    for operation, query, body in asked:
        address = re.sub(r"{\w+}", "unknown", operation.template)
        answer = client.request(operation.method, address, params=query, json=body)
        (name,) = {**query, **(body or {})}
        is_unknown = f"'{name}' of the request: Extra inputs" in answer.text
        assert is_unknown == (name == "undocumented"), (operation, query, body, answer.text)


def test_answers_are_what_was_declared(client):
    """Each answer that needs no id fits its schema."""
    asked = [one for one in OPERATIONS if one.method == "GET" and not one.path_names and one.returns is not None]
    for operation in asked:
        needed = {name: "?" for name, field in operation.query.model_fields.items() if field.is_required()}
        answer = client.get(operation.path, params=needed)
        assert answer.status_code == operation.status
        schema = described(operation)["responses"]["200"]["content"]["application/json"]["schema"]
        Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(answer.json())
