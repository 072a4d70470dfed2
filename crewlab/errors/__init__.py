"""Every exception that CrewLab raises on purpose: what happened, and what to do next.

definitions  a definition, its document, an expression in it, inputs for it
executions   what an execution cannot do, and why one failed
models       what keeps a crew from being built here, a model call, a cassette
library      secrets, prices, profiles, tools, knowledge, memories
store        the database file
asking       settings, arguments, commands, requests, an app that does not answer
base         what every error has
"""

from crewlab.errors.asking import (
    AppUnreachableError,
    ArgumentError,
    CommandError,
    RemoteError,
    RequestError,
    SettingsError,
)
from crewlab.errors.base import CrewLabError
from crewlab.errors.definitions import (
    DefinitionError,
    DefinitionNotFoundError,
    DocumentError,
    DuplicateNameError,
    ExpressionError,
    InputsError,
    InvalidDefinitionError,
    PartGoneError,
    VersionConflictError,
)
from crewlab.errors.executions import (
    AnswerError,
    BatchNotFoundError,
    CodeError,
    EngineClosedError,
    ExecutionError,
    ExecutionNotFoundError,
    GuardrailError,
    IllegalTransitionError,
    NobodyAnsweredError,
    OutputError,
    OverBudgetError,
    PoolPausedError,
    StepFailedError,
    ToolCallError,
)
from crewlab.errors.library import (
    KnowledgeError,
    MemoryStoreError,
    ModelProfileError,
    ModelProfileNotFoundError,
    PriceError,
    RecordError,
    RecordNotFoundError,
    SecretError,
    SecretNotFoundError,
)
from crewlab.errors.models import (
    BuildError,
    CassetteError,
    CassetteMissError,
    MissingCredentialError,
    ModelCallError,
    UnknownModelError,
    UnknownToolError,
)
from crewlab.errors.store import MigrationEditedError, SchemaTooNewError, StoreClosedError, StoreError, StoreLockedError

__all__ = [
    "AnswerError",
    "AppUnreachableError",
    "ArgumentError",
    "BatchNotFoundError",
    "BuildError",
    "CassetteError",
    "CassetteMissError",
    "CodeError",
    "CommandError",
    "CrewLabError",
    "DefinitionError",
    "DefinitionNotFoundError",
    "DocumentError",
    "DuplicateNameError",
    "EngineClosedError",
    "ExecutionError",
    "ExecutionNotFoundError",
    "ExpressionError",
    "GuardrailError",
    "IllegalTransitionError",
    "InputsError",
    "InvalidDefinitionError",
    "KnowledgeError",
    "MemoryStoreError",
    "MigrationEditedError",
    "MissingCredentialError",
    "ModelCallError",
    "ModelProfileError",
    "ModelProfileNotFoundError",
    "NobodyAnsweredError",
    "OutputError",
    "OverBudgetError",
    "PartGoneError",
    "PoolPausedError",
    "PriceError",
    "RecordError",
    "RecordNotFoundError",
    "RemoteError",
    "RequestError",
    "SchemaTooNewError",
    "SecretError",
    "SecretNotFoundError",
    "SettingsError",
    "StepFailedError",
    "StoreClosedError",
    "StoreError",
    "StoreLockedError",
    "ToolCallError",
    "UnknownModelError",
    "UnknownToolError",
    "VersionConflictError",
]
