"""kill -9 of the server, and a polite stop: what a person saw stays, and going on pays for nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

import crewlab
from crewlab.lab import Lab
from tests.acceptance import crews
from tests.conftest import wait_until
from tests.model_server import ModelServer, Request, hang
from tests.server import AppServer

NAMES = ("first", "second", "third")


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    """A model server that outlives the app, and leaves what a kill or a stop is to land in without an answer."""
    with ModelServer() as running:
        for topic in ("tea", "cocoa"):
            running.script(hang(), about=f"Do the second of {topic}.")
        yield running


@pytest.fixture(scope="module")
def story(model: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """What was seen of an app that was killed, started again and asked to stop: two starts for all that is promised."""
    seen = SimpleNamespace()
    data = tmp_path_factory.mktemp("killed") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "test-key")
        with Lab.open(data) as lab:
            lab.definitions.save(crews.chain(crews.llm(model.url), *NAMES))
        with AppServer(data, CREWLAB_OWNER_LIMIT="1") as app:
            with crewlab.open(data) as lab:
                _until_the_kill(lab, model, seen)
            app.kill()
            app.start()
            with crewlab.open(data) as lab:
                _after_the_kill(lab, seen)
                stopping = _stopped_while_it_runs(app, lab, model, seen)
        with Lab.open(data) as lab:
            seen.stopped = lab.execution(stopping)
    return seen


def _until_the_kill(lab: Any, model: ModelServer, seen: SimpleNamespace) -> None:
    """One execution is done, one waits for a person, one is in its second task, and a batch is not yet begun."""
    asking = crews.chain(crews.llm(model.url), "first", "second")
    asking["tasks"][0]["human_input"] = True
    ids = [lab.launch(crew, {"topic": topic}).execution_id for crew, topic in (("chain", "coffee"), (asking, "milk"))]
    seen.done, seen.asked = lab.wait(ids)
    seen.running = launch_until_second_task(lab, model, "tea")
    seen.first_output = _first_output(lab, seen.running)
    seen.batch_id = lab.launch_batch("chain", [{"topic": f"topic {i}"} for i in range(3)], name="survivors").batch_id


def _after_the_kill(lab: Any, seen: SimpleNamespace) -> None:
    """What the next process shows, and how everything goes on."""
    seen.done_after, seen.asked_after, seen.interrupted = (
        lab.execution(id_) for id_ in (seen.done.execution_id, seen.asked.execution_id, seen.running)
    )
    seen.first_output_after = _first_output(lab, seen.running)
    singles = lab.executions_df()[lambda table: table["batch_id"].isna()]
    seen.statuses = set(singles["status"])
    (question,) = lab.waiting(seen.asked.execution_id)
    lab.answer(seen.asked.execution_id, question_id=question.question_id)
    lab.resume(seen.running)
    wait_until(lambda: lab.execution(seen.running).status == "completed", "the resumed execution")
    seen.resumed = lab.execution(seen.running)
    seen.tasks = lab.tasks_df(execution_ids=[seen.running])
    seen.answered = lab.wait([seen.asked.execution_id])[0]
    wait_until(lambda: lab.batch(seen.batch_id).ended == 3, "the batch to end")
    seen.batch = lab.batch(seen.batch_id)


def _stopped_while_it_runs(app: AppServer, lab: Any, model: ModelServer, seen: SimpleNamespace) -> str:
    """Ask the app to stop while two streams are open; the id of what was running."""
    seen.address, seen.heard = app.data / "endpoint.json", []
    seen.had_address = seen.address.exists()
    subscription = lab.subscribe(None, lambda event: seen.heard.append(event.kind))
    running = launch_until_second_task(lab, model, "cocoa")
    stream = lab.follow(running)
    next(stream)
    app.stop()  # raises unless it ends
    subscription.close()
    stream.close()
    return running


def launch_until_second_task(lab: Any, model: ModelServer, topic: str) -> str:
    """Launch `chain` in the app; return the id once its first task is stored as done and its second is asked."""
    handle = lab.launch("chain", {"topic": topic})
    wait_until(lambda: lab.execution(handle.execution_id).tasks_done == 1, f"the first task of {topic}")
    wait_until(lambda: times_asked(model, topic)["second"] == 1, f"the second task of {topic}")
    return str(handle.execution_id)


def _first_output(lab: Any, execution_id: str) -> str:
    return str(lab.tasks_df(execution_ids=[execution_id]).set_index("task_name")["output"]["first"])


def times_asked(model: ModelServer, topic: str) -> dict[str, int]:
    """How often each task of `chain` about `topic` was put to the model."""
    prompts = [prompt_of(request) for request in model.requests]
    return {name: sum(f"Do the {name} of {topic}." in prompt for prompt in prompts) for name in NAMES}


def prompt_of(request: Request) -> str:
    """The task as it was put to the model; earlier outputs quote their own tasks only in its context part."""
    return str(request.body["messages"][-1]["content"]).split("context")[0]


def test_kill_minus_nine_loses_nothing_that_was_visible(story: SimpleNamespace):
    """Same ids, statuses and outputs after a kill, and nothing left running."""
    assert story.done_after.output == story.done.output
    assert (story.interrupted.status, story.interrupted.error) == ("interrupted", None)
    assert story.first_output_after == story.first_output
    assert story.statuses == {"completed", "interrupted", "waiting"}


def test_no_finished_task_is_paid_twice_after_a_kill(story: SimpleNamespace, model: ModelServer):
    """The next attempt asks again only what was in flight."""
    assert (story.resumed.status, story.resumed.attempt) == ("completed", 2)
    is_kept = (story.tasks["attempt"] == 1) & (story.tasks["status"] == "completed")
    kept = set(story.tasks[is_kept]["task_name"])
    asked = times_asked(model, "tea")
    assert "first" in kept
    assert {name: asked[name] for name in kept} == dict.fromkeys(kept, 1)
    assert sum(asked.values()) == len(NAMES) + 1, "only what was in flight is asked again"


def test_what_waits_for_a_person_still_waits_after_a_kill(story: SimpleNamespace, model: ModelServer):
    """Only what had not begun is paid after their answer."""
    assert (story.asked_after.status, story.answered.status) == ("waiting", "completed")
    assert times_asked(model, "milk") == {"first": 1, "second": 1, "third": 0}


def test_what_was_pending_in_the_background_goes_on_after_a_kill(story: SimpleNamespace):
    """A batch that was launched to the background is finished by the next process, without anybody asking."""
    assert story.batch.counts == {"completed": 3}


def test_a_polite_stop_waits_for_no_answer_of_a_model(story: SimpleNamespace):
    """A service stop ends the app, although a model never answers, and marks what was running as interrupted."""
    assert story.stopped.status == "interrupted"
    assert story.stopped.tasks_done >= 1


def test_the_address_is_gone_when_the_app_stops(story: SimpleNamespace):
    """A polite stop leaves nothing behind that leads nowhere."""
    assert story.had_address
    assert not story.address.exists()


def test_an_open_stream_does_not_keep_the_app_from_stopping(story: SimpleNamespace):
    """The server waits for answers that are under way; streams end when it is asked to stop."""
    assert "status_changed" in story.heard
    assert story.stopped.status == "interrupted"
