-- How late removals were and how much access there was, over time: read from the index alone.
CREATE INDEX grants_began ON grants (active_at) WHERE active_at IS NOT NULL;
CREATE INDEX grants_gone ON grants (ended_at) INCLUDE (reason, deadline_at, revoking_at) WHERE ended_at IS NOT NULL AND active_at IS NOT NULL;
