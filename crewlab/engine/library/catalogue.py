"""What can be run: definitions of the store, files and documents, checked against this machine."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crewlab.definitions.arguments import not_runnable, whole_number_of
from crewlab.definitions.flows.closure import snapshot_hash
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.knowledge import files_of
from crewlab.definitions.library.model_profile_file import ModelProfileFile
from crewlab.definitions.library.price_file import PriceFile
from crewlab.definitions.library.tools import ToolInfo
from crewlab.definitions.named_version import named_version
from crewlab.definitions.overlay import Overlay, as_overlay
from crewlab.definitions.placeholders import placeholders
from crewlab.definitions.plain import require_document
from crewlab.definitions.shape import in_crew_shape
from crewlab.definitions.version import DefinitionVersion, content_hash
from crewlab.engine.forecast import Forecast, forecast
from crewlab.engine.library.saved_definitions import SavedDefinitions
from crewlab.engine.library.tools import NOTHING, Resolved, ToolLibrary
from crewlab.engine.library.written_secrets import require_no_secrets, require_storable, secret_problems
from crewlab.engine.limits import require_agents
from crewlab.errors import DefinitionError, DefinitionNotFoundError, InvalidDefinitionError, KnowledgeError
from crewlab.secrets.keys import Keys
from crewlab.secrets.redactor import Redactor
from crewlab.settings import Settings

if TYPE_CHECKING:
    from crewlab.definitions.known import Known
    from crewlab.definitions.library.prices import Price, PriceTable
    from crewlab.definitions.problem import Problem
    from crewlab.memory.knowledge_folder import KnowledgeFolder
    from crewlab.store import Store


FILE_ENDINGS = (".yaml", ".yml", ".json", ".jsonc")
_JUDGE = {
    "name": "judge",
    "agents": {"judge": {"role": "Judge", "goal": "Score", "backstory": "Fair"}},
    "tasks": [{"name": "score", "description": "Score", "expected_output": "A score", "agent": "judge"}],
}
"""Stands for the crew of a judge: what is to be checked is its model."""


@dataclass(frozen=True)
class Target:
    """A document to run, and where it comes from; a file or a document has no id and no version."""

    document: dict[str, Any]
    name: str
    content_hash: str
    definition_id: str | None = None
    version_number: int | None = None


Runnable = str | Path | Mapping[str, Any] | DefinitionVersion | Target
"""What may be run: a name or an id, the path of a file, a document, a version, or what was found for one."""


class Catalogue:
    """Finds, reads, checks and saves definitions of one owner."""

    def __init__(self, store: Store, settings: Settings, keys: Keys) -> None:
        self._definitions, self._settings, self._keys = store.definitions, settings, keys
        self._owner = settings.owner
        self._approved: set[tuple[object, ...]] = set()
        self._redactor = Redactor(keys)
        self._price_file = PriceFile(settings.data)
        self.profiles = ModelProfileFile(settings.data)
        self.tool_library = ToolLibrary(settings, keys)
        self._saved = SavedDefinitions(store.definitions, settings.owner)

    def seed(self) -> None:
        """Put the examples into a store that never had them, and their files where file tools read."""
        from crewlab.definitions.examples import example_documents

        if self._settings.examples.is_dir():
            documents = [document for document, _ in example_documents(self._settings.examples)]
            self._definitions.seed(documents, owner=self._owner)
        files = self._settings.data / "files"
        if not files.exists():
            self._seed_files(files)

    def _seed_files(self, files: Path) -> None:
        examples = self._settings.examples / "files"
        if examples.is_dir():
            shutil.copytree(examples, files)
        else:
            files.mkdir(parents=True)

    # -- finding -------------------------------------------------------------------------------------------------

    def find(self, definition: Runnable) -> Target:
        """The document behind any way of naming one.

        Raises:
            DefinitionNotFoundError: No definition has this name or id.
            DocumentError: The file cannot be read, or the document is nested too deep.
        """
        if isinstance(definition, Target):
            return definition
        if isinstance(definition, DefinitionVersion):
            return _target_of_version(definition)
        if isinstance(definition, Mapping):
            return _target_of_document(definition)
        if isinstance(definition, Path) or str(definition).endswith(FILE_ENDINGS):
            from crewlab.definitions.notation.text import read_document_file

            return _target_of_document(read_document_file(Path(definition)), default_name=Path(definition).stem)
        if not isinstance(definition, str):
            raise not_runnable(definition)
        return _target_of_version(self.version(definition))

    def version(self, name_or_id: str, number: int | None = None) -> DefinitionVersion:
        """A version, the latest unless a number is given, also within the name as in `market-brief@2`."""
        if number is not None:
            number = whole_number_of(number, "number")
        try:
            return self._definitions.version(name_or_id, number, owner=self._owner)
        except DefinitionNotFoundError:
            wanted = named_version(str(name_or_id))
            if number is not None or wanted.number is None:
                raise
            return self._definitions.version(*wanted, owner=self._owner)

    def find_runnable(
        self,
        definition: Runnable,
        overlay: Overlay,
        *,
        is_replay: bool = False,
        planning: bool | None = None,
        kept: Resolved = NOTHING,
    ) -> Target:
        """Like `find`, and refuses what would fail; `planning` switches that on or off.

        The document of a flow is its snapshot, with everything that it uses.

        A replay needs neither keys nor the packages of providers.

        `kept` are the tools that an execution ran with, which count before those of the library.

        Raises:
            InvalidDefinitionError: The document has errors on this machine, were it run with `overlay`.
            InputsError: The overlay gives a model to an agent that there is not.
        """
        from crewlab.definitions.checks import errors_of, for_replay
        from crewlab.definitions.models import with_planning

        target = self._whole(self.find(definition))
        planned = with_planning(target.document, planning)
        require_agents(planned, overlay.llms)
        described = str(target.document.get("description"))  # not in the hash, and might hold a secret
        launch = f"{overlay!r} {is_replay} {planning} {kept!r}"
        files = tuple(self.knowledge_files(target.document))
        here = (self._keys.variables(), self._keys.changes, self.tool_library.changes)
        whole = content_hash(target.document)  # with the descriptions of what a flow uses
        key = (whole, described, launch, files, here)
        if key not in self._approved:
            problems = self.check(planned, overlay, kept)
            errors = errors_of(for_replay(problems) if is_replay else problems)
            if errors:
                raise InvalidDefinitionError(target.name, errors)
            self._approved.add(key)
        return target

    def _whole(self, target: Target) -> Target:
        """A flow as its snapshot; where something is missing as it is, for the check to say what."""
        if kind_of(target.document) != "flow":
            return target
        try:
            snapshot = self._saved.snapshot(target.document)
        except DefinitionError:
            return target
        return replace(target, document=snapshot, content_hash=snapshot_hash(snapshot))

    def require_judge(self, llm: Any, *, is_replay: bool = False) -> None:
        """Raises `InvalidDefinitionError` when the model `llm` could not judge on this machine."""
        from crewlab.definitions.checks import errors_of, for_replay

        problems = errors_of(self.check(_JUDGE, llm))
        errors = for_replay(problems) if is_replay else problems
        if errors:
            raise InvalidDefinitionError("the judge", errors)

    # -- checking ------------------------------------------------------------------------------------------------

    def overlay(self, llm: Any = None, llms: Mapping[str, Any] | None = None) -> Overlay:
        """The models of a launch, with the profiles that there are now."""
        return Overlay(llm, llms or {}, self.profiles.profiles)

    def check(
        self,
        document: Mapping[str, Any],
        launched: Any = None,
        kept: Resolved = NOTHING,
        coming: frozenset[str] = frozenset(),
    ) -> list[Problem]:
        """The problems of a document, were it run with `launched`: an overlay, or a model for all agents.

        `coming` are knowledge files that are about to be there.
        """
        from crewlab.definitions.checks import check

        found = check(document, self._known(document, kept, coming), llm=launched)
        overlay = as_overlay(launched)
        written = secret_problems(document, [overlay.llm, overlay.llms], self._keys, self._redactor)
        return sorted([*found, *written], key=lambda problem: problem.severity)

    def _known(self, document: Mapping[str, Any], kept: Resolved, coming: frozenset[str]) -> Known:
        from crewlab.definitions.known import Known
        from crewlab.definitions.providers import installed_providers

        is_flow = kind_of(document) == "flow"
        return Known(
            tools=self.tool_library.names(kept),
            tool_obstacles=self.tool_library.obstacles(kept),
            offers=self.tool_library.offers(kept),
            keys=self._keys.variables(),
            secrets=frozenset(self._keys.names()),
            providers=installed_providers(),
            priced_models=frozenset(self._prices.models),
            profiles=self.profiles.profiles,
            knowledge_files=self.knowledge.paths() | coming if is_flow or files_of(document) else None,
            allowed_code=self._settings.allowed_references,
            definitions=self._saved.known(document) if is_flow else None,
        )

    @cached_property
    def knowledge(self) -> KnowledgeFolder:
        """The files that knowledge sources may name."""
        from crewlab.memory.knowledge_folder import KnowledgeFolder

        return KnowledgeFolder(self._settings.data / "knowledge", self._settings.max_knowledge_bytes)

    def knowledge_files(self, document: Mapping[str, Any]) -> dict[str, str]:
        """The knowledge files that a document names and that there are, each with the hash of its content."""
        found = {path: self.knowledge.file(path) for path in files_of(document)}
        return {path: file.sha256 for path, file in found.items() if file is not None}

    def require_no_secret_in_file(self, name: str, data: bytes) -> None:
        """Raises `KnowledgeError` when a file holds the value of a known secret: models are sent what is in it."""
        if self._redactor.finds(data.decode("utf-8", "replace")):
            raise KnowledgeError(f"{name} holds the value of a known secret.", "Take it out: models read the file.")

    @property
    def _prices(self) -> PriceTable:
        return self._price_file.table

    def require_no_secrets(self, inputs: Sequence[Mapping[str, Any]]) -> None:
        """Raises `InputsError` when a value holds a secret: inputs are sent to models, stored and shown."""
        require_no_secrets(inputs, self._redactor)

    def price(self, model: str) -> Price | None:
        return self._prices.find(model, datetime.now(UTC).date())

    def forecast(self, definition: Runnable, rows_count: int, overlay: Overlay) -> Forecast:
        document = self._whole(self.find(definition)).document
        require_agents(document, overlay.llms)
        return forecast(document, rows_count, overlay, self._settings, self._prices)

    def placeholders(self, document: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        require_document(document)
        return placeholders(document)

    def tools(self) -> list[ToolInfo]:
        return self.tool_library.ready()

    # -- saving --------------------------------------------------------------------------------------------------

    def require_storable(self, document: Mapping[str, Any]) -> None:
        """Raises `DefinitionError` when a document holds the value of a known secret."""
        require_storable(document, self._redactor)

    def save(
        self,
        document: Mapping[str, Any],
        definition_id: str | None = None,
        note: str = "",
        expected_number: int | None = None,
    ) -> DefinitionVersion:
        require_document(document)
        self.require_storable(document)
        return self._definitions.save(
            owner=self._owner,
            document=dict(document),
            definition_id=definition_id,
            note=note,
            author=self._owner,
            expected_number=expected_number,
        )

    def save_draft(
        self, draft_id: str, document: Mapping[str, Any], definition_id: str | None, base_number: int | None
    ) -> None:
        require_document(document)
        require_storable(document, self._redactor)
        self._definitions.save_draft(
            owner=self._owner,
            draft_id=draft_id,
            document=dict(document),
            definition_id=definition_id,
            base_number=base_number,
        )


def _target_of_version(version: DefinitionVersion) -> Target:
    return Target(version.document, version.name, version.content_hash, version.definition_id, version.number)


def _target_of_document(document: Mapping[str, Any], default_name: str = "unnamed") -> Target:
    require_document(document)
    plain = in_crew_shape(document)
    return Target(plain, str(plain.get("name") or default_name), content_hash(plain))
