"""The model that two text fields describe."""

from __future__ import annotations

from crewlab.ui.components.launch.model import own_model


def test_nothing_named_is_as_defined():
    """An empty field overrides nothing, whatever the address says."""
    assert own_model("  ", "http://127.0.0.1:1/v1") is None


def test_a_model_alone_is_a_string():
    """The provider's own address is used."""
    assert own_model(" openai/gpt-4o-mini ", "") == "openai/gpt-4o-mini"


def test_an_address_makes_a_record():
    """A local server is named beside the model."""
    assert own_model("openai/x", "http://h/v1 ") == {"model": "openai/x", "base_url": "http://h/v1"}
