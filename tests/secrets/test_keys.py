"""Keys: found by name, never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from crewlab.errors import SecretError
from crewlab.secrets.keys import Keys
from crewlab.secrets.vault import Vault


def test_what_was_entered_wins_over_the_environment():
    """A key entered by hand is used, until it is forgotten."""
    keys = Keys({"OPENAI_API_KEY": "from-environment"})
    keys.remember("OPENAI_API_KEY", " entered ")
    assert keys.get("OPENAI_API_KEY") == "entered"
    keys.remember("OPENAI_API_KEY", "  ")
    assert keys.get("OPENAI_API_KEY") == "from-environment"


def test_names_say_where_a_key_comes_from_and_never_its_value():
    """Only what looks like a key is listed from the environment, and nothing empty."""
    keys = Keys({"OPENAI_API_KEY": "sk-1", "PATH": "/bin", "GROQ_API_KEY": "", "CREWLAB_TOKEN": "x"})
    keys.remember("MY_MODEL", "sk-2")
    assert keys.names() == {"OPENAI_API_KEY": "environment", "MY_MODEL": "memory"}
    assert "sk-" not in repr(keys)


def test_variables_are_all_that_have_a_value():
    """A check may ask for any variable, whatever it is called."""
    assert Keys({"AWS_REGION": "eu", "EMPTY": ""}).variables() == {"AWS_REGION"}
    assert Keys({}).get("EMPTY") is None


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    made = Vault(tmp_path, {})
    made.set("OPENAI_API_KEY", "from-the-vault")
    return made


def test_memory_wins_over_the_vault_and_the_vault_over_the_environment(vault: Vault):
    """One lookup, in the order in which people mean it."""
    keys = Keys({"OPENAI_API_KEY": "from-environment"}, vault)
    assert keys.get("OPENAI_API_KEY") == "from-the-vault"
    assert keys.names() == {"OPENAI_API_KEY": "secret"}
    keys.remember("OPENAI_API_KEY", "entered-just-now")
    assert keys.get("OPENAI_API_KEY") == "entered-just-now"
    keys.remember("OPENAI_API_KEY", "")
    vault.delete("OPENAI_API_KEY")
    assert keys.get("OPENAI_API_KEY") == "from-environment"


def test_secrets_that_cannot_be_read_are_a_problem_and_not_a_silent_other_key(vault: Vault, tmp_path: Path):
    """The names are known, the value is refused, and what needs no secret goes on."""
    (tmp_path / "secret.key").unlink()
    keys = Keys({"OPENAI_API_KEY": "from-environment"}, Vault(tmp_path, {}))
    assert keys.problem is not None
    assert keys.names() == {"OPENAI_API_KEY": "secret"}
    with pytest.raises(SecretError):
        keys.get("OPENAI_API_KEY")
    assert keys.get("OTHER") is None
    assert "from-environment" in keys.secret_values()


def test_values_that_must_not_be_shown(vault: Vault, tmp_path: Path):
    """By name in the environment, by being stored, entered or given out; the vault's own key too. Not short ones."""
    environment = {
        "AWS_SECRET_ACCESS_KEY": "an-access-key",
        "DB_PASSWORD": "a-password",
        "SSL_KEY": "/etc/ssl/key.pem",
        "SHORT_TOKEN": "ollama",
        "LOCAL_API_KEY": "not-needed",
        "HOME": "/home/ada-lovelace",
    }
    keys = Keys(environment, vault)
    keys.remember("MINE", "entered-by-hand")
    own = (tmp_path / "secret.key").read_text().strip()
    assert keys.secret_values() == {"an-access-key", "a-password", "from-the-vault", "entered-by-hand", own}
