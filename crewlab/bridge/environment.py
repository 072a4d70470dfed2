"""crewAI reads its environment while it is imported: telemetry, traces, version checks and folders are settled here."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    """While crewAI is imported: no `.env` file is read, no deprecation is announced, nothing is put into one's home."""
    before = os.environ.get("PYTHON_DOTENV_DISABLED")
    os.environ["PYTHON_DOTENV_DISABLED"] = "1"
    try:
        with warnings.catch_warnings(), _without_login(), _without_collecting():
            warnings.simplefilter("ignore")
            yield
    finally:
        if before is None:
            del os.environ["PYTHON_DOTENV_DISABLED"]
        else:
            os.environ["PYTHON_DOTENV_DISABLED"] = before


@contextmanager
def _without_collecting() -> Iterator[None]:
    """All that is imported stays, so looking through it for garbage, again and again, is a fifth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def _without_login() -> Iterator[None]:
    """crewAI looks for a login of its cloud while it is imported, and makes a key file at home to do so."""
    from crewai_core.token_manager import TokenManager  # only whoever imports crewAI needs it

    folder, before = Path(os.environ["CREWAI_STORAGE_DIR"]), TokenManager.__dict__["_get_secure_storage_path"]
    TokenManager._get_secure_storage_path = staticmethod(lambda: folder)  # type: ignore[method-assign]  # for a moment
    try:
        yield
    finally:
        TokenManager._get_secure_storage_path = before  # type: ignore[method-assign]  # as it was found
