"""Every route of the HTTP API: one table per subject, all of them gathered here."""

from crewlab.api.routes import app, batches, definitions, executions, tables

OPERATIONS = (
    *app.OPERATIONS,
    *definitions.OPERATIONS,
    *executions.OPERATIONS,
    *batches.OPERATIONS,
    *tables.OPERATIONS,
)
