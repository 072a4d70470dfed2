"""Where the running app can be reached: a small file in the data folder that only its owner may read."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class Endpoint(BaseModel):
    """The address of a running app and the token that it wants to see; `pid` is its process."""

    model_config = ConfigDict(frozen=True)

    url: str
    token: str = Field(repr=False)
    pid: int = Field(gt=0)

    @classmethod
    def read(cls, path: Path) -> Endpoint | None:
        """What the file says, or `None` when there is none or when it was left behind by a dead process."""
        try:
            endpoint = cls.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            return None
        return endpoint if _is_alive(endpoint.pid) else None

    def write(self, path: Path) -> None:
        """Put the file in place at once and whole, readable by its owner only (mode 0600)."""
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(self.model_dump_json())
        draft.replace(path)

    def remove(self, path: Path) -> None:
        """Take the file away, unless another app has put its own there since."""
        if Endpoint.read(path) == self:
            path.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True  # it exists and is another user's; whether it answers is seen when it is asked
    return True
