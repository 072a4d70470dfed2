"""`secrets`: names out, values in, never the other way round."""

from __future__ import annotations

from pathlib import Path

import pytest

from crewlab.lab import Lab
from crewlab.secrets.vault import Vault

VALUE = "sk-from-the-standard-input"


def test_a_secret_is_set_listed_rotated_and_deleted(call, data: Path):
    """The value comes from the standard input and is never printed."""
    assert call("secrets", "set", "OPENAI_API_KEY", input=f"{VALUE}\n").exit_code == 0
    assert Vault(data).get("OPENAI_API_KEY") == VALUE
    assert call("secrets", "list").stdout == "OPENAI_API_KEY\n"
    assert call("secrets", "list", "--json").stdout.split() == ["[", '"OPENAI_API_KEY"', "]"]
    rotated = call("secrets", "rotate")
    assert "1 secret encrypted" in rotated.stderr
    assert Vault(data).get("OPENAI_API_KEY") == VALUE
    assert call("secrets", "delete", "OPENAI_API_KEY").exit_code == 0
    empty = call("secrets", "list")
    assert (empty.stdout, "secrets set NAME" in empty.stderr) == ("", True)


def test_a_value_is_not_an_argument(call, data: Path):
    """It would be in the history of the shell and in the list of processes."""
    assert call("secrets", "set", "OPENAI_API_KEY", VALUE).exit_code == 2
    assert Vault(data).names() == ()


@pytest.mark.parametrize(
    ("words", "title"),
    [(("set", "with space"), "The secrets cannot be used"), (("delete", "NOBODY"), "There is no such secret")],
)
def test_what_cannot_be_done_is_a_sentence(call, words, title):
    """Title, message and hint, and a status that is not zero."""
    done = call("secrets", *words, input=VALUE)
    assert done.exit_code == 2
    assert title in done.stderr
    assert VALUE not in done.output


def test_it_works_beside_an_open_lab(call, data: Path):
    """Which uses the secret from then on."""
    with Lab.open(data) as lab:
        call("secrets", "set", "A_TOKEN", input=VALUE)
        assert lab.key_names()["A_TOKEN"] == "secret"
        assert lab.keys.get("A_TOKEN") == VALUE


def test_doctor_says_when_the_secrets_cannot_be_read(call, data: Path):
    """With what to do."""
    call("secrets", "set", "A_TOKEN", input=VALUE)
    (data / "secret.key").unlink()
    done = call("doctor")
    assert "secrets" in done.stdout
    assert "secret.key" in done.stderr
