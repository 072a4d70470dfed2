"""Whoever holds a lab need not know whether it is the one of the running app."""

from __future__ import annotations

import inspect

import pytest

from crewlab.definitions.library.price_file import PriceFile
from crewlab.engine.following.subscriptions import Subscription
from crewlab.engine.handles import ExecutionHandle
from crewlab.lab.definitions import Definitions
from crewlab.lab.gallery import Gallery
from crewlab.remote.remote_definitions import RemoteDefinitions
from crewlab.remote.remote_gallery import RemoteGallery
from crewlab.remote.remote_handle import RemoteHandle
from crewlab.remote.remote_library import RemotePrices, RemoteSecrets
from crewlab.remote.remote_subscription import RemoteSubscription
from crewlab.secrets.vault import Vault

PARTS_OF_THE_PROCESS = {"open", "store", "engine", "keys", "redactor", "following"}
"""What `Lab` is made of, for the API and the pages of the same process."""
LEFT_OUT = {
    PriceFile: {"path"},
    Subscription: {"hear"},  # how the store tells it
    Vault: {"get", "values", "path", "key", "signature", "changes"},  # a value never leaves the app
}
PAIRS = [
    pytest.param(Definitions, RemoteDefinitions, id="definitions"),
    pytest.param(Gallery, RemoteGallery, id="gallery"),
    pytest.param(PriceFile, RemotePrices, id="prices"),
    pytest.param(Vault, RemoteSecrets, id="secrets"),
    pytest.param(ExecutionHandle, RemoteHandle, id="handle"),
    pytest.param(Subscription, RemoteSubscription, id="subscription"),
]


def public(thing: object) -> set[str]:
    return {name for name in dir(thing) if not name.startswith("_")}


def shape(function: object) -> list[tuple[str, object, object]]:
    """Names, kinds and defaults of what a method takes."""
    return [(one.name, one.kind, one.default) for one in inspect.signature(function).parameters.values()]


def test_every_name_of_the_lab_is_there(lab, remote):
    """A method, property or part that is added to `Lab` is added to `RemoteLab` too."""
    assert public(lab) - PARTS_OF_THE_PROCESS - public(remote) == set()


def test_every_method_takes_the_same(lab, remote):
    """The same arguments in the same order, with the same defaults."""
    names = public(lab) - PARTS_OF_THE_PROCESS
    methods = [name for name in names if inspect.ismethod(getattr(lab, name))]
    assert len(methods) > 50
    for name in methods:
        assert shape(getattr(remote, name)) == shape(getattr(lab, name)), name


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_what_it_hands_out_has_the_same_methods(here, there):
    """Definitions, handles, subscriptions, prices and secrets, too."""
    wanted = public(here) - LEFT_OUT.get(here, set())
    assert wanted - public(there) == set()
    for name in wanted:
        if inspect.isfunction(inspect.getattr_static(here, name)):
            assert shape(getattr(there, name)) == shape(getattr(here, name)), name
