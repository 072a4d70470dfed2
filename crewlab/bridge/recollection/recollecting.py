"""Whether the agents of a document remember or look things up at all; what that takes is loaded only then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import ValidationError

from crewlab.bridge.contract import BuildRequest
from crewlab.definitions.crew import AgentDocument, CrewDocument
from crewlab.errors import BuildError

if TYPE_CHECKING:
    from crewlab.bridge.journal import Journal
    from crewlab.bridge.recollection.telling import Recollection


def recollection_of(
    request: BuildRequest, document: CrewDocument, agents: Mapping[str, AgentDocument], journal: Journal
) -> Recollection | None:
    """Memory and knowledge of an attempt, or `None` when nobody has any.

    Raises:
        BuildError: A field cannot be carried out; a check of the document says which.
    """
    asked = [document.memory, document.knowledge_sources]
    asked += [value for agent in agents.values() for value in (agent.memory, agent.knowledge_sources)]
    if not any(asked):
        return None
    if request.library is None:
        raise BuildError("There is no place to keep memories in.", "Open the lab on a data folder.")
    from crewlab.bridge.recollection.telling import Recollection

    try:
        return Recollection(request, document, dict(agents), journal)
    except (ValidationError, TypeError) as error:
        raise BuildError("Memory or knowledge cannot be set up.", "A check of the document says why.") from error
