"""Models: trying them, their keys, their prices, what a launch will ask of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crewlab.engine.forecast import Forecast
from crewlab.engine.library.catalogue import Runnable
from crewlab.engine.library.written_secrets import masked_test
from crewlab.lab.parts import LabParts

if TYPE_CHECKING:
    from crewlab.bridge.contract import Llm
    from crewlab.definitions.library.prices import Price
    from crewlab.executions.model_test import ModelTest


class LabModels(LabParts):
    """What is known of models on this machine."""

    def test_model(self, llm: Llm) -> ModelTest:
        """Ask a model, or the model of a profile, one short question; a failure is part of the answer, with a hint."""
        plain = self._catalogue.overlay().resolved(llm).llm
        return masked_test(self.engine.test_model(plain), self.redactor)

    def remember_key(self, variable: str, value: str) -> None:
        """Keep a key in memory until this process ends; an empty value forgets it."""
        self.keys.remember(variable, value)

    def key_names(self) -> dict[str, str]:
        """Every key that is set and where it comes from (`memory`, `secret` or `environment`), never its value."""
        return self.keys.names()

    def price(self, model: str) -> Price | None:
        """The price of a model today, or `None` when it is unknown."""
        return self._catalogue.price(model)

    def forecast(
        self,
        definition: Runnable,
        rows_count: int,
        llm: Llm | None = None,
        llms: Mapping[str, Llm] | None = None,
    ) -> Forecast:
        """What a launch over `rows_count` rows asks for, and whether to ask a person first."""
        return self._catalogue.forecast(definition, rows_count, self._catalogue.overlay(llm, llms))
