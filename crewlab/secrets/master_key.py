"""What the secrets are encrypted with: `CREWLAB_SECRET_KEY`, or a key file that is made when it is first needed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet

from crewlab.errors import SecretError
from crewlab.secrets.private_file import read_private, write_private

VARIABLE = "CREWLAB_SECRET_KEY"
FILE_NAME = "secret.key"


class MasterKey:
    """The newest key encrypts, older ones still decrypt: several are separated by commas, in the file by lines.

    The variable wins over the file. Without either a file (mode 0600) is made when the first secret is kept.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.path = folder / FILE_NAME
        self._environment = os.environ if environment is None else environment

    @property
    def is_in_environment(self) -> bool:
        """Whether the variable is set; then the file is not looked at."""
        return bool(self._environment.get(VARIABLE, "").strip())

    @property
    def source(self) -> str:
        """Where the key comes from, for a person."""
        return VARIABLE if self.is_in_environment else str(self.path)

    def texts(self) -> tuple[str, ...]:
        """The keys as they are written, newest first; empty when there is none yet. They are secrets themselves."""
        if self.is_in_environment:
            return tuple(part.strip() for part in self._environment[VARIABLE].split(",") if part.strip())
        try:
            return tuple((read_private(self.path) or "").split())
        except (OSError, UnicodeDecodeError) as error:
            raise SecretError(f"The key file {self.path} cannot be read.", "Give yourself the right to read it.") from (
                error
            )

    def cipher(self) -> MultiFernet | None:
        """What encrypts and decrypts, `None` when there is no key yet.

        Raises:
            SecretError: A key is not a key, or the file cannot be read.
        """
        texts = self.texts()
        try:
            return MultiFernet([Fernet(text) for text in texts]) if texts else None
        except ValueError:
            raise SecretError(
                f"{self.source} does not hold a key.",
                "A key is 32 bytes in URL-safe base64 (44 characters). Put the right one back; the secrets are "
                "untouched.",
            ) from None

    def make(self) -> MultiFernet:
        """Make the key file."""
        self._keep(_new())
        return self._made()

    def push(self) -> MultiFernet:
        """Put a new key in front of the file's; the older ones still decrypt."""
        self._keep(_new(), *self.texts())
        return self._made()

    def drop_older(self) -> None:
        """Keep the newest key of the file only."""
        self._keep(self.texts()[0])

    def _keep(self, *texts: str) -> None:
        write_private(self.path, "\n".join(texts) + "\n")

    def _made(self) -> MultiFernet:
        cipher = self.cipher()
        if cipher is None:
            raise SecretError(f"The key file {self.path} was taken away.", "Try again.")
        return cipher


def _new() -> str:
    return Fernet.generate_key().decode("ascii")
