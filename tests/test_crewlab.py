"""`import crewlab` and `crewlab.open()`, the first lines of every notebook."""

from __future__ import annotations

from pathlib import Path

import pytest

import crewlab
from crewlab.errors import StoreLockedError
from crewlab.lab import Lab


def test_every_promised_name_is_there():
    """What `__all__` lists can be used, and nothing else is made up."""
    assert all(getattr(crewlab, name) for name in crewlab.__all__)
    assert crewlab.Lab is Lab
    with pytest.raises(AttributeError):
        crewlab.nothing  # noqa: B018 - reading it is the test


def test_open_opens_the_folder_that_the_environment_names(data: Path):
    """`CREWLAB_DATA`, unless a folder is given."""
    with crewlab.open() as lab:
        assert isinstance(lab, Lab)
        assert lab.settings.data == data.resolve()


def test_open_says_who_holds_the_store_when_it_is_not_the_app(data: Path):
    """Without an app to talk to, the lock is the answer."""
    with crewlab.open(), pytest.raises(StoreLockedError):
        crewlab.open(data)
