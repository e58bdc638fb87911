-- Telling and signing in.

CREATE TABLE endpoints (
    id         uuid PRIMARY KEY,
    url        text NOT NULL,
    secret     text NOT NULL,
    enabled    boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    deleted_at timestamptz
);

CREATE TABLE deliveries (
    id           uuid PRIMARY KEY,
    fact_id      uuid NOT NULL,
    fact_name    text NOT NULL,
    channel      text NOT NULL,
    recipient    text NOT NULL,
    body         jsonb NOT NULL,
    state        text NOT NULL DEFAULT 'due',
    due_at       timestamptz NOT NULL,
    leased_until timestamptz,
    lease_token  uuid,
    tries        integer NOT NULL DEFAULT 0,
    last_status  integer,
    last_error   text,
    created_at   timestamptz NOT NULL,
    done_at      timestamptz,
    trace_parent text,
    CONSTRAINT deliveries_once UNIQUE (fact_id, channel, recipient),
    CONSTRAINT deliveries_channel CHECK (channel IN ('mail', 'webhook')),
    CONSTRAINT deliveries_state CHECK (state IN ('due', 'delivered', 'given_up')),
    CONSTRAINT deliveries_done CHECK ((state = 'due') = (done_at IS NULL))
);
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE state = 'due';
CREATE INDEX deliveries_newest ON deliveries (id DESC);

-- Portal sessions: the cookie's SHA-256 is the key, the bearer token is sealed with a key that only the cookie gives.
CREATE TABLE sessions (
    id           bytea PRIMARY KEY,
    user_id      text NOT NULL,
    sealed_token bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    seen_at      timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
