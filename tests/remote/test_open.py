"""Whoever opens a folder gets its lab, beside the store or through the app that holds it."""

from __future__ import annotations

import pytest

import crewlab
from crewlab.errors import StoreLockedError
from crewlab.remote import Endpoint, RemoteLab


def test_a_held_store_is_opened_through_its_app(lab, endpoint, data):
    """The notebook need not know that the app is running."""
    with crewlab.open(data) as opened:
        assert isinstance(opened, RemoteLab)
        assert opened.definitions.list() == lab.definitions.list()


def test_a_store_held_without_an_app_says_who_holds_it(lab, data):
    """Another notebook has no address: the error of the lock says what to do."""
    with pytest.raises(StoreLockedError) as caught:
        crewlab.open(data)
    assert caught.value.hint


def test_a_stale_address_does_not_hide_who_holds_the_store(lab, data):
    """An address where nobody answers is like none."""
    Endpoint(url="http://127.0.0.1:1", token="t", pid=1).write(lab.settings.endpoint)
    with pytest.raises(StoreLockedError):
        crewlab.open(data)
