-- Rules, requests, approvals, grants, assignments. CHECKs tie columns to states, so that an impossible
-- row cannot exist; the constraints have names, so that a violation can be told in words.

CREATE TABLE rules (
    id         uuid PRIMARY KEY,
    version    bigint NOT NULL,
    spec       jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz
);

CREATE TABLE rule_versions (
    rule_id  uuid NOT NULL REFERENCES rules,
    version  bigint NOT NULL,
    spec     jsonb NOT NULL,
    saved_at timestamptz NOT NULL,
    saved_by jsonb NOT NULL,
    PRIMARY KEY (rule_id, version)
);

CREATE TABLE requests (
    id             uuid PRIMARY KEY,
    version        bigint NOT NULL DEFAULT 1,
    state          text NOT NULL,
    requester_id   text NOT NULL,
    beneficiary_id text NOT NULL,
    reason         text NOT NULL,
    ticket         text,
    minutes        integer NOT NULL CHECK (minutes > 0),
    start_at       timestamptz,
    extends        uuid,
    trace          jsonb NOT NULL,
    submitted_at   timestamptz NOT NULL,
    decide_by      timestamptz NOT NULL,
    decided_at     timestamptz,
    trace_parent   text,
    CONSTRAINT requests_state CHECK (state IN ('pending', 'approved', 'rejected', 'cancelled', 'timed_out')),
    CONSTRAINT requests_decided CHECK ((state = 'pending') = (decided_at IS NULL))
);
CREATE INDEX requests_newest ON requests (id DESC);
CREATE INDEX requests_by_requester ON requests (requester_id, id DESC);
CREATE INDEX requests_by_beneficiary ON requests (beneficiary_id, id DESC);
CREATE INDEX requests_due ON requests (decide_by) WHERE state = 'pending';
CREATE UNIQUE INDEX requests_one_extension_at_a_time ON requests (extends) WHERE state = 'pending' AND extends IS NOT NULL;

-- What the approver sees was resolved on the server when it was asked, from ids.
CREATE TABLE request_items (
    request_id          uuid NOT NULL REFERENCES requests,
    ordinal             smallint NOT NULL,
    account_id          text NOT NULL,
    account_name        text NOT NULL,
    permission_set_arn  text NOT NULL,
    permission_set_name text NOT NULL,
    rule_id             uuid NOT NULL,
    rule_version        bigint NOT NULL,
    PRIMARY KEY (request_id, ordinal),
    CONSTRAINT request_items_once UNIQUE (request_id, account_id, permission_set_arn)
);

CREATE TABLE approvals (
    id         uuid PRIMARY KEY,
    request_id uuid NOT NULL UNIQUE REFERENCES requests,
    state      text NOT NULL,
    needs      jsonb NOT NULL,
    opened_at  timestamptz NOT NULL,
    closed_at  timestamptz,
    CONSTRAINT approvals_state CHECK (state IN ('open', 'approved', 'rejected', 'closed')),
    CONSTRAINT approvals_closed CHECK ((state = 'open') = (closed_at IS NULL))
);

CREATE TABLE votes (
    id          uuid PRIMARY KEY,
    approval_id uuid NOT NULL REFERENCES approvals,
    voter_id    text NOT NULL,
    groups      jsonb NOT NULL,
    decision    text NOT NULL,
    channel     text NOT NULL,
    comment     text,
    voted_at    timestamptz NOT NULL,
    CONSTRAINT votes_decision CHECK (decision IN ('approve', 'reject')),
    CONSTRAINT votes_channel CHECK (channel IN ('signed_in', 'link_signed_in', 'link_alone')),
    CONSTRAINT votes_one_a_person UNIQUE (approval_id, voter_id)
);

-- Nobody decides about themselves, whatever the code above this says.
CREATE FUNCTION refuse_self_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM approvals a JOIN requests r ON r.id = a.request_id
        WHERE a.id = NEW.approval_id AND NEW.voter_id IN (r.requester_id, r.beneficiary_id)
    ) THEN
        RAISE EXCEPTION 'nobody decides their own request'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'votes_never_ones_own';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER votes_never_ones_own BEFORE INSERT OR UPDATE ON votes
    FOR EACH ROW EXECUTE FUNCTION refuse_self_approval();

CREATE TABLE assignments (
    id                 uuid PRIMARY KEY,
    principal_id       text NOT NULL,
    account_id         text NOT NULL,
    permission_set_arn text NOT NULL,
    state              text NOT NULL DEFAULT 'absent',
    generation         integer NOT NULL DEFAULT 0,
    origin             text,
    -- What is to be done, since when, and by whom just now.
    work               text NOT NULL DEFAULT 'none',
    due_at             timestamptz NOT NULL,
    lease_token        uuid,
    leased_until       timestamptz,
    -- The attempt under way: committed before the call, bounded by send_by.
    attempt            text,
    send_by            timestamptz,
    operation_id       text,
    create_unresolved  boolean NOT NULL DEFAULT false,
    first_absent_at    timestamptz,
    tries              integer NOT NULL DEFAULT 0,
    last_error         text,
    absent_at          timestamptz,
    watch_until        timestamptz,
    trace_parent       text,
    CONSTRAINT assignments_tuple UNIQUE (principal_id, account_id, permission_set_arn),
    CONSTRAINT assignments_state CHECK (state IN ('absent', 'creating', 'present', 'deleting')),
    CONSTRAINT assignments_origin CHECK (origin IN ('ours', 'pre_existing')),
    CONSTRAINT assignments_origin_known CHECK (state IN ('absent', 'deleting') OR origin IS NOT NULL),
    CONSTRAINT assignments_never_remove_foreign CHECK (state <> 'deleting' OR origin IS DISTINCT FROM 'pre_existing'),
    CONSTRAINT assignments_work CHECK (work IN ('none', 'create', 'delete', 'watch')),
    CONSTRAINT assignments_attempt CHECK (attempt IN ('create', 'delete')),
    CONSTRAINT assignments_attempt_bounded CHECK ((attempt IS NULL) = (send_by IS NULL))
);
CREATE INDEX assignments_due ON assignments (work, due_at) WHERE work <> 'none';

CREATE TABLE grants (
    id                 uuid PRIMARY KEY,
    version            bigint NOT NULL DEFAULT 1,
    request_id         uuid NOT NULL REFERENCES requests,
    ordinal            smallint NOT NULL,
    principal_id       text NOT NULL,
    account_id         text NOT NULL,
    permission_set_arn text NOT NULL,
    assignment_id      uuid REFERENCES assignments,
    state              text NOT NULL DEFAULT 'scheduled',
    minutes            integer NOT NULL CHECK (minutes > 0),
    -- When the worker may take it up; fixed_end is set where a window was asked for.
    start_at           timestamptz NOT NULL,
    fixed_end          timestamptz,
    start_by           timestamptz NOT NULL,
    deadline_at        timestamptz,
    approved_at        timestamptz NOT NULL,
    started_at         timestamptz,
    active_at          timestamptz,
    revoking_at        timestamptz,
    ended_at           timestamptz,
    reason             text,
    detail             text,
    evidence           jsonb,
    trace_parent       text,
    CONSTRAINT grants_one_a_pair UNIQUE (request_id, ordinal),
    CONSTRAINT grants_state CHECK (state IN ('scheduled', 'granting', 'active', 'revoking', 'ended')),
    CONSTRAINT grants_reason CHECK (reason IN ('deadline', 'ended_by_requester', 'revoked', 'failed', 'cancelled', 'user_disabled', 'emergency')),
    -- Nothing is assigned unless its end was durable first.
    CONSTRAINT grants_deadline_first CHECK (state IN ('scheduled', 'ended') OR (deadline_at IS NOT NULL AND assignment_id IS NOT NULL AND started_at IS NOT NULL)),
    CONSTRAINT grants_active CHECK (state <> 'active' OR active_at IS NOT NULL),
    CONSTRAINT grants_reasoned CHECK ((state IN ('revoking', 'ended')) = (reason IS NOT NULL)),
    CONSTRAINT grants_evidenced CHECK ((state = 'ended') = (ended_at IS NOT NULL AND evidence IS NOT NULL))
);
CREATE INDEX grants_to_start ON grants (start_at) WHERE state = 'scheduled';
CREATE INDEX grants_to_end ON grants (deadline_at) WHERE state IN ('granting', 'active');
CREATE INDEX grants_living ON grants (assignment_id) WHERE state IN ('granting', 'active', 'revoking');
CREATE INDEX grants_by_request ON grants (request_id);
CREATE INDEX grants_by_principal ON grants (principal_id, id DESC);
ALTER TABLE requests ADD CONSTRAINT requests_extends FOREIGN KEY (extends) REFERENCES grants;
