"""Model profiles of one owner: kept, renamed and removed with an eye on the definitions that name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crewlab.definitions.library.model_profile_file import ModelProfileFile
from crewlab.definitions.library.model_profiles import ModelProfile, profile_named
from crewlab.definitions.models import llms_within
from crewlab.errors import ModelProfileError
from crewlab.secrets.redactor import Redactor

if TYPE_CHECKING:
    from crewlab.store import Store


class Profiles:
    """The profiles of the data folder, and who uses them."""

    def __init__(self, store: Store, file: ModelProfileFile, redactor: Redactor, owner: str) -> None:
        self._definitions, self._file, self._redactor, self._owner = store.definitions, file, redactor, owner

    @property
    def by_name(self) -> Mapping[str, ModelProfile]:
        return self._file.profiles

    def save(self, profile: ModelProfile, instead_of: str | None) -> None:
        if self._redactor.finds(profile.model_dump()):
            hint = "Store it under Library > Secrets and name it: api_key is ${secret:NAME}."
            raise ModelProfileError("The value of a known secret is written in the profile.", hint)
        if instead_of not in (None, profile.name):
            self._require_unused(instead_of, "Change the name in these definitions first, or add a second profile.")
        self._file.put(profile, instead_of=instead_of)

    def delete(self, name: str, *, even_if_used: bool) -> ModelProfile:
        self._file.get(name)
        if not even_if_used:
            self._require_unused(name, "They cannot run without it. Delete it all the same with even_if_used=True.")
        return self._file.delete(name)

    def users(self, name: str) -> list[str]:
        """Where the latest versions of definitions name the profile, such as `market-brief: agents.writer.llm`."""
        profiles = {name: self._file.get(name)}
        return [
            f"{summary.name}: {where}"
            for summary in self._definitions.list(owner=self._owner)
            for where, llm in llms_within(self._definitions.version(summary.definition_id, owner=self._owner).document)
            if profile_named(llm, profiles)
        ]

    def _require_unused(self, name: str, hint: str) -> None:
        users = self.users(name)
        if users:
            more = f" and {len(users) - 6} more" if len(users) > 6 else ""
            raise ModelProfileError(f"The model profile {name!r} is used by {'; '.join(users[:6])}{more}.", hint)
