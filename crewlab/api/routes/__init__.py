"""Every route of the HTTP API: one table per subject, all of them gathered here."""

from crewlab.api.routes import (
    app,
    batches,
    definition_versions,
    definitions,
    events,
    executions,
    gallery,
    library,
    memory,
    models,
    pool,
    tables,
    tools,
)

OPERATIONS = (
    *app.OPERATIONS,
    *definition_versions.OPERATIONS,
    *definitions.OPERATIONS,
    *executions.OPERATIONS,
    *events.OPERATIONS,
    *gallery.OPERATIONS,
    *batches.OPERATIONS,
    *library.OPERATIONS,
    *models.OPERATIONS,
    *memory.OPERATIONS,
    *pool.OPERATIONS,
    *tables.OPERATIONS,
    *tools.OPERATIONS,
)
