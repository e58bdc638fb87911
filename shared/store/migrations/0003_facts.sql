-- What leaves with every change of state: the trail for ever, the outbox until it was handed to the broker.

CREATE TABLE trail_entries (
    id           uuid PRIMARY KEY,
    at           timestamptz NOT NULL,
    actor        jsonb NOT NULL,
    action       text NOT NULL,
    subject_kind text NOT NULL,
    subject_id   uuid NOT NULL,
    request_id   uuid,
    data         jsonb NOT NULL
);
CREATE INDEX trail_entries_by_subject ON trail_entries (subject_kind, subject_id, id);
CREATE INDEX trail_entries_by_request ON trail_entries (request_id, id) WHERE request_id IS NOT NULL;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER trail_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON trail_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE outbox (
    id            uuid PRIMARY KEY,
    name          text NOT NULL,
    body          jsonb NOT NULL,
    trace_parent  text,
    created_at    timestamptz NOT NULL,
    claimed_until timestamptz
);
CREATE INDEX outbox_unclaimed ON outbox (created_at);

-- Messages that no consumer could take, kept where an operator sees them.
CREATE TABLE parked (
    id        uuid PRIMARY KEY,
    queue     text NOT NULL,
    body      bytea NOT NULL,
    reason    text NOT NULL,
    parked_at timestamptz NOT NULL
);

CREATE TABLE idempotency_keys (
    caller     text NOT NULL,
    key        text NOT NULL,
    route      text NOT NULL,
    body_hash  bytea NOT NULL,
    status     smallint,
    body       jsonb,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_old ON idempotency_keys (created_at);
