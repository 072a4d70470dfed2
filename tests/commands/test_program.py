"""What the command line makes of an error."""

from __future__ import annotations

import errno
import os
from typing import Any

import pytest

from tests.commands.conftest import Call


def test_a_full_disk_is_one_clear_line(call: Call, monkeypatch: pytest.MonkeyPatch):
    """What cannot be written for want of space is said with what to do, not with a traceback."""

    def full(*_args: Any, **_options: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("crewlab.commands.gallery.typer.echo", full)
    done = call("gallery")
    assert done.exit_code == 2
    assert "No space is left" in done.output
    assert "Make room" in done.output
