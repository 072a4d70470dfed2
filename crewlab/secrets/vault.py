"""Secrets at rest: a small file of encrypted values in the data folder, readable by its owner only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import InvalidToken, MultiFernet

from crewlab.errors import SecretError, SecretNotFoundError
from crewlab.secrets.file_content import Signature, signature_of
from crewlab.secrets.master_key import VARIABLE, MasterKey
from crewlab.secrets.private_file import alone, read_private, write_private

FILE_NAME = "secrets.json"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
LEAST_CHARACTERS = 8
MOST_BYTES = 65_536


class Vault:
    """Values by name. Names are readable in the file, values are not. Safe over threads and processes.

    Reading follows what another process wrote. What cannot be decrypted is never overwritten.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.path = folder / FILE_NAME
        self.key = MasterKey(folder, environment)
        self._read: tuple[Signature, dict[str, str]] = (None, {})
        self.changes = 0
        """Counts how often other content was found in the file, or put there."""

    def __repr__(self) -> str:
        return f"Vault({str(self.path)!r})"

    def names(self) -> tuple[str, ...]:
        """The names of all secrets; needs no key.

        Raises:
            SecretError: The file is damaged.
        """
        return tuple(sorted(self._tokens()))

    def get(self, name: str) -> str | None:
        """A value, `None` when there is no such secret.

        Raises:
            SecretError: The file is damaged, or the key is not the one that it was encrypted with.
        """
        token = self._tokens().get(name)
        return None if token is None else self._decrypted(token, self._cipher())

    def values(self) -> tuple[str, ...]:
        """All values. Raises as `get` does."""
        tokens = self._tokens()
        if not tokens:
            return ()
        cipher = self._cipher()
        return tuple(self._decrypted(token, cipher) for token in tokens.values())

    def set(self, name: str, value: str) -> None:
        """Keep or replace a secret; a line break at the end of the value is not a part of it.

        Raises:
            SecretError: The name or the value cannot be used, or the other secrets cannot be decrypted.
        """
        value = value.rstrip("\r\n")
        _require_usable(name, value)
        with self._changing() as tokens:
            cipher = self._cipher() if tokens else self.key.cipher() or self.key.make()
            for token in tokens.values():  # a second key in one file would lock half of it
                self._decrypted(token, cipher)
            tokens[name] = _encrypted(value, cipher)

    def delete(self, name: str) -> None:
        """Forget a secret; needs no key. Raises `SecretNotFoundError` when there is none of this name."""
        with self._changing() as tokens:
            if tokens.pop(name, None) is None:
                hint = "`python -m crewlab secrets list` shows the names."
                raise SecretNotFoundError(f"There is no secret {name!r}.", hint)

    def rotate(self) -> int:
        """Encrypt everything anew, with a new key in the key file, or the first of those in the variable; how many.

        The old key of the file is dropped once all is stored; a crash in between loses nothing.

        Raises:
            SecretError: A secret cannot be decrypted, or the variable holds one key only.
        """
        with self._alone():
            cipher = self._next_cipher(self._cipher())
            values = {name: self._decrypted(token, cipher) for name, token in self._tokens().items()}
            self._write({name: _encrypted(value, cipher) for name, value in values.items()})
            if not self.key.is_in_environment:
                self.key.drop_older()
        return len(values)

    def _next_cipher(self, current: MultiFernet) -> MultiFernet:
        for token in self._tokens().values():
            self._decrypted(token, current)
        if not self.key.is_in_environment:
            return self.key.push()
        if len(self.key.texts()) < 2:
            raise SecretError(
                f"{VARIABLE} holds one key, so there is none to change to.",
                f"Set {VARIABLE} to NEW,OLD, rotate, then leave OLD out. A new key: `python -c 'from cryptography."
                "fernet import Fernet; print(Fernet.generate_key().decode())'`",
            )
        return current

    # -- the file ------------------------------------------------------------------------------------------------

    @property
    def signature(self) -> Signature:
        """Changes whenever the file does; `None` while there is none."""
        return signature_of(self.path)

    def _tokens(self) -> dict[str, str]:
        signature = self.signature
        if signature is None:
            return {}
        known, tokens = self._read
        if signature != known:
            tokens = self._parsed()
            self._read = (signature, tokens)
            self.changes += 1
        return tokens

    def _parsed(self) -> dict[str, str]:
        try:
            found = json.loads(read_private(self.path) or "{}")["secrets"]
            if all(isinstance(name, str) and isinstance(token, str) for name, token in found.items()):
                return dict(found)
        except OSError as error:
            raise SecretError(
                f"{self.path} cannot be read: {error.strerror}.", "Give yourself the right to read it."
            ) from None
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
        raise SecretError(
            f"{self.path} is damaged.",
            "Put it back from a backup, or move it away and enter the secrets again. It was not changed.",
        )

    @contextmanager
    def _changing(self) -> Iterator[dict[str, str]]:
        """A copy of the secrets to change, stored at the end unless something was raised."""
        with self._alone():
            tokens = dict(self._tokens())
            yield tokens
            self._write(tokens)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else writes meanwhile, neither secrets nor key."""
        try:
            with alone(self.path):
                yield
        except OSError as error:
            raise SecretError(
                f"{self.path} cannot be written: {error.strerror}.", "Nothing was changed. Make room, or allow writing."
            ) from None

    def _write(self, tokens: Mapping[str, str]) -> None:
        write_private(self.path, json.dumps({"version": 1, "secrets": tokens}, indent=1, sort_keys=True) + "\n")
        self.changes += 1

    def _cipher(self) -> MultiFernet:
        cipher = self.key.cipher()
        if cipher is None:
            raise SecretError(
                "There are stored secrets, and the key that they were encrypted with is missing.",
                f"Put {self.key.path.name} back into {self.key.path.parent}, or set {VARIABLE}. The secrets are "
                "untouched.",
            )
        return cipher

    def _decrypted(self, token: str, cipher: MultiFernet) -> str:
        try:
            return cipher.decrypt(token.encode("utf-8")).decode("utf-8")
        except (InvalidToken, UnicodeDecodeError):
            raise SecretError(
                f"The stored secrets cannot be decrypted with the key from {self.key.source}.",
                "Use the key that they were encrypted with. The secrets are untouched; `python -m crewlab secrets "
                "delete NAME` gives one up.",
            ) from None


def _encrypted(value: str, cipher: MultiFernet) -> str:
    return cipher.encrypt(value.encode("utf-8", "replace")).decode("ascii")


def _require_usable(name: str, value: str) -> None:
    if not NAME.fullmatch(name):
        raise SecretError(
            f"{name[:100]!r} is not a name for a secret.", "Use letters, digits and _, as in OPENAI_API_KEY."
        )
    if name.upper().startswith("CREWLAB_"):
        raise SecretError(f"{name} is a setting of CrewLab.", "Choose another name.")
    if len(value.strip()) < LEAST_CHARACTERS:
        raise SecretError(
            f"A secret has at least {LEAST_CHARACTERS} characters.",
            "A shorter one could not be masked without hiding ordinary words.",
        )
    if len(value.encode("utf-8", "replace")) > MOST_BYTES:
        raise SecretError(f"A secret has at most {MOST_BYTES:,} bytes.")
