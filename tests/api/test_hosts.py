"""Under which names the app answers."""

from __future__ import annotations

import pytest

from crewlab.api.hosts import is_known_host


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("127.0.0.1:8501", True),
        ("[::1]:8501", True),
        ("localhost", True),
        ("crewlab.localhost:8501", True),
        ("192.168.1.7:8501", True),
        ("lab.example.org", True),
        ("LAB.example.org.:443", True),
        ("evil.example", False),
        ("notlocalhost", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
        ("[::1", False),
    ],
)
def test_addresses_and_listed_names_are_known(header, known):
    """Only a name can be made to resolve to another machine's address, so only names are checked."""
    assert is_known_host(header, " lab.example.org, ") is known
