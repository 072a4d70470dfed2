"""The keys this process knows: entered by a person and kept in memory, or set in the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping

KEY_ENDINGS = ("_API_KEY", "_TOKEN")
"""An environment variable that ends like this is a key."""


class Keys:
    """Values by variable name; what was entered by hand wins over the environment. Never written anywhere."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = os.environ if environment is None else environment
        self._entered: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"Keys({', '.join(sorted(self.names()))})"

    def remember(self, variable: str, value: str) -> None:
        """Keep a key until this process ends; an empty value forgets it."""
        if value.strip():
            self._entered[variable] = value.strip()
        else:
            self._entered.pop(variable, None)

    def get(self, variable: str) -> str | None:
        """The value of a key, or `None` when it is not set or empty."""
        return self._entered.get(variable) or self._environment.get(variable) or None

    def variables(self) -> frozenset[str]:
        """The name of every variable that has a value, whether it looks like a key or not."""
        return frozenset(name for name, value in self._environment.items() if value) | frozenset(self._entered)

    def names(self) -> dict[str, str]:
        """Every known key and where it comes from: `memory` or `environment`. Never a value."""
        found = {name: "environment" for name, value in self._environment.items() if value and _is_key(name)}
        return found | dict.fromkeys(self._entered, "memory")


def _is_key(variable: str) -> bool:
    return variable.endswith(KEY_ENDINGS) and not variable.startswith("CREWLAB_")
