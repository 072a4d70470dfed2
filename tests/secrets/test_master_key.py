"""The key of the vault: from the variable, or a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from crewlab.errors import SecretError
from crewlab.secrets.master_key import MasterKey


def test_the_variable_wins_over_the_file(tmp_path: Path):
    """A key file that was left behind does not count."""
    MasterKey(tmp_path, {}).make()
    given = Fernet.generate_key().decode()
    key = MasterKey(tmp_path, {"CREWLAB_SECRET_KEY": f" {given} , "})
    assert key.texts() == (given,)
    assert key.source == "CREWLAB_SECRET_KEY"


def test_there_is_no_key_until_one_is_made(tmp_path: Path):
    """Reading makes nothing."""
    key = MasterKey(tmp_path, {"CREWLAB_SECRET_KEY": "  "})
    assert key.cipher() is None
    assert not key.path.exists()
    token = key.make().encrypt(b"x")
    found = key.cipher()
    assert found is not None
    assert found.decrypt(token) == b"x"


def test_what_is_no_key_is_said_without_showing_it(tmp_path: Path):
    """A typing error must not print the key."""
    with pytest.raises(SecretError, match="CREWLAB_SECRET_KEY does not hold a key") as caught:
        MasterKey(tmp_path, {"CREWLAB_SECRET_KEY": "hunter2hunter2"}).cipher()
    assert "hunter2" not in str(caught.value)
