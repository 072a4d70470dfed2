"""Tests for crewlab.bridge.tools.specs: the committed catalogue is that of the installed package."""

from __future__ import annotations

import json

from crewlab.definitions.library.tool_catalogue import PATH


def test_the_catalogue_is_that_of_the_installed_crewai_tools() -> None:
    """After an update of crewai_tools: `make catalogue`, and look at what has changed."""
    from crewlab.bridge.tools.specs import catalogue

    assert json.loads(PATH.read_text(encoding="utf-8")) == json.loads(json.dumps(catalogue()))
