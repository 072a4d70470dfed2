"""Keys: found by name, never shown."""

from __future__ import annotations

from crewlab.secrets.keys import Keys


def test_what_was_entered_wins_over_the_environment():
    """A key entered by hand is used, until it is forgotten."""
    keys = Keys({"OPENAI_API_KEY": "from-environment"})
    keys.remember("OPENAI_API_KEY", " entered ")
    assert keys.get("OPENAI_API_KEY") == "entered"
    keys.remember("OPENAI_API_KEY", "  ")
    assert keys.get("OPENAI_API_KEY") == "from-environment"


def test_names_say_where_a_key_comes_from_and_never_its_value():
    """Only what looks like a key is listed from the environment, and nothing empty."""
    keys = Keys({"OPENAI_API_KEY": "sk-1", "PATH": "/bin", "GROQ_API_KEY": "", "CREWLAB_TOKEN": "x"})
    keys.remember("MY_MODEL", "sk-2")
    assert keys.names() == {"OPENAI_API_KEY": "environment", "MY_MODEL": "memory"}
    assert "sk-" not in repr(keys)


def test_variables_are_all_that_have_a_value():
    """A check may ask for any variable, whatever it is called."""
    assert Keys({"AWS_REGION": "eu", "EMPTY": ""}).variables() == {"AWS_REGION"}
    assert Keys({}).get("EMPTY") is None
