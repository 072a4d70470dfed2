"""What each test would otherwise have made anew, at a price: an empty database, and streamlit's list of components."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest


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
def components_of_streamlit() -> Iterator[None]:
    """Streamlit reads the metadata of every installed package for each app that is tested: once is enough."""
    from streamlit.components.v2 import manifest_scanner

    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
        yield
