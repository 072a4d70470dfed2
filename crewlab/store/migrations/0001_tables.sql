-- Ids are UUIDv7 as text: they sort by time, so that zone maps find rows without an index.
-- Primary keys only where rows are looked up or replaced by key; no secondary indexes and no foreign keys,
-- because both make updates and later ALTERs fragile in DuckDB. Times are UTC.

CREATE TABLE definitions (
    definition_id VARCHAR PRIMARY KEY,
    owner VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    latest_number INTEGER NOT NULL,
    content_hash VARCHAR NOT NULL,
    agents_count INTEGER NOT NULL,
    tasks_count INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE definition_versions (
    definition_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    content_hash VARCHAR NOT NULL,
    document VARCHAR NOT NULL,
    note VARCHAR NOT NULL,
    author VARCHAR,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (definition_id, number)
);

CREATE TABLE drafts (
    owner VARCHAR NOT NULL,
    draft_id VARCHAR NOT NULL,
    definition_id VARCHAR,
    base_number INTEGER,
    document VARCHAR NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (owner, draft_id)
);

-- Names of examples that were put in once: a deleted or edited example never comes back.
CREATE TABLE seeded_names (
    owner VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    seeded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (owner, name)
);

CREATE TABLE batches (
    batch_id VARCHAR PRIMARY KEY,
    owner VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    definition_id VARCHAR,
    definition_name VARCHAR NOT NULL,
    version_number INTEGER,
    input_columns VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    size INTEGER NOT NULL
);

-- What executions ran, once for each distinct document.
CREATE TABLE documents (
    document_hash VARCHAR PRIMARY KEY,
    document VARCHAR NOT NULL
);

CREATE TABLE executions (
    execution_id VARCHAR PRIMARY KEY,
    owner VARCHAR NOT NULL,
    definition_id VARCHAR,
    definition_name VARCHAR NOT NULL,
    version_number INTEGER,
    content_hash VARCHAR NOT NULL,
    document_hash VARCHAR NOT NULL,
    inputs VARCHAR NOT NULL,
    input_hash VARCHAR NOT NULL,
    options VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    priority INTEGER NOT NULL,
    batch_id VARCHAR,
    row_number INTEGER,
    is_rehearsal BOOLEAN NOT NULL,
    tasks_total INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    status VARCHAR NOT NULL,
    status_message VARCHAR NOT NULL,
    reason VARCHAR,
    attempt INTEGER NOT NULL,
    -- The highest sequence of the current attempt; exact whenever the execution is not in flight.
    last_sequence INTEGER NOT NULL,
    started_at TIMESTAMPTZ,
    -- Since when it is in flight; NULL when it is not.
    in_flight_since TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    -- Time in flight, over the attempts that have ended.
    duration_seconds DOUBLE,
    tasks_done INTEGER NOT NULL,
    current_task VARCHAR,
    output VARCHAR,
    output_json VARCHAR,
    error VARCHAR,
    models VARCHAR,
    model_calls INTEGER NOT NULL,
    failed_calls INTEGER NOT NULL,
    input_tokens BIGINT,
    output_tokens BIGINT,
    cached_tokens BIGINT,
    reasoning_tokens BIGINT,
    cost_usd DOUBLE,
    unpriced_calls INTEGER NOT NULL,
    unknown_calls INTEGER NOT NULL,
    tool_calls INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    guardrail_retries INTEGER NOT NULL
);

CREATE TABLE tasks (
    execution_id VARCHAR NOT NULL,
    attempt INTEGER NOT NULL,
    task_index INTEGER NOT NULL,
    task_name VARCHAR NOT NULL,
    agent VARCHAR,
    status VARCHAR NOT NULL,
    description VARCHAR,
    context VARCHAR,
    started_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    output VARCHAR,
    output_json VARCHAR,
    error VARCHAR,
    reused_from_attempt INTEGER,
    model_calls INTEGER NOT NULL,
    failed_calls INTEGER NOT NULL,
    input_tokens BIGINT,
    output_tokens BIGINT,
    cached_tokens BIGINT,
    reasoning_tokens BIGINT,
    cost_usd DOUBLE,
    unpriced_calls INTEGER NOT NULL,
    unknown_calls INTEGER NOT NULL,
    tool_calls INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    guardrail_retries INTEGER NOT NULL,
    PRIMARY KEY (execution_id, attempt, task_index)
);

CREATE TABLE model_calls (
    execution_id VARCHAR NOT NULL,
    attempt INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    call_id VARCHAR NOT NULL,
    task_name VARCHAR,
    agent VARCHAR,
    purpose VARCHAR NOT NULL,
    model VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ NOT NULL,
    input_tokens BIGINT,
    output_tokens BIGINT,
    cached_tokens BIGINT,
    reasoning_tokens BIGINT,
    cost_usd DOUBLE,
    price VARCHAR,
    retries INTEGER NOT NULL,
    finish_reason VARCHAR,
    messages VARCHAR NOT NULL,
    tools VARCHAR NOT NULL,
    parameters VARCHAR NOT NULL,
    response VARCHAR,
    error VARCHAR,
    is_rehearsal BOOLEAN NOT NULL
);

CREATE TABLE tool_calls (
    execution_id VARCHAR NOT NULL,
    attempt INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    call_id VARCHAR NOT NULL,
    task_name VARCHAR,
    agent VARCHAR,
    tool VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ NOT NULL,
    arguments VARCHAR,
    result VARCHAR,
    from_cache BOOLEAN NOT NULL,
    error VARCHAR
);

-- Append-only. event_id counts in commit order over the whole store: "after this id" never misses an event.
CREATE TABLE events (
    event_id BIGINT NOT NULL,
    execution_id VARCHAR NOT NULL,
    attempt INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    occurred_at TIMESTAMPTZ NOT NULL,
    level VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    task_name VARCHAR,
    agent VARCHAR,
    message VARCHAR NOT NULL,
    payload VARIANT
);

-- One row: the number of the last command that ran in a transaction of its own,
-- which tells after a crash of the database whether that command is durable.
CREATE TABLE last_command (
    number BIGINT NOT NULL
);

INSERT INTO last_command VALUES (0);
