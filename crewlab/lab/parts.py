"""What every part of the lab works with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crewlab.definitions.library.price_file import PriceFile
from crewlab.engine.engine import Engine
from crewlab.engine.following.stored_events import Following
from crewlab.engine.following.streaming import Streaming
from crewlab.engine.following.subscriptions import Subscriptions
from crewlab.engine.following.waiting import Waiting
from crewlab.engine.homes.inprocess import InProcessHome
from crewlab.engine.homes.masked import MaskedHome
from crewlab.engine.launching import Launching
from crewlab.engine.library.catalogue import Catalogue
from crewlab.engine.library.profiles import Profiles
from crewlab.engine.people.answering import Answering
from crewlab.engine.repeating import Repeating
from crewlab.engine.tracing.export import TraceExport
from crewlab.lab.definitions import Definitions
from crewlab.lab.gallery import Gallery
from crewlab.secrets.keys import Keys
from crewlab.secrets.redactor import Redactor
from crewlab.secrets.vault import Vault
from crewlab.settings import Settings

if TYPE_CHECKING:
    from crewlab.executions.batch import Batch
    from crewlab.store import Store

Progress = Callable[["Batch"], None]


class LabParts:
    """The store, the engine and what stands between them, wired once. Each group of methods of the lab adds to it."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.store = store
        self.secrets, self.prices = Vault(settings.data), PriceFile(settings.data)
        self.keys = Keys(vault=self.secrets)
        self.redactor = Redactor(self.keys)
        home = MaskedHome(InProcessHome(store), self.redactor)
        self.engine = Engine(home, settings, credentials=self.keys.get, mask=self.redactor.mask)
        self._catalogue = Catalogue(store, settings, self.keys)
        self._profiles = Profiles(store, self._catalogue.profiles, self.redactor, settings.owner)
        self.definitions = Definitions(store, self._catalogue, self.engine, self._profiles, settings.owner)
        self.gallery = Gallery(settings, self.definitions)
        waiting = Waiting(store, self.engine, settings.owner)
        self._launching = Launching(store, self.engine, self._catalogue, waiting, settings)
        self._repeating = Repeating(store, self.engine, self._catalogue, self._launching, settings.owner)
        self._answering = Answering(store, self.engine, self._catalogue, settings.owner)
        self._streaming = Streaming(store, self.engine, waiting, settings.owner)
        self._traces = TraceExport(store, settings, self.keys.get)
        self.following = Following(store, self.engine, settings.owner)
        self._subscriptions = Subscriptions(store, settings.owner)

    @property
    def settings(self) -> Settings:
        """As they stand now: some can be changed while CrewLab runs."""
        return self.engine.adjustments.now
