"""What each test would otherwise have made anew, at a price: an empty database, the examples, what streamlit finds.

Every `conftest.py` takes from here what its tests need."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Iterator
from functools import cache

import pytest

from crewlab.definitions.notation.text import read_document_file


@pytest.fixture(scope="session", autouse=True)
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """New databases begin as copies of one: writing the schema takes longer than most tests.

    Those with migrations of their own, and those of other processes, are written from the first statement on.
    """
    from crewlab.store.database import Database
    from crewlab.store.migrating import FOLDER

    made = tmp_path_factory.mktemp("empty") / "data"
    Database.open(made).close()
    connect = Database._connect

    def connect_to_copy(self: Database) -> object:
        if self._migrations == FOLDER and not self.path.exists():
            shutil.copyfile(made / "crewlab.duckdb", self.path)
        return connect(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "_connect", connect_to_copy)
        yield


@pytest.fixture(scope="session", autouse=True)
def example_files() -> Iterator[None]:
    """The documents of the examples, which every new lab stores: their YAML is read once."""
    from crewlab.definitions import examples

    read = cache(lambda path, _changed_at: pickle.dumps(read_document_file(path)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(examples, "read_document_file", lambda path: pickle.loads(read(path, path.stat().st_mtime_ns)))
        yield


@pytest.fixture(scope="session", autouse=True)
def components_of_streamlit() -> Iterator[None]:
    """Streamlit reads the metadata of every installed package for each app that is tested: once is enough."""
    from streamlit.components.v2 import manifest_scanner

    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
        yield


@pytest.fixture(scope="session", autouse=True)
def one_certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whom HTTP clients trust: one authority. Reading the usual hundreds takes each client longer than its requests."""
    import certifi

    first, end, _ = certifi.contents().partition("-----END CERTIFICATE-----\n")
    path = tmp_path_factory.mktemp("trusted") / "one.pem"
    path.write_text(first + end)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certifi, "where", lambda: str(path))
        patch.setenv("SSL_CERT_FILE", str(path))
        yield


@pytest.fixture(scope="session", autouse=True)
def command_line() -> Iterator[None]:
    """The tree of all commands, which does not change from one call to the next."""
    from typer import testing

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(testing, "_get_command", cache(testing._get_command))
        yield
