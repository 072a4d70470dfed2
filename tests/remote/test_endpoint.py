"""The file that says where the app is."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest

from crewlab.remote import Endpoint


@pytest.fixture
def path(tmp_path):
    return tmp_path / "endpoint.json"


def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_is_written_is_read(path):
    """Address and token arrive whole, in a file for the owner alone, also over an older readable one."""
    path.write_text("old")
    path.chmod(0o644)
    endpoint = Endpoint(url="http://127.0.0.1:8501", token="secret", pid=os.getpid())
    endpoint.write(path)
    assert Endpoint.read(path) == endpoint
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [other.name for other in path.parent.iterdir()] == ["endpoint.json"]


def test_the_file_of_a_dead_app_is_stale(path):
    """After kill -9 the file is still there, and nobody is fooled by it."""
    Endpoint(url="http://127.0.0.1:8501", token="secret", pid=dead_pid()).write(path)
    assert Endpoint.read(path) is None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"url": 1}', b'{"url": "u", "token": "t", "pid": 0}', b"\xff\xfe"]
)
def test_garbage_is_no_endpoint(path, content):
    """A damaged file is like none."""
    path.write_bytes(content)
    assert Endpoint.read(path) is None


def test_no_file_is_no_endpoint(path):
    """No app runs, or one that could not open the store."""
    assert Endpoint.read(path) is None


def test_the_token_is_not_printed():
    """A notebook that shows the object, or a log, does not show the token."""
    assert "secret" not in repr(Endpoint(url="u", token="secret", pid=1))
