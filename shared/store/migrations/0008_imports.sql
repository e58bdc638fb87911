-- What was taken over from another system: its past requests as they were, whatever Curfew's own rules say of them.
-- Where one of them became a grant, the request in `requests` has the same id.
CREATE TABLE imported_requests (
    id                  uuid PRIMARY KEY,
    source              text NOT NULL,
    external_id         text NOT NULL,
    status              text NOT NULL,
    requester_id        text,
    requester_name      text NOT NULL,
    requester_email     text,
    account_id          text,
    account_name        text NOT NULL,
    permission_set_arn  text,
    permission_set_name text NOT NULL,
    start_at            timestamptz,
    minutes             bigint,
    ended_at            timestamptz,
    reason              text NOT NULL,
    ticket              text,
    decided_by          text,
    decision_comment    text,
    revoked_by          text,
    revoke_comment      text,
    submitted_at        timestamptz,
    original            jsonb NOT NULL,
    imported_at         timestamptz NOT NULL,
    CONSTRAINT imported_requests_source CHECK (source IN ('team')),
    CONSTRAINT imported_requests_once UNIQUE (source, external_id)
);
CREATE INDEX imported_requests_by_requester ON imported_requests (requester_id, id DESC);
CREATE INDEX imported_requests_by_account ON imported_requests (account_id, id DESC);
