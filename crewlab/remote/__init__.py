"""The same lab over HTTP, while the app holds the store."""

from crewlab.remote.endpoint import Endpoint
from crewlab.remote.remote_lab import RemoteLab, connect

__all__ = ["Endpoint", "RemoteLab", "connect"]
