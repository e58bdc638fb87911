-- Where AWS and the ledger differ, and how far the comparison is.

CREATE TABLE drift (
    id                 uuid PRIMARY KEY,
    kind               text NOT NULL,
    principal_id       text NOT NULL,
    account_id         text NOT NULL,
    permission_set_arn text NOT NULL,
    -- What the ledger has of it.
    assignment_id      uuid REFERENCES assignments,
    found_at           timestamptz NOT NULL,
    -- The last comparison that saw it.
    run                bigint NOT NULL,
    -- Who did it and when, as CloudTrail tells.
    done_by            text,
    done_at            timestamptz,
    -- An orphan was taken into the ledger, to be removed.
    repaired_at        timestamptz,
    resolved_at        timestamptz,
    acknowledged_by    text,
    acknowledged_at    timestamptz,
    comment            text,
    CONSTRAINT drift_kind CHECK (kind IN ('overdue', 'orphaned', 'vanished', 'foreign')),
    CONSTRAINT drift_acknowledged CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL)),
    CONSTRAINT drift_repairs_only_ours CHECK (repaired_at IS NULL OR kind = 'orphaned')
);
CREATE UNIQUE INDEX drift_open ON drift (principal_id, account_id, permission_set_arn) WHERE resolved_at IS NULL;
CREATE INDEX drift_newest ON drift (id DESC);

CREATE TABLE reconciliation (
    only_one     boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    run          bigint NOT NULL DEFAULT 0,
    -- Where the run goes on; none is under way without it.
    place        text,
    -- Whether everything of the run was read so far.
    whole        boolean NOT NULL DEFAULT true,
    next_at      timestamptz NOT NULL DEFAULT '2000-01-01T00:00:00Z',
    started_at   timestamptz,
    finished_at  timestamptz,
    lease_token  uuid,
    leased_until timestamptz,
    braked_at    timestamptz,
    released_by  text,
    released_at  timestamptz
);
INSERT INTO reconciliation DEFAULT VALUES;
