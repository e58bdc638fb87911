-- Emergencies, pauses, alarms, what is parked, and who works.

-- A use of the emergency button. What it ends is found by scans, a batch at a time, until nothing is left.
CREATE TABLE emergencies (
    id               uuid PRIMARY KEY,
    state            text NOT NULL,
    -- Whose or where access ends, if it ends any.
    ends             text,
    subject          text,
    -- Whether it stops new access from beginning, or lets it begin again.
    switch           text,
    reason           text NOT NULL,
    proposed_by      jsonb NOT NULL,
    proposed_at      timestamptz NOT NULL,
    decided_by       jsonb,
    decided_at       timestamptz,
    alone            boolean NOT NULL DEFAULT false,
    begun_at         timestamptz,
    ended_grants     bigint NOT NULL DEFAULT 0,
    closed_requests  bigint NOT NULL DEFAULT 0,
    grants_done_at   timestamptz,
    requests_done_at timestamptz,
    CONSTRAINT emergencies_state CHECK (state IN ('waiting', 'running', 'done', 'refused', 'withdrawn')),
    CONSTRAINT emergencies_ends CHECK (ends IN ('everything', 'user', 'account')),
    CONSTRAINT emergencies_subject CHECK ((subject IS NOT NULL) = (ends IS NOT NULL AND ends <> 'everything')),
    CONSTRAINT emergencies_switch CHECK (switch IN ('pause', 'resume')),
    CONSTRAINT emergencies_do_something CHECK (ends IS NOT NULL OR switch IS NOT NULL),
    CONSTRAINT emergencies_begun CHECK ((state IN ('running', 'done')) = (begun_at IS NOT NULL)),
    CONSTRAINT emergencies_done CHECK (state <> 'done' OR (grants_done_at IS NOT NULL AND requests_done_at IS NOT NULL)),
    CONSTRAINT emergencies_second_person CHECK (state NOT IN ('running', 'done') OR decided_by IS DISTINCT FROM proposed_by)
);
CREATE INDEX emergencies_newest ON emergencies (id DESC);
CREATE INDEX emergencies_running ON emergencies (begun_at) WHERE state = 'running';

-- While there is a row, no access begins. Each source takes its own row away.
CREATE TABLE pauses (
    source       text PRIMARY KEY,
    since        timestamptz NOT NULL,
    paused_by    jsonb NOT NULL,
    reason       text NOT NULL,
    emergency_id uuid REFERENCES emergencies
);

-- Since when an assignment's work has gone wrong without a success between, and of which class the answer is where
-- waiting a little does not help.
CREATE TABLE troubles (
    assignment_id uuid PRIMARY KEY REFERENCES assignments,
    since         timestamptz NOT NULL,
    class         text
);

-- What has been alarmed about, so that it is once for each step, and told when it is over.
CREATE TABLE alarms (
    kind      text NOT NULL,
    subject   uuid NOT NULL,
    step      integer NOT NULL,
    since     timestamptz NOT NULL,
    raised_at timestamptz NOT NULL,
    PRIMARY KEY (kind, subject)
);

-- What somebody knows about.
CREATE TABLE acknowledgements (
    kind            text NOT NULL,
    subject         uuid NOT NULL,
    acknowledged_by jsonb NOT NULL,
    acknowledged_at timestamptz NOT NULL,
    note            text,
    PRIMARY KEY (kind, subject)
);

ALTER TABLE parked ADD COLUMN retried_at timestamptz, ADD COLUMN retried_by jsonb;

-- The processes, as they said last.
CREATE TABLE workers (
    id              uuid PRIMARY KEY,
    name            text NOT NULL,
    version         text NOT NULL,
    services        text[] NOT NULL,
    started_at      timestamptz NOT NULL,
    seen_at         timestamptz NOT NULL,
    clock_offset_ms bigint NOT NULL
);

-- A failed grant that is tried again goes on as a row of its own.
ALTER TABLE grants ADD COLUMN retry_of uuid REFERENCES grants;
ALTER TABLE grants DROP CONSTRAINT grants_one_a_pair;
CREATE UNIQUE INDEX grants_one_a_pair ON grants (request_id, ordinal) WHERE retry_of IS NULL;
CREATE UNIQUE INDEX grants_retried_once ON grants (retry_of) WHERE retry_of IS NOT NULL;
CREATE INDEX grants_leaving ON grants (revoking_at) WHERE state = 'revoking';
CREATE INDEX grants_failed ON grants (start_by) WHERE state = 'ended' AND reason = 'failed';
