"""Parameters of models: each is seen in the request, or in what becomes of the answer."""

from __future__ import annotations

import ast
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from crewlab.definitions.checks import check
from crewlab.definitions.crew import LlmDocument
from crewlab.definitions.llm_parameters import EVERYWHERE, OF_PROVIDER, OF_REQUESTS, SENT_NOWHERE
from crewlab.executions.events import ModelCallRetried
from tests.bridge.attempts import one_task, run
from tests.model_server import ModelServer, status
from tests.providers.wires import RESPONSES, TEXT, WireServer

BODY = {
    "temperature": 0.3, "top_p": 0.7, "max_tokens": 55, "max_completion_tokens": 66, "seed": 9,
    "frequency_penalty": 0.4, "presence_penalty": 0.6, "logprobs": True, "top_logprobs": 3, "logit_bias": {"50": 1.0},
    "reasoning_effort": "low", "response_format": {"type": "json_object"}, "stream": True,
}  # fmt: skip
HEADERS = {
    "organization": ("org-x", "openai-organization", "org-x"),
    "project": ("proj-x", "openai-project", "proj-x"),
    "default_headers": ({"x-team": "ops"}, "x-team", "ops"),
    "api_key": ("k-1", "authorization", "Bearer k-1"),
}
RESPONSES_BODY = {
    "instructions": ("Rhyme.", "instructions", "Rhyme."),
    "store": (False, "store", "False"),
    "include": (["a.b"], "include", "a.b"),
    "previous_response_id": ("resp_0", "previous_response_id", "resp_0"),
    "max_tokens": (55, "max_output_tokens", "55"),
    "builtin_tools": (["web_search"], "tools", "web_search"),
    "auto_chain_reasoning": (True, "include", "reasoning.encrypted_content"),
}
"""What is set, and where in the body what of it is."""


@pytest.mark.parametrize("name", BODY)
def test_a_parameter_is_in_the_body_of_the_request(name: str):
    """Under its own name."""
    with ModelServer() as server:
        done = run(one_task({"model": "openai/any", "base_url": server.url, name: BODY[name]}))
    assert done.error is None
    assert server.requests[0].body[name] == BODY[name]


@pytest.mark.parametrize("name", HEADERS)
def test_a_parameter_is_in_the_headers_of_the_request(name: str):
    """Under the provider's name for it."""
    value, header, expected = HEADERS[name]
    with ModelServer() as server:
        run(one_task({"model": "openai/any", "base_url": server.url, name: value}))
    headers = {key.lower(): found for key, found in server.requests[0].headers.items()}
    assert headers[header] == expected


def test_additional_parameters_are_in_the_body_as_they_are():
    """Whatever crewAI has no field for."""
    with ModelServer() as server:
        run(one_task({"model": "openai/any", "base_url": server.url, "additional_params": {"user": "somebody"}}))
    assert server.requests[0].body["user"] == "somebody"


def test_an_answer_ends_before_a_stop_word():
    """crewAI cuts it off itself."""
    with ModelServer(reply=lambda _: "Tea. HALT Coffee.") as server:
        done = run(one_task({"model": "openai/any", "base_url": server.url, "stop": ["HALT"]}))
    assert done.final is not None
    assert done.final.output.strip() == "Tea."


@pytest.mark.parametrize(("name", "value"), [("base_url", None), ("api_base", None)])
def test_the_server_has_two_names(name: str, value: None):
    """Both are the address that is asked."""
    with ModelServer() as server:
        assert run(one_task({"model": "openai/any", name: server.url})).error is None
    assert len(server.requests) == 1


def test_the_provider_may_be_a_field():
    """As well as the beginning of the model's name."""
    with ModelServer() as server:
        done = run(one_task({"model": "any", "provider": "openai", "base_url": server.url}))
    assert done.error is None
    assert server.requests[0].body["model"] == "any"


@pytest.mark.parametrize(
    ("name", "value"), [("default_query", {"v": "7"}), ("client_params", {"default_query": {"v": "7"}})]
)
def test_the_address_of_a_request_has_the_query(name: str, value: dict[str, Any]):
    """Of the client, or of what else the client is made with."""
    with WireServer(RESPONSES) as server:
        run(one_task({"model": "openai/gpt-4o-mini", "base_url": f"{server.url}/v1", "api": "responses", name: value}))
    assert server.requests[0][0].endswith("?v=7")


@pytest.mark.parametrize("name", RESPONSES_BODY)
def test_the_newer_interface_of_openai_has_parameters_of_its_own(name: str):
    """`api: responses` is asked, and what belongs to it is in the body."""
    value, field, expected = RESPONSES_BODY[name]
    with WireServer(RESPONSES) as server:
        llm = {"model": "openai/gpt-4o-mini", "base_url": f"{server.url}/v1", "api": "responses", name: value}
        done = run(one_task(llm))
    path, _, body = server.requests[0]
    assert done.error is None
    assert path.endswith("/responses")
    assert expected in str(body[field])


def test_an_answer_with_the_results_of_tools_is_its_text():
    """What `parse_tool_outputs` makes of an answer is an object, which no agent reads."""
    with WireServer(RESPONSES) as server:
        llm = {"model": "openai/gpt-4o-mini", "base_url": f"{server.url}/v1", "api": "responses"}
        done = run(one_task({**llm, "parse_tool_outputs": True}))
    assert done.final is not None
    assert done.final.output == TEXT


def test_answers_may_be_chained():
    """With `auto_chain`, a request names the answer before it."""
    with WireServer(RESPONSES) as server:
        llm = {"model": "openai/gpt-4o-mini", "base_url": f"{server.url}/v1", "api": "responses", "auto_chain": True}
        document = one_task(llm)
        document["tasks"] += [{**document["tasks"][0], "name": "again"}]
        run(document)
    assert [body.get("previous_response_id") for _, _, body in server.requests] == [None, "resp_1"]


@pytest.mark.parametrize(("retries", "requests"), [(0, 1), (1, 2), (4, 5)])
def test_a_model_says_how_often_a_request_is_sent_again(retries: int, requests: int):
    """By the one layer that repeats requests."""
    with ModelServer() as server:
        server.script(*[status(500)] * 6)
        failed = run(one_task({"model": "openai/any", "base_url": server.url, "max_retries": retries}))
    assert failed.error is not None
    assert len(server.requests) == requests
    assert len(failed.of(ModelCallRetried)) == retries


def test_a_parameter_that_the_package_does_not_take_is_named():
    """Instead of blaming the server."""
    with ModelServer() as server:
        failed = run(one_task({"model": "openai/any", "base_url": server.url, "temprature": 0.3}))
    assert "'temprature'" in str(failed.error)


@pytest.mark.parametrize(
    ("llm", "rule", "says"),
    [
        ({"model": "openai/gpt-4o", "temprature": 1}, "llm.parameter.unknown", "Did you mean 'temperature'?"),
        ({"model": "openai/gpt-4o", "thinking": {"x": 1}}, "llm.parameter.unknown", "It is one of anthropic."),
        ({"model": "openai/gpt-4o", "context_window_size": 9}, "llm.parameter.unknown", "Remove it"),
        ({"model": "azure/gpt-4o", "organization": "x"}, "llm.parameter.unknown", "openai"),
        ({"model": "openai/gpt-4o", "n": 3}, "llm.parameter.unused", "Remove it."),
    ],
)
def test_a_parameter_that_does_nothing_is_a_warning(llm: dict[str, Any], rule: str, says: str):
    """With the one that was probably meant, or whose it is."""
    [found] = [problem for problem in check(one_task(llm)) if problem.id.startswith("llm.parameter")]
    assert (found.id, found.severity) == (rule, "warning")
    assert says in found.hint


def test_parameters_are_those_of_crewais_classes():
    """A provider whose class gets another field in a new crewAI is noticed here, without its package."""
    ours = {"client_params", "endpoint", "interceptor", "max_retries", "model", "timeout"}
    for provider, known in OF_PROVIDER.items():
        found = {name for name in fields_of(provider) if not name.startswith(("_", "is_", "supports_"))}
        unnamed = {"llm_type", "tools", "model_id", "provider", "BUILTIN_TOOL_TYPES", "api_base"}
        assert found - unnamed - EVERYWHERE - ours <= known, provider
        assert known - OF_PROVIDER["openai"] <= found, provider


def test_every_parameter_that_is_typed_is_known_to_somebody():
    """Or said to be sent nowhere."""
    known = EVERYWHERE.union(*OF_PROVIDER.values()) | OF_REQUESTS | SENT_NOWHERE
    addressing = {"model", "api_key", "base_url", "api_base", "context_window_size"}
    assert LlmDocument.model_fields.keys() - addressing - known == set()


def fields_of(provider: str) -> set[str]:
    """The fields that the class of a provider has, read from its source."""
    [folder] = find_spec("crewai.llms.providers").submodule_search_locations  # type: ignore[union-attr]  # it is a package
    tree = ast.parse(Path(folder, provider, "completion.py").read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name.endswith("Completion")]
    fields = [item for node in classes for item in node.body if isinstance(item, ast.AnnAssign)]
    return {item.target.id for item in fields if isinstance(item.target, ast.Name)}
