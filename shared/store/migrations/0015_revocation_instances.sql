-- Who removes access while this database is away: each instance of the revocation service says now and then that it is
-- there, and learns how many are before it. Those wait a little longer before they act on what they remember.

CREATE TABLE revocation_instances (
    id      uuid PRIMARY KEY,
    seen_at timestamptz NOT NULL
);
