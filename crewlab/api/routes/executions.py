"""Routes about executions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from crewlab.api.answers import Begun
from crewlab.api.operation import Call, Operation
from crewlab.api.queries import ExecutionsQuery, FileQuery, FilterQuery, WaitingQuery, WaitQuery
from crewlab.api.requests import AnswerRequest, ForkRequest, LaunchRequest, LimitsRequest, TrainingRequest
from crewlab.api.runnable import runnable
from crewlab.engine.files import FileInfo
from crewlab.executions.execution import Execution
from crewlab.executions.person import Question
from crewlab.executions.steps import StateWrite, StepRun

if TYPE_CHECKING:
    from crewlab.lab import Lab

_ONE = "/executions/{execution_id}"
_BYTES = "application/octet-stream"


def _launch(lab: Lab, call: Call) -> Begun:
    asked: LaunchRequest = call.body
    handle = lab.launch(runnable(lab, asked), asked.inputs, **asked.arguments())
    return Begun(execution_id=handle.execution_id)


def _train(lab: Lab, call: Call) -> Begun:
    asked: TrainingRequest = call.body
    chosen = {"iterations": asked.iterations}
    handle = lab.launch_training(runnable(lab, asked), asked.inputs, **chosen, **asked.arguments())
    return Begun(execution_id=handle.execution_id)


def _resume(lab: Lab, call: Call) -> Execution:
    return lab.resume(call.path["execution_id"], **call.body.model_dump())


def _rerun(lab: Lab, call: Call) -> Begun:
    return Begun(execution_id=lab.rerun(call.path["execution_id"]).execution_id)


def _fork(lab: Lab, call: Call) -> Begun:
    return Begun(execution_id=lab.fork(call.path["execution_id"], **call.body.model_dump()).execution_id)


def _answer(lab: Lab, call: Call) -> Execution:
    return lab.answer(call.path["execution_id"], **call.body.model_dump())


def _executions(lab: Lab, call: Call) -> list[Execution]:
    return lab.executions(**call.query.filters(), **call.query.page())


async def _execution(lab: Lab, call: Call) -> Execution:
    return await lab.following.until_at_rest(call.path["execution_id"], call.query.wait_seconds)


def _file(lab: Lab, call: Call) -> Response:
    content = lab.read_file(call.path["execution_id"], call.query.name)
    # Whatever a task wrote is data to take away, never a page to show.
    return Response(content, media_type=_BYTES, headers={"X-Content-Type-Options": "nosniff"})


OPERATIONS = (
    Operation("GET", "/executions", "Those that fit", _executions, list[Execution], query=ExecutionsQuery),
    Operation(
        "POST", "/executions", "Run once in the background", _launch, Begun, 202, body=LaunchRequest, location=_ONE
    ),
    Operation(
        "POST", "/trainings", "Train a crew in the background", _train, Begun, 202, body=TrainingRequest, location=_ONE
    ),
    Operation(
        "GET",
        f"{_ONE}/lessons",
        "What the agents learned in a training",
        lambda lab, call: lab.lessons(call.path["execution_id"]),
        dict[str, list[str]],
    ),
    Operation("GET", _ONE, "As it stands, or once it rests", _execution, Execution, query=WaitQuery),
    Operation(
        "GET",
        f"{_ONE}/steps",
        "The steps of a flow, every call of each",
        lambda lab, call: lab.steps(call.path["execution_id"]),
        list[StepRun],
    ),
    Operation(
        "GET",
        f"{_ONE}/state-changes",
        "What the steps of a flow wrote into its state",
        lambda lab, call: lab.state_changes(call.path["execution_id"]),
        list[StateWrite],
    ),
    Operation(
        "GET",
        f"{_ONE}/state",
        "The state of a flow as it is now",
        lambda lab, call: lab.state(call.path["execution_id"]),
        dict[str, Any],
    ),
    Operation(
        "GET",
        f"{_ONE}/files",
        "The files that its tasks wrote",
        lambda lab, call: lab.files(call.path["execution_id"]),
        list[FileInfo],
    ),
    Operation(
        "GET", f"{_ONE}/file", "The content of a file", _file, query=FileQuery, media={_BYTES: "The file as it is."}
    ),
    Operation(
        "POST",
        f"{_ONE}/cancel",
        "Stop it at once; finished tasks are kept",
        lambda lab, call: lab.cancel(call.path["execution_id"]),
        Execution,
    ),
    Operation("POST", f"{_ONE}/resume", "Queue the next attempt", _resume, Execution, body=LimitsRequest),
    Operation("POST", f"{_ONE}/rerun", "Run its snapshot once more", _rerun, Begun, 202, location=_ONE),
    Operation(
        "POST",
        f"{_ONE}/fork",
        "Run it again with something changed",
        _fork,
        Begun,
        202,
        body=ForkRequest,
        location=_ONE,
    ),
    Operation(
        "POST",
        f"{_ONE}/answer",
        "Answer a question that it asked a person: a text is feedback, none accepts",
        _answer,
        Execution,
        body=AnswerRequest,
    ),
    Operation(
        "GET",
        "/waiting",
        "The questions to people that are open, the oldest first",
        lambda lab, call: lab.waiting(call.query.execution_id, limit=call.query.limit),
        list[Question],
        query=WaitingQuery,
    ),
    Operation(
        "GET",
        "/count",
        "How many executions fit",
        lambda lab, call: lab.count_executions(**call.query.filters()),
        int,
        query=FilterQuery,
    ),
)
