"""Prices, keys and secrets of the running app. A value goes in and never comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crewlab.definitions.library.prices import Price, PriceTable
from crewlab.engine.forecast import Forecast
from crewlab.remote.connection import Connection
from crewlab.remote.remote_definitions import RemoteDefinitions
from crewlab.remote.remote_gallery import RemoteGallery
from crewlab.remote.runnable import runnable_json

if TYPE_CHECKING:
    from crewlab.engine.library.catalogue import Runnable

Llm = str | dict[str, Any]


class RemotePrices:
    """One's own prices in the app: `PriceFile` over HTTP."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def table(self) -> PriceTable:
        """The shipped prices with the app's own ones over them."""
        return PriceTable(tuple(Price.model_validate(row) for row in self._connection.get("prices")))

    def put(self, price: Price, *, instead_of: Price | None = None) -> None:
        """Add a row, or change the row `instead_of`. Raises `PriceError`."""
        self._connection.put("prices", body={"price": price, "instead_of": instead_of})

    def delete(self, price: Price) -> None:
        """Remove a row; what it priced keeps its cost. Raises `PriceError` when it is not there any more."""
        self._connection.post("prices", "delete", body={"price": price})


class RemoteSecrets:
    """The secrets of the app: `Vault` over HTTP, without a way to read a value."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def names(self) -> tuple[str, ...]:
        """The names of all secrets."""
        return tuple(self._connection.get("secrets"))

    def set(self, name: str, value: str) -> None:
        """Keep or replace a secret. Raises `SecretError`."""
        self._connection.put("secrets", name, body={"value": value})

    def delete(self, name: str) -> None:
        """Forget a secret. Raises `SecretNotFoundError` when there is none of this name."""
        self._connection.delete("secrets", name)

    def rotate(self) -> int:
        """Encrypt everything anew, with a new key; how many. Raises `SecretError`."""
        return int(self._connection.post("secrets", "rotate")["count"])


class RemoteLibrary:
    """What the app knows of models and their keys; a part of `RemoteLab`."""

    _connection: Connection

    @property
    def prices(self) -> RemotePrices:
        """Prices of one's own."""
        return RemotePrices(self._connection)

    @property
    def definitions(self) -> RemoteDefinitions:
        """What can be run."""
        return RemoteDefinitions(self._connection)

    @property
    def gallery(self) -> RemoteGallery:
        """What one can begin from."""
        return RemoteGallery(self._connection)

    @property
    def secrets(self) -> RemoteSecrets:
        """Stored secrets, write-only."""
        return RemoteSecrets(self._connection)

    def price(self, model: str) -> Price | None:
        """The price of a model today, or `None` when it is unknown."""
        found = self._connection.get("price", model=model)
        return None if found is None else Price.model_validate(found)

    def remember_key(self, variable: str, value: str) -> None:
        """Keep a key in the memory of the app until it stops; an empty value forgets it."""
        self._connection.put("keys", variable, body={"value": value})

    def key_names(self) -> dict[str, str]:
        """Every key that is set in the app and where it comes from (`memory`, `secret`, `environment`)."""
        return dict(self._connection.get("keys"))

    def forecast(
        self,
        definition: Runnable,
        rows_count: int,
        llm: Llm | None = None,
        llms: Mapping[str, Llm] | None = None,
    ) -> Forecast:
        """What a launch over `rows_count` rows asks for, and whether to ask a person first."""
        body = {**runnable_json(definition), "rows_count": rows_count, "llm": llm, "llms": llms}
        found = self._connection.post("forecast", body=body)
        prices = {model: price and Price.model_validate(price) for model, price in found.pop("prices").items()}
        return Forecast(**found, prices=prices)
