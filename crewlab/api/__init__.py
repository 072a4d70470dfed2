"""The HTTP face of the lab: what a notebook or a command asks of the running app."""

from crewlab.api.api import Api

__all__ = ["Api"]
