-- How a person keeps definitions in order: earlier names that still lead to them, tags, collections, the archive.
-- Tags are rows, not a list in `definitions`: DuckDB rewrites a row whose list changes, and its key with it.

ALTER TABLE definitions ADD COLUMN steps_count INTEGER DEFAULT 0;
ALTER TABLE definitions ADD COLUMN archived_at TIMESTAMPTZ;

-- The last definition that gave a name up.
CREATE TABLE earlier_names (
    owner VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    definition_id VARCHAR NOT NULL,
    renamed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (owner, name)
);

CREATE TABLE definition_tags (
    owner VARCHAR NOT NULL,
    definition_id VARCHAR NOT NULL,
    tag VARCHAR NOT NULL
);

CREATE TABLE collections (
    owner VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE collected_definitions (
    owner VARCHAR NOT NULL,
    collection VARCHAR NOT NULL,
    definition_id VARCHAR NOT NULL
);

-- Which definitions the latest version of a flow names; those that were saved before this table name none.
CREATE TABLE definition_references (
    owner VARCHAR NOT NULL,
    definition_id VARCHAR NOT NULL,
    step VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    number INTEGER
);
