"""Routes about prices, keys and secrets. A value goes in and never comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewlab.api.answers import Number
from crewlab.api.operation import Call, Operation
from crewlab.api.queries import ModelQuery
from crewlab.api.requests import PriceRequest, PutPriceRequest, ValueRequest
from crewlab.definitions.library.prices import Price

if TYPE_CHECKING:
    from crewlab.lab import Lab


def _put_price(lab: Lab, call: Call) -> None:
    asked: PutPriceRequest = call.body
    lab.prices.put(asked.price, instead_of=asked.instead_of)


OPERATIONS = (
    Operation(
        "GET",
        "/price",
        "The price of a model today, or null",
        lambda lab, call: lab.price(call.query.model),
        Price | None,
        query=ModelQuery,
    ),
    Operation("GET", "/prices", "One's own rows", lambda lab, call: list(lab.prices.table.rows), list[Price]),
    Operation("PUT", "/prices", "Add or change a row", _put_price, body=PutPriceRequest),
    Operation(
        "POST",
        "/prices/delete",
        "Remove a row",
        lambda lab, call: lab.prices.delete(call.body.price),
        body=PriceRequest,
    ),
    Operation(
        "GET",
        "/keys",
        "Every key that is set, and where it comes from",
        lambda lab, call: lab.key_names(),
        dict[str, str],
    ),
    Operation(
        "PUT",
        "/keys/{variable}",
        "Keep a key until the app stops; an empty value forgets it",
        lambda lab, call: lab.remember_key(call.path["variable"], call.body.value),
        body=ValueRequest,
    ),
    Operation("GET", "/secrets", "Names of all secrets", lambda lab, call: lab.secrets.names(), tuple[str, ...]),
    Operation(
        "PUT",
        "/secrets/{name}",
        "Keep or replace a secret",
        lambda lab, call: lab.secrets.set(call.path["name"], call.body.value),
        body=ValueRequest,
    ),
    Operation("DELETE", "/secrets/{name}", "Forget a secret", lambda lab, call: lab.secrets.delete(call.path["name"])),
    Operation(
        "POST",
        "/secrets/rotate",
        "Encrypt all secrets anew, with a new key",
        lambda lab, call: Number(count=lab.secrets.rotate()),
        Number,
    ),
)
