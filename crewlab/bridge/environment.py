"""crewAI reads its environment while it is imported: telemetry, traces, version checks and folders are settled here."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_QUIET = {
    "CREWAI_DISABLE_TELEMETRY": "true",
    "CREWAI_TRACING_ENABLED": "false",  # also spares the 20 s "share your trace?" prompt of a first run
    "CREWAI_DISABLE_VERSION_CHECK": "true",
}


def quiet_environment() -> None:
    """Make this process's crewAI send nothing, ask nothing, and keep its files in a folder that ends with it."""
    os.environ.update(_QUIET)
    if not os.path.isabs(os.environ.get("CREWAI_STORAGE_DIR", "")):
        os.environ["CREWAI_STORAGE_DIR"] = _private_folder()


def _private_folder() -> str:
    folder = tempfile.mkdtemp(prefix="crewlab-crewai-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@contextmanager
def importing() -> Iterator[None]:
    """While crewAI is imported: it reads no `.env` file and no login, leaves no key at home, announces no deprecation."""
    meanwhile = {"PYTHON_DOTENV_DISABLED": "1", "XDG_DATA_HOME": os.environ["CREWAI_STORAGE_DIR"]}
    before = {name: os.environ.get(name) for name in meanwhile}
    os.environ.update(meanwhile)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
