"""The model profiles of a data folder: `model_profiles.json`, read when it changes and edited one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from crewlab.definitions.library.model_profiles import ModelProfile
from crewlab.definitions.models import model_of
from crewlab.definitions.providers import PROVIDERS, REHEARSAL, provider_of_bare
from crewlab.definitions.rules.secrets import keys_written_in
from crewlab.errors import ModelProfileError, ModelProfileNotFoundError, SettingsError
from crewlab.secrets.file_content import FileContent
from crewlab.secrets.private_file import alone, read_private, write_private
from crewlab.secrets.references import REFERENCE

_ROWS = TypeAdapter(list[ModelProfile])
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}")
_PREFIX = "my-"
MOST_NOTE = 1000


class ModelProfileFile:
    """The profiles as they stand on disk. Safe over threads and processes."""

    def __init__(self, data: Path) -> None:
        self.path = data / "model_profiles.json"
        self._content = FileContent(self.path, self._read)

    @property
    def profiles(self) -> Mapping[str, ModelProfile]:
        """All profiles by name, in the order of names.

        Raises:
            SettingsError: The file holds something else than profiles.
        """
        return self._content.value

    def get(self, name: str) -> ModelProfile:
        """One profile. Raises `ModelProfileNotFoundError`."""
        found = self.profiles.get(name)
        if found is None:
            raise ModelProfileNotFoundError(name, self.profiles)
        return found

    def put(self, profile: ModelProfile, *, instead_of: str | None = None) -> None:
        """Add a profile, or put it in the place of the one called `instead_of`.

        Raises:
            ModelProfileError: Another one has this name.
            ModelProfileNotFoundError: There is none to be replaced any more.
        """
        with alone(self.path):
            rows = dict(self.profiles)
            if instead_of is not None and rows.pop(instead_of, None) is None:
                raise ModelProfileNotFoundError(instead_of, rows)
            if profile.name in rows:
                raise ModelProfileError(f"There is a profile {profile.name!r} already.", "Edit it, or take a new name.")
            self._write([*rows.values(), profile])

    def delete(self, name: str) -> ModelProfile:
        """Remove a profile, and return it. Raises `ModelProfileNotFoundError`."""
        with alone(self.path):
            removed = self.get(name)
            self._write(row for row in self.profiles.values() if row.name != name)
        return removed

    def _read(self) -> dict[str, ModelProfile]:
        try:
            text = read_private(self.path)
            rows = [] if text is None else _ROWS.validate_json(text)
        except (OSError, UnicodeDecodeError, ValidationError) as error:
            hint = "Correct the file, or move it away: it is a list of profiles with a name and a model each."
            raise SettingsError(f"{self.path} does not hold model profiles.", hint) from error
        return {row.name: row for row in sorted(rows, key=lambda row: row.name.lower())}

    def _write(self, rows: Iterable[ModelProfile]) -> None:
        text = _ROWS.dump_json(sorted(rows, key=lambda row: row.name.lower()), indent=1, exclude_defaults=True)
        try:
            write_private(self.path, text.decode("utf-8") + "\n")
        except OSError as error:
            raise ModelProfileError(f"{self.path} cannot be written: {error.strerror}.", "Nothing changed.") from error


def profile_of(**fields: object) -> ModelProfile:
    """A profile that definitions can name and that keeps no key.

    Raises:
        ModelProfileError: A field has a value that cannot be used; it is named.
    """
    try:
        profile = ModelProfile.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = str(first["loc"][0] if first["loc"] else "profile").replace("_", " ")
        raise ModelProfileError(f"{field}: {first['msg']}.") from None
    _require_name(profile.name)
    _require_model(profile)
    _require_reference(profile)
    return profile


def free_name(model: str, taken: Iterable[str]) -> str:
    """A name for a profile of `model` that none of `taken` has."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", model.rpartition("/")[2]).strip("-._") or "model"
    base = plain if _is_free(plain) else f"{_PREFIX}{plain}".replace("anthropic.", "anthropic-")
    names = {name.lower() for name in taken}
    found = (name for number in range(1, len(names) + 2) if (name := f"{base}-{number}" if number > 1 else base))
    return next(name for name in found if name.lower() not in names)


def _is_free(name: str) -> bool:
    """Whether no model goes by this name alone."""
    return provider_of_bare(name) is None and name.lower() not in (REHEARSAL, *PROVIDERS)


def _require_name(name: str) -> None:
    if not _NAME.fullmatch(name) or name != name.strip():
        hint = "Letters, digits, spaces and . _ - make a name, such as fast or team-gpt; it begins with one of the two."
        raise ModelProfileError(f"{name[:80]!r} is not a name for a profile.", hint)
    if not _is_free(name):
        hint = f"Definitions that mean the model would get the profile. Call it {_PREFIX}{name}, for example."
        raise ModelProfileError(f"{name!r} is the name of a model itself.", hint)


def _require_model(profile: ModelProfile) -> None:
    url = profile.base_url
    if not profile.model.strip():
        raise ModelProfileError("A profile needs a model.", "Write provider/name, such as openai/gpt-4o-mini.")
    if url and not url.startswith(("http://", "https://")):
        raise ModelProfileError(f"The base URL {url} does not say how to reach the server.", "Put http:// before it.")
    if url and "@" in url.partition("://")[2].partition("/")[0]:
        raise ModelProfileError("The base URL holds a password.", "Store it as a secret and name it under api_key.")
    if model_of(profile.llm()).provider is None:
        names = ", ".join(sorted(PROVIDERS))
        hint = f"Write provider/name, or openai/name with a base_url. Providers: {names}."
        raise ModelProfileError(f"No provider here serves the model {profile.model!r}.", hint)
    if len(profile.note) > MOST_NOTE:
        raise ModelProfileError(f"A note has at most {MOST_NOTE} characters.")


def _require_reference(profile: ModelProfile) -> None:
    if profile.api_key is not None and not REFERENCE.fullmatch(profile.api_key):
        hint = "Store the key under Library > Secrets, and name it here."
        raise ModelProfileError("A profile keeps no key; its api_key is ${secret:NAME}.", hint)
    for field in ("model", "base_url", "api_base", "api_key"):
        if field in profile.parameters:
            raise ModelProfileError(f"{field} is a field of the profile, not one of its parameters.")
    if written := next(iter(keys_written_in(profile.parameters)), None):
        hint = "Write ${secret:NAME} instead, and store the key under Library > Secrets."
        raise ModelProfileError(f"A key is written under {written}; a profile keeps none.", hint)
