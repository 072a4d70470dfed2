"""`test`: several runs, scored."""

from __future__ import annotations

import json

import pytest

from tests.commands.conftest import Call


@pytest.mark.parametrize("as_json", [False, True])
def test_the_table_of_scores_is_printed(call: Call, as_json: bool):
    """A row per task, labelled as rehearsal where it is text; JSON for programs."""
    done = call(
        "test", "greeter.yaml", "--judge", "rehearsal/plain", "-n", "2", "-i", "topic=Ada", *["--json"] * as_json
    )
    assert done.exit_code == 0
    if as_json:
        assert set(json.loads(done.stdout)["greet"]) == {"run 1", "run 2", "average"}
    else:
        assert "greet" in done.stdout
        assert "not evidence" in done.stdout
