"""The vault: encrypted at rest, and nothing is ever lost."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from crewlab.errors import SecretError
from crewlab.secrets.vault import LEAST_CHARACTERS, Vault

VALUE = "sk-a-long-secret-value"
NONE: dict[str, str] = {}


def environment(*keys: str) -> dict[str, str]:
    return {"CREWLAB_SECRET_KEY": ",".join(keys)}


def a_key() -> str:
    return Fernet.generate_key().decode()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    made = Vault(tmp_path, NONE)
    made.set("OPENAI_API_KEY", VALUE)
    return made


def test_what_is_kept_is_there_after_a_restart_and_encrypted(vault: Vault, tmp_path: Path):
    """Names may be read in the file, values not; both files are their owner's only."""
    again = Vault(tmp_path, NONE)
    assert (again.names(), again.get("OPENAI_API_KEY"), again.get("OTHER")) == (("OPENAI_API_KEY",), VALUE, None)
    for name in ("secrets.json", "secret.key"):
        assert VALUE not in (tmp_path / name).read_text()
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert VALUE not in repr(vault)


def test_a_key_in_the_environment_makes_no_file(tmp_path: Path):
    """Whoever keeps the key elsewhere finds none beside the secrets."""
    vault = Vault(tmp_path, environment(a_key()))
    vault.set("A_TOKEN", VALUE)
    assert vault.get("A_TOKEN") == VALUE
    assert not (tmp_path / "secret.key").exists()


def test_secrets_are_replaced_and_deleted(vault: Vault):
    """The last value counts; what is not there cannot be deleted."""
    vault.set("OPENAI_API_KEY", "another-value\n")
    assert vault.get("OPENAI_API_KEY") == "another-value"
    vault.delete("OPENAI_API_KEY")
    assert vault.names() == ()
    with pytest.raises(SecretError, match="OPENAI_API_KEY"):
        vault.delete("OPENAI_API_KEY")


def test_what_another_process_wrote_is_seen(vault: Vault, tmp_path: Path):
    """The command line works beside the running app."""
    Vault(tmp_path, NONE).set("SECOND", "the-second-value")
    assert vault.get("SECOND") == "the-second-value"
    vault.set("THIRD", "the-third-value")
    assert vault.names() == ("OPENAI_API_KEY", "SECOND", "THIRD")


@pytest.mark.parametrize("change", ["another key", "no key", "no key at all"])
def test_a_wrong_key_is_one_clear_error_and_loses_nothing(vault: Vault, tmp_path: Path, change: str):
    """Neither reading nor writing nor rotating touches what cannot be decrypted; the right key opens it again."""
    before, key = (tmp_path / "secrets.json").read_bytes(), (tmp_path / "secret.key").read_text()
    wrong = Vault(tmp_path, environment(a_key()) if change == "another key" else NONE)
    if change == "no key":
        (tmp_path / "secret.key").write_text("not a key")
    elif change == "no key at all":
        (tmp_path / "secret.key").unlink()
    for act in (lambda: wrong.get("OPENAI_API_KEY"), lambda: wrong.set("NEW", "some-new-value"), wrong.rotate):
        with pytest.raises(SecretError) as caught:
            act()
        assert "key" in caught.value.message
        assert caught.value.hint
    assert wrong.names() == ("OPENAI_API_KEY",)
    assert (tmp_path / "secrets.json").read_bytes() == before
    (tmp_path / "secret.key").write_text(key)
    assert Vault(tmp_path, NONE).get("OPENAI_API_KEY") == VALUE


@pytest.mark.parametrize("text", ["", "{", "[]", '{"secrets": [1]}', '{"secrets": {"A": 1}}', "\x00\xff"])
def test_a_damaged_file_is_said_and_not_overwritten(vault: Vault, tmp_path: Path, text: str):
    """Half of a file is worse than none; what is left of it stays for a repair."""
    (tmp_path / "secrets.json").write_text(text, "latin-1")
    for act in (vault.names, lambda: vault.get("A"), lambda: vault.set("A", VALUE), lambda: vault.delete("A")):
        with pytest.raises(SecretError, match="damaged"):
            act()
    assert (tmp_path / "secrets.json").read_text("latin-1") == text


def test_rotation_changes_the_key_and_keeps_the_values(vault: Vault, tmp_path: Path):
    """The old key opens nothing any more."""
    old = (tmp_path / "secret.key").read_text()
    assert vault.rotate() == 1
    assert (tmp_path / "secret.key").read_text().split() != old.split()
    assert len((tmp_path / "secret.key").read_text().split()) == 1
    assert Vault(tmp_path, NONE).get("OPENAI_API_KEY") == VALUE
    with pytest.raises(SecretError):
        Vault(tmp_path, environment(old.strip())).get("OPENAI_API_KEY")


def test_a_rotation_that_is_cut_short_loses_nothing(vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Until the new file is in place both keys are kept."""

    def cut(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("crewlab.secrets.vault.write_private", cut)
        with pytest.raises(SecretError, match="No space"):
            vault.rotate()
    assert len((tmp_path / "secret.key").read_text().split()) == 2
    assert Vault(tmp_path, NONE).get("OPENAI_API_KEY") == VALUE
    assert vault.rotate() == 1


def test_keys_of_the_environment_rotate_by_putting_the_new_one_in_front(tmp_path: Path):
    """NEW,OLD reads both; afterwards NEW alone does. One key alone has nothing to change to."""
    old, new = a_key(), a_key()
    Vault(tmp_path, environment(old)).set("A_TOKEN", VALUE)
    with pytest.raises(SecretError, match="one key"):
        Vault(tmp_path, environment(old)).rotate()
    assert Vault(tmp_path, environment(new, old)).rotate() == 1
    assert Vault(tmp_path, environment(new)).get("A_TOKEN") == VALUE


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("with space", VALUE),
        ("", VALUE),
        ("1ST", VALUE),
        ("X" * 101, VALUE),
        ("CREWLAB_SECRET_KEY", VALUE),
        ("A", "x" * (LEAST_CHARACTERS - 1)),
        ("A", " " * 20),
        ("A", "x" * 100_000),
    ],
)
def test_what_cannot_be_a_secret_is_refused(vault: Vault, name: str, value: str):
    """With what to do, and without saying the value."""
    with pytest.raises(SecretError) as caught:
        vault.set(name, value)
    assert VALUE not in str(caught.value)
    assert vault.names() == ("OPENAI_API_KEY",)


def test_the_file_is_plain_json(vault: Vault, tmp_path: Path):
    """A backup can be looked at: names and tokens."""
    stored = json.loads((tmp_path / "secrets.json").read_text())
    assert stored["version"] == 1
    assert list(stored["secrets"]) == ["OPENAI_API_KEY"]
