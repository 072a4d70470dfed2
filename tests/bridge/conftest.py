"""crewAI, imported as the product imports it: quietly, and with nothing of this machine's own settings."""

from __future__ import annotations

from crewlab.bridge.environment import importing, quiet_environment

quiet_environment()
with importing():
    import crewai
    import crewai_tools

__all__ = ["crewai", "crewai_tools"]
