"""The fixtures of the API: a remote lab is nothing without the other end."""

from tests.api.conftest import endpoint, lab, remote, serving

__all__ = ["endpoint", "lab", "remote", "serving"]
