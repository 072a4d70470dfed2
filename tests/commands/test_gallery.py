"""`gallery` and `new`, as typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Call


@pytest.mark.parametrize(("template", "verb"), [("release-notes", "run"), ("store-assistant", "chat")])
def test_what_was_made_says_what_to_do_with_it(
    call: Call, examples: Path, template: str, verb: str, monkeypatch: pytest.MonkeyPatch
):
    """A conversation is talked to; its name alone is on the standard output, for scripts."""
    monkeypatch.setenv("CREWLAB_EXAMPLES", str(examples))
    done = call("new", template)
    assert (done.exit_code, done.stdout) == (0, f"{template}\n")
    assert f"`python -m crewlab {verb} {template}`" in done.stderr


def test_a_template_that_is_not_there_is_told_as_that(call: Call):
    """Under a title of its own, with the one that may be meant."""
    done = call("new", "relase-notes")
    assert done.exit_code == 2
    assert done.stderr.startswith("There is nothing of that name: The gallery has no template 'relase-notes'.")
    assert "Did you mean 'release-notes'?" in done.stderr
