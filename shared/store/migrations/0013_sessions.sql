-- Live sessions, and receipts of what ended.

ALTER TABLE grants
    -- Kept from the approval on, so that an end needs no rule and no directory.
    ADD COLUMN cut_sessions      text NOT NULL DEFAULT 'on_revoke',
    ADD COLUMN session_s         bigint,
    ADD COLUMN role_name         text,
    ADD COLUMN in_management     boolean NOT NULL DEFAULT false,
    -- What became of them, once it ended.
    ADD COLUMN removed_at        timestamptz,
    ADD COLUMN credentials_until timestamptz,
    ADD COLUMN sessions          jsonb,
    ADD COLUMN session_deny_id   uuid,
    ADD CONSTRAINT grants_cut_sessions CHECK (cut_sessions IN ('always', 'on_revoke', 'never'));
UPDATE grants g SET role_name = coalesce(p.name, i.permission_set_name), session_s = p.session_s
    FROM request_items i LEFT JOIN directory_permission_sets p ON p.arn = i.permission_set_arn
    WHERE i.request_id = g.request_id AND i.ordinal = g.ordinal AND g.state <> 'ended';
UPDATE grants g SET in_management = true
    FROM directory_accounts a WHERE a.id = g.account_id AND a.management AND g.state <> 'ended';

ALTER TABLE assignments
    -- Not made again before this: its older sessions are being cut, and AWS tells sessions apart by when they began.
    ADD COLUMN create_after   timestamptz,
    -- The groups that AWS showed to have the same permission set there, when it was last looked.
    ADD COLUMN held_by_groups text[],
    ADD COLUMN held_read_at   timestamptz;

-- What the policy that cuts sessions is rendered from.
CREATE TABLE session_denies (
    id                 uuid PRIMARY KEY,
    assignment_id      uuid NOT NULL REFERENCES assignments,
    principal_id       text NOT NULL,
    account_id         text NOT NULL,
    permission_set_arn text NOT NULL,
    role_name          text NOT NULL,
    cut_before         timestamptz NOT NULL,
    -- When the last of these sessions has run out by itself.
    until_at           timestamptz NOT NULL,
    state              text NOT NULL DEFAULT 'wanted',
    -- When something is to be done about it: put it in, try again, take it out.
    due_at             timestamptz NOT NULL,
    held_up            text,
    wanted_at          timestamptz NOT NULL,
    in_place_at        timestamptz,
    gone_at            timestamptz,
    CONSTRAINT session_denies_state CHECK (state IN ('wanted', 'in_place', 'gone')),
    CONSTRAINT session_denies_in_place CHECK (state <> 'in_place' OR in_place_at IS NOT NULL),
    CONSTRAINT session_denies_gone CHECK ((state = 'gone') = (gone_at IS NOT NULL)),
    CONSTRAINT session_denies_until CHECK (until_at > cut_before)
);
CREATE INDEX session_denies_due ON session_denies (due_at) WHERE state <> 'gone';
ALTER TABLE grants ADD CONSTRAINT grants_session_deny FOREIGN KEY (session_deny_id) REFERENCES session_denies;
CREATE INDEX grants_by_session_deny ON grants (session_deny_id) WHERE session_deny_id IS NOT NULL;

-- The one writer of the policy, by its lease.
CREATE TABLE session_policy (
    only_one     boolean PRIMARY KEY DEFAULT true,
    lease_token  uuid,
    leased_until timestamptz,
    -- Not before this after trouble.
    rest_until   timestamptz,
    -- When the policy is compared again although nothing is due.
    look_at      timestamptz,
    tries        integer NOT NULL DEFAULT 0,
    last_error   text,
    CONSTRAINT session_policy_only_one CHECK (only_one)
);
INSERT INTO session_policy DEFAULT VALUES;

-- What was signed, byte for byte.
CREATE TABLE receipts (
    id         uuid PRIMARY KEY,
    grant_id   uuid NOT NULL REFERENCES grants,
    request_id uuid NOT NULL REFERENCES requests,
    attests    text NOT NULL,
    signed     text NOT NULL,
    key_id     text,
    signature  text,
    made_at    timestamptz NOT NULL,
    CONSTRAINT receipts_attests CHECK (attests IN ('end', 'sessions_cut')),
    CONSTRAINT receipts_signed CHECK ((key_id IS NULL) = (signature IS NULL))
);
CREATE INDEX receipts_by_grant ON receipts (grant_id);
CREATE INDEX receipts_by_request ON receipts (request_id);
-- Every key that ever signed, so that what it signed can be verified after it was replaced.
CREATE TABLE receipt_keys (
    key_id     text PRIMARY KEY,
    public_key text NOT NULL,
    first_seen timestamptz NOT NULL
);
CREATE TRIGGER receipts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON receipts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
