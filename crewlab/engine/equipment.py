"""What every attempt of this process works with."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import cached_property
from typing import TYPE_CHECKING, Any

from crewlab.definitions.library.price_file import PriceFile
from crewlab.definitions.models import with_planning
from crewlab.definitions.training import is_training
from crewlab.engine.adjustments import Adjustments
from crewlab.engine.homes.home import Home
from crewlab.engine.loading import Loading
from crewlab.engine.pool.tool_pool import ToolPool
from crewlab.engine.rates.limits import RateLimits
from crewlab.executions.memory import definition_key
from crewlab.settings import Settings

if TYPE_CHECKING:
    from crewlab.bridge.cassettes import Deck, Shelf
    from crewlab.bridge.contract import BuildRequest
    from crewlab.bridge.llms.rates import RateLimit
    from crewlab.definitions.library.prices import PriceTable
    from crewlab.engine.recorder import Recorder
    from crewlab.executions.execution import Execution
    from crewlab.memory.library import Library


class Equipment:
    """The home, crewAI, the threads for tools, keys, prices and limits."""

    def __init__(
        self,
        home: Home,
        adjustments: Adjustments,
        loading: Loading,
        credentials: Callable[[str], str | None],
        mask: Callable[[str], str] = str,
    ) -> None:
        self.home, self.adjustments, self.loading = home, adjustments, loading
        self.credentials, self.mask = credentials, mask
        self._prices = PriceFile(adjustments.now.data)
        self.tools = ToolPool(adjustments.now.tool_threads)
        self.rate_limits = RateLimits()
        self.part_rests: Callable[[str, bool], None] = lambda _, __: None
        """Hears, from any thread, of each part of a flow that has come to rest, once that is stored."""

    @property
    def settings(self) -> Settings:
        """As they stand when an attempt begins."""
        return self.adjustments.now

    def _limit_of(self, model: str) -> RateLimit | None:
        """What all executions together may ask of a model."""
        from crewlab.bridge.llms.rates import RateLimit

        limit = self.adjustments.models.get(model)
        if limit is None:
            return None
        return RateLimit(f"model {model}", f"the model {model}", limit.requests_per_minute, limit.tokens_per_minute)

    @property
    def prices(self) -> PriceTable:
        """As they stand when a crew is built."""
        return self._prices.table

    @cached_property
    def cassettes(self) -> Shelf:
        """Recordings of the data folder."""
        from crewlab.bridge.cassettes import Shelf

        return Shelf(self.settings.data / "cassettes")

    @cached_property
    def library(self) -> Library:
        """What agents remember and may look up."""
        from crewlab.memory.library import Library

        return Library(self.settings.data, self.settings.max_knowledge_bytes, self.mask)

    def deck(self, execution: Execution) -> Deck | None:
        """What an execution, with all that runs inside of it, has of its cassette."""
        cassette = execution.options.cassette
        return None if cassette is None else self.cassettes.deck(cassette, execution, self.mask)

    def request(
        self, execution: Execution, recorder: Recorder, deck: Deck | None, stored: Future[Any] | None = None
    ) -> BuildRequest:
        """All that the bridge needs to build the crew of an execution, whose folder is made here."""
        from crewlab.bridge.contract import BuildRequest

        settings = self.settings
        folder = settings.execution_folder(execution.execution_id)
        folder.mkdir(parents=True, exist_ok=True)
        return BuildRequest(
            execution_id=execution.execution_id,
            attempt=execution.attempt,
            document=with_planning(execution.document, execution.options.planning),
            inputs=execution.inputs,
            folder=folder,
            files=settings.data / "files",
            credentials=self.credentials,
            record=recorder.record,
            run_blocking=self.tools.run,
            prices=self.prices,
            model_attempts=settings.model_attempts,
            retry_wait_seconds=settings.retry_wait_seconds,
            model_timeout_seconds=settings.model_timeout_seconds,
            tool_timeout_seconds=settings.tool_timeout_seconds,
            llm=execution.options.llm,
            llms=execution.options.llms,
            profiles=execution.options.profiles,
            mask=self.mask,
            tools=execution.options.tools,
            mcp_servers=execution.options.mcp_servers,
            cassette=deck,
            rate_limiter=self.rate_limits,
            allowed_code=settings.allowed_references,
            max_file_bytes=settings.max_file_bytes,
            model_limit=self._limit_of,
            executor=settings.executor,
            judge=execution.options.judge,
            owner=execution.owner,
            definition=definition_key(execution.definition_id, execution.definition_name),
            began_at=execution.started_at,
            knowledge_files=execution.options.knowledge_files,
            library=lambda: self.library,
            instructions=execution.options.instructions,
            extra_context=execution.options.context,
            feedback=self.home.feedback(execution.execution_id) if is_training(execution.document) else (),
            stored=stored,
        )
