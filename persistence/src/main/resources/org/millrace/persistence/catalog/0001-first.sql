-- Statements end with a semicolon at the end of a line. A migration may be cut off by a crash and
-- run again from its start, so every statement must be repeatable.

CREATE TABLE IF NOT EXISTS catalog_state (
    id               INTEGER      NOT NULL PRIMARY KEY,
    next_id          BIGINT       NOT NULL,
    journal_position BIGINT       NOT NULL,
    last_stop        VARCHAR(16)  NOT NULL
);

CREATE TABLE IF NOT EXISTS destination (
    id         BIGINT           NOT NULL PRIMARY KEY,
    kind       VARCHAR(16)      NOT NULL,
    name       VARCHAR(1000000) NOT NULL,
    partitions INTEGER          NOT NULL,
    settings   VARCHAR(1000000) NOT NULL
);

CREATE TABLE IF NOT EXISTS subscription (
    id             BIGINT           NOT NULL PRIMARY KEY,
    destination_id BIGINT           NOT NULL,
    name           VARCHAR(1000000) NOT NULL,
    settings       VARCHAR(1000000) NOT NULL
);

CREATE INDEX IF NOT EXISTS subscription_by_destination ON subscription (destination_id);

CREATE TABLE IF NOT EXISTS producer (
    id          BIGINT             NOT NULL PRIMARY KEY,
    epoch       SMALLINT           NOT NULL,
    last_commit BIGINT             NOT NULL,
    sequences   VARBINARY(1000000) NOT NULL
);

CREATE TABLE IF NOT EXISTS prepared_branch (
    format_id INTEGER        NOT NULL,
    global_id VARBINARY(255) NOT NULL,
    branch_id VARBINARY(255) NOT NULL,
    content   BLOB           NOT NULL,
    PRIMARY KEY (format_id, global_id, branch_id)
);

CREATE TABLE IF NOT EXISTS partition_log (
    destination_id  BIGINT   NOT NULL,
    partition_no    INTEGER  NOT NULL,
    lane            SMALLINT NOT NULL,
    segment_end     BIGINT   NOT NULL,
    start_offset    BIGINT   NOT NULL,
    end_offset      BIGINT   NOT NULL,
    size_bytes      BIGINT   NOT NULL,
    first_timestamp BIGINT   NOT NULL,
    last_timestamp  BIGINT   NOT NULL,
    PRIMARY KEY (destination_id, partition_no, lane)
);

CREATE TABLE IF NOT EXISTS subscription_cursor (
    subscription_id BIGINT   NOT NULL,
    destination_id  BIGINT   NOT NULL,
    partition_no    INTEGER  NOT NULL,
    lane            SMALLINT NOT NULL,
    floor_offset    BIGINT   NOT NULL,
    horizon         BIGINT   NOT NULL,
    PRIMARY KEY (subscription_id, destination_id, partition_no, lane)
);

CREATE TABLE IF NOT EXISTS cursor_chunk (
    subscription_id BIGINT             NOT NULL,
    destination_id  BIGINT             NOT NULL,
    partition_no    INTEGER            NOT NULL,
    lane            SMALLINT           NOT NULL,
    chunk_no        BIGINT             NOT NULL,
    settled         VARBINARY(65536)   NOT NULL,
    counts          VARBINARY(1000000) NOT NULL,
    PRIMARY KEY (subscription_id, destination_id, partition_no, lane, chunk_no)
);
