"""Routes about definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewlab.api.operation import Call, Operation
from crewlab.api.queries import ExportQuery
from crewlab.api.requests import CheckRequest, DraftRequest, ForecastRequest, ImportFilesRequest, ImportRequest
from crewlab.api.runnable import runnable
from crewlab.definitions.interchange.exporting import Exported
from crewlab.definitions.interchange.placing import Imported, ImportPreview
from crewlab.definitions.interchange.source_files import SourceFiles
from crewlab.definitions.library.tools import ToolInfo
from crewlab.definitions.problem import Problem
from crewlab.definitions.version import DefinitionVersion, Draft
from crewlab.engine.forecast import Forecast

if TYPE_CHECKING:
    from crewlab.lab import Lab


def _export(lab: Lab, call: Call) -> Exported:
    return lab.definitions.export(call.path["name"], call.query.format, number=call.query.number)


def _import(lab: Lab, call: Call) -> DefinitionVersion:
    asked: ImportRequest = call.body
    return lab.definitions.import_document(asked.text, source=asked.source)


def _files(call: Call) -> SourceFiles:
    asked: ImportFilesRequest = call.body
    return SourceFiles(asked.name, asked.files, tuple(asked.left_out))


def _preview_import(lab: Lab, call: Call) -> ImportPreview:
    asked: ImportFilesRequest = call.body
    return lab.definitions.preview_import(_files(call), existing=asked.existing, accept=asked.accept)


def _import_files(lab: Lab, call: Call) -> Imported:
    asked: ImportFilesRequest = call.body
    return lab.definitions.import_from(_files(call), existing=asked.existing, accept=asked.accept)


def _check(lab: Lab, call: Call) -> list[Problem]:
    asked: CheckRequest = call.body
    return lab.definitions.check(asked.document, llm=asked.llm, llms=asked.llms)


def _forecast(lab: Lab, call: Call) -> Forecast:
    asked: ForecastRequest = call.body
    return lab.forecast(runnable(lab, asked), asked.rows_count, asked.llm, asked.llms)


def _save_draft(lab: Lab, call: Call) -> None:
    asked: DraftRequest = call.body
    lab.definitions.save_draft(call.path["draft_id"], asked.document, asked.definition_id, asked.base_number)


OPERATIONS = (
    Operation("GET", "/export/{name:path}", "A version as a file", _export, Exported, query=ExportQuery),
    Operation("POST", "/import", "Save the text of a file", _import, DefinitionVersion, body=ImportRequest),
    Operation(
        "POST",
        "/import/preview",
        "What is in files, and what an import would do",
        _preview_import,
        ImportPreview,
        body=ImportFilesRequest,
    ),
    Operation("POST", "/import/files", "Save what is in files", _import_files, Imported, body=ImportFilesRequest),
    Operation("POST", "/check", "What is wrong with a document", _check, list[Problem], body=CheckRequest),
    Operation("POST", "/forecast", "What a launch would ask for", _forecast, Forecast, body=ForecastRequest),
    Operation("GET", "/drafts", "All unsaved edits", lambda lab, call: lab.definitions.drafts(), list[Draft]),
    Operation(
        "GET",
        "/drafts/{draft_id:path}",
        "Unsaved edits, or null",
        lambda lab, call: lab.definitions.draft(call.path["draft_id"]),
        Draft | None,
    ),
    Operation("PUT", "/drafts/{draft_id:path}", "Keep unsaved edits", _save_draft, body=DraftRequest),
    Operation(
        "DELETE",
        "/drafts/{draft_id:path}",
        "Forget unsaved edits",
        lambda lab, call: lab.definitions.discard_draft(call.path["draft_id"]),
    ),
    Operation("GET", "/tool-names", "What an agent may be given", lambda lab, call: lab.tool_names(), list[ToolInfo]),
)
