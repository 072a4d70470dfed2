"""Where the server says that it answers, and that it opens and closes the lab."""

from __future__ import annotations

import asyncio

import pytest
import streamlit as st

from crewlab.lab import Lab
from crewlab.ui import holder
from crewlab.ui.lifespan import lifespan, server_url


@pytest.mark.parametrize(
    ("address", "path", "url"),
    [
        (None, "", "http://127.0.0.1:8123"),
        ("127.0.0.1", "", "http://127.0.0.1:8123"),
        ("0.0.0.0", "lab", "http://127.0.0.1:8123/lab"),
    ],
)
def test_the_address_can_be_reached_from_this_machine(monkeypatch, address, path, url):
    """An address that means every interface is not one to call."""
    options = {"server.address": address, "server.port": 8123, "server.baseUrlPath": path}
    monkeypatch.setattr(st, "get_option", options.__getitem__)
    assert server_url() == url


def test_the_lab_is_open_while_the_server_runs(data, monkeypatch):
    """Open before the first page, closed after the last, and whoever waits for it is told."""
    opened = []
    monkeypatch.setattr(holder._process(), "when_opened", [])
    holder.when_opened(lambda: opened.append(holder.lab_if_open()))

    async def serve() -> Lab | None:
        async with lifespan(None):
            return holder.lab_if_open()

    lab = asyncio.run(serve())
    assert lab is not None
    assert opened == [lab]
    assert holder.lab_if_open() is None
    with Lab.open(data):
        pass  # the store was let go


def test_a_locked_store_does_not_keep_the_server_from_starting(data):
    """The pages explain it, and open the lab once the lock is gone."""

    async def serve() -> Lab | None:
        async with lifespan(None):
            return holder.lab_if_open()

    with Lab.open(data):
        assert asyncio.run(serve()) is None
