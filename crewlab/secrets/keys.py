"""The keys this process knows, in one lookup: entered by a person, then stored as a secret, then the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from crewlab.errors import SecretError
from crewlab.secrets.vault import LEAST_CHARACTERS, Vault

KEY_ENDINGS = ("_API_KEY", "_TOKEN")
"""An environment variable that ends like this is listed as a key."""
_SECRET_NAME = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|PASSWD|_PAT|_JWT)$")
_STAND_INS = frozenset({"not-needed", "placeholder", "none-needed"})
"""What people write for servers that want a key and do not look at it."""


class Keys:
    """Values by name: memory wins over the vault, and the vault over the environment.

    What a person entered last and for now is meant first; a stored secret is a choice, the environment a given.
    """

    def __init__(self, environment: Mapping[str, str] | None = None, vault: Vault | None = None) -> None:
        self._environment = os.environ if environment is None else environment
        self._entered: dict[str, str] = {}
        self._given_out: set[str] = set()
        self._vault = vault
        self._changes = 0

    def __repr__(self) -> str:
        return f"Keys({', '.join(sorted(self.names()))})"

    def remember(self, variable: str, value: str) -> None:
        """Keep a key until this process ends; an empty value forgets it."""
        if value.strip():
            self._entered[variable] = value.strip()
            self._note(value.strip())
        else:
            self._entered.pop(variable, None)

    def get(self, variable: str) -> str | None:
        """The value of a key, or `None` when it is not set or empty.

        Raises:
            SecretError: It is stored, and cannot be decrypted.
        """
        stored = self._vault.get(variable) if self._vault and variable not in self._entered else None
        value = self._entered.get(variable) or stored or self._environment.get(variable) or None
        if value is not None and value not in self._given_out:
            self._note(value)
        return value

    def variables(self) -> frozenset[str]:
        """The name of every variable that has a value, whether it looks like a key or not."""
        given = frozenset(name for name, value in self._environment.items() if value)
        return given | frozenset(self._entered) | frozenset(self._stored())

    def names(self) -> dict[str, str]:
        """Every known key and where it comes from: `memory`, `secret` or `environment`. Never a value."""
        found = {name: "environment" for name, value in self._environment.items() if value and _is_key(name)}
        return found | dict.fromkeys(self._stored(), "secret") | dict.fromkeys(self._entered, "memory")

    @property
    def problem(self) -> SecretError | None:
        """Why the stored secrets cannot be used, or `None`."""
        try:
            if self._vault:
                self._vault.values()
        except SecretError as error:
            return error
        return None

    # -- masking -------------------------------------------------------------------------------------------------

    @property
    def changes(self) -> object:
        """Differs from what it was whenever `secret_values` may."""
        return (self._changes, self._vault.changes if self._vault else 0)

    def secret_values(self) -> frozenset[str]:
        """Every value that must not be stored or shown.

        All that are stored or entered, those of the environment that are named like a secret, and whatever was ever
        given out; not what is too short to be told from ordinary words.
        """
        found = {value for name, value in self._environment.items() if _SECRET_NAME.search(name.upper())}
        found = {value for value in found if not value.startswith("/")}  # the path of a key file
        found |= {*self._entered.values(), *self._given_out, *self._of_vault()}
        return frozenset(value for value in found if len(value) >= LEAST_CHARACTERS and value not in _STAND_INS)

    def _of_vault(self) -> tuple[str, ...]:
        try:
            return (*self._vault.values(), *self._vault.key.texts()) if self._vault else ()
        except SecretError:  # what cannot be decrypted cannot be used, and so not leak
            return ()

    def _stored(self) -> tuple[str, ...]:
        try:
            return self._vault.names() if self._vault else ()
        except SecretError:  # `problem` says it
            return ()

    def _note(self, value: str) -> None:
        self._given_out.add(value)
        self._changes += 1


def _is_key(variable: str) -> bool:
    return variable.endswith(KEY_ENDINGS) and not variable.startswith("CREWLAB_")
