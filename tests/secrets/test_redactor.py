"""The redactor: secrets out, everything else as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import ModelCallCompleted, TaskFailed
from crewlab.secrets.keys import Keys
from crewlab.secrets.redactor import MASK, Redactor
from crewlab.secrets.vault import Vault
from tests.yardstick import best_seconds, slowness

SECRET = "sk-0123456789abcdef"


def redactor(*secrets: str) -> Redactor:
    keys = Keys({})
    for number, secret in enumerate(secrets):
        keys.remember(f"KEY_{number}", secret)
    return Redactor(keys)


def call(text: str) -> ModelCallCompleted:
    messages = [{"role": "user", "content": text}]
    return ModelCallCompleted(
        execution_id="e", call_id="c", model="m", started_at=datetime.now(UTC), messages=messages, response=text
    )


def test_every_text_of_an_event_is_masked():
    """In messages, keys of objects, errors and their tracebacks; numbers and times stay."""
    event = call(f"the key is {SECRET}")
    masked = redactor(SECRET).mask(event)
    assert masked.messages == [{"role": "user", "content": f"the key is {MASK}"}]
    assert masked.response == f"the key is {MASK}"
    assert masked.started_at == event.started_at
    report = ErrorReport(type="E", title="t", message=SECRET, traceback=f"x {SECRET} y")
    failed = TaskFailed(execution_id="e", task_index=1, error=report, output_json={SECRET: [SECRET, 1, None]})
    masked_failure = redactor(SECRET).mask(failed)
    assert SECRET not in masked_failure.model_dump_json()
    assert masked_failure.output_json == {MASK: [MASK, 1, None]}


def test_what_holds_no_secret_is_the_same_object():
    """Nothing is copied for nothing."""
    event = call("nothing of the kind")
    assert redactor(SECRET).mask(event) is event
    assert redactor().mask(event) is event
    assert not redactor(SECRET).finds({"a": ["b", ("c",)]})
    assert redactor(SECRET).finds({"a": ["b", (SECRET,)]})


def test_the_longest_secret_is_masked_first():
    """One that begins like another does not leave its end behind."""
    assert redactor("abcdefgh", "abcdefghijkl").mask("x abcdefghijkl y") == f"x {MASK} y"


def test_a_secret_is_masked_from_the_moment_that_it_is_known(tmp_path: Path):
    """Stored, entered or read from the environment, in this process or, once it is used, in another."""
    environment = {"PLAIN": "a-value-of-the-environment"}
    keys = Keys(environment, Vault(tmp_path, {}))
    found = Redactor(keys)
    assert not found.finds(SECRET)
    Vault(tmp_path, {}).set("STORED", SECRET)
    keys.get("STORED")
    assert found.finds(SECRET)
    assert not found.finds("a-value-of-the-environment")
    keys.get("PLAIN")
    assert found.finds("a-value-of-the-environment")


def test_masking_is_cheap():
    """Three secrets, an event of 3 kB: 0.05 ms; nothing to speak of without a secret."""
    event, some, none = call("word " * 300), redactor(SECRET, SECRET[::-1], "another-one-12345"), redactor()
    assert best_seconds(lambda: some.mask(event)) < 0.000_05 * slowness()
    assert best_seconds(lambda: none.mask(event)) < 0.000_002 * slowness()
