"""Documents that come from crewAI, and go to it: files are read and written as data, and nothing in them is run."""

from crewlab.definitions.interchange.asynchronous import from_crewai
from crewlab.definitions.interchange.lowered_crew import as_crewai
from crewlab.definitions.interchange.notes import Note, Translated

__all__ = ["Note", "Translated", "as_crewai", "from_crewai"]
