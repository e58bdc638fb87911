-- Rules become documents beside policies, guardrails, freezes, owners and schedules; approvals get stages,
-- and a request may be decided pair by pair.

CREATE TABLE documents (
    id         uuid PRIMARY KEY,
    kind       text NOT NULL,
    version    bigint NOT NULL,
    spec       jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz,
    CONSTRAINT documents_kind CHECK (kind IN ('rule', 'approval_policy', 'guardrail', 'freeze', 'owners', 'schedule'))
);
CREATE UNIQUE INDEX documents_names ON documents (kind, (spec->>'name')) WHERE deleted_at IS NULL;

-- Every version for ever; a version without a spec is the deletion.
CREATE TABLE document_versions (
    document_id uuid NOT NULL REFERENCES documents,
    version     bigint NOT NULL,
    spec        jsonb,
    saved_at    timestamptz NOT NULL,
    saved_by    jsonb NOT NULL,
    PRIMARY KEY (document_id, version)
);

-- Counts the changes of everything of a name, so that what was compiled from it is known to be current.
CREATE TABLE revisions (
    name  text PRIMARY KEY,
    value bigint NOT NULL
);
INSERT INTO revisions VALUES ('policy', 0);

-- Rules of the first form: one stage, a flag for the ticket, a plain list of exceptions.
CREATE FUNCTION pg_temp.rule_as_document(spec jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT (spec - 'ticket_required')
        || jsonb_build_object('ticket', jsonb_build_object('required', coalesce(spec->'ticket_required', 'false')))
        || jsonb_build_object('accounts', (spec->'accounts')
            || jsonb_build_object('except', jsonb_build_object('ids', coalesce(spec->'accounts'->'except', '[]'))))
        || jsonb_build_object('approval', CASE spec->'approval'->>'kind'
            WHEN 'automatic' THEN jsonb_build_object('kind', 'automatic',
                'waiver', 'allowed without conditions before conditions existed')
            ELSE jsonb_build_object('kind', 'policy',
                'mail_decision', coalesce(spec->'approval'->'mail_decision', '"sign_in"'),
                'stages', jsonb_build_array(jsonb_build_object(
                    'votes', coalesce(spec->'approval'->'votes', '1'),
                    'voters', jsonb_build_object(
                        'groups', coalesce(spec->'approval'->'groups', '[]'),
                        'users', coalesce(spec->'approval'->'users', '[]'))))) END)
$$;
INSERT INTO documents
    SELECT id, 'rule', version, pg_temp.rule_as_document(spec) || jsonb_build_object('name',
        CASE WHEN row_number() OVER (PARTITION BY deleted_at IS NULL, spec->>'name' ORDER BY id) = 1
             THEN spec->>'name' ELSE left(spec->>'name', 160) || ' ' || id END),
        created_at, updated_at, deleted_at
    FROM rules;
INSERT INTO document_versions SELECT rule_id, version, pg_temp.rule_as_document(spec), saved_at, saved_by FROM rule_versions;
DROP TABLE rule_versions, rules;

-- A change of documents that waits for a second person, or was made by one admin alone.
CREATE TABLE changes (
    id            uuid PRIMARY KEY,
    state         text NOT NULL DEFAULT 'waiting',
    revision      bigint NOT NULL,
    edits         jsonb NOT NULL,
    -- The documents that it is about; when one of them moves on, the change is stale.
    touches       uuid[] NOT NULL,
    impact        jsonb NOT NULL,
    reason        text,
    proposed_by   jsonb NOT NULL,
    proposed_at   timestamptz NOT NULL,
    decided_by    jsonb,
    decided_at    timestamptz,
    CONSTRAINT changes_state CHECK (state IN ('waiting', 'applied', 'refused', 'withdrawn', 'stale', 'alone')),
    CONSTRAINT changes_decided CHECK ((state = 'waiting') = (decided_at IS NULL)),
    CONSTRAINT changes_second_person CHECK (state <> 'applied' OR (decided_by IS NOT NULL AND decided_by <> proposed_by))
);
CREATE INDEX changes_newest ON changes (id DESC);
CREATE INDEX changes_waiting ON changes USING gin (touches) WHERE state = 'waiting';

-- What a rule's or guardrail's selectors of unit, tag and name reached when it was last looked.
CREATE TABLE reaches (
    document_id     uuid PRIMARY KEY REFERENCES documents,
    version         bigint NOT NULL,
    accounts        text[] NOT NULL,
    permission_sets text[] NOT NULL
);
INSERT INTO revisions VALUES ('reaches of policy', -1), ('reaches of directory', -1);

ALTER TABLE requests
    ADD COLUMN severity       text NOT NULL DEFAULT 'normal',
    ADD COLUMN break_glass    uuid,
    -- What was asked for, where an approver narrowed it; minutes and start_at are what is in force.
    ADD COLUMN asked_minutes  integer,
    ADD COLUMN asked_start_at timestamptz;

-- What rules said is told like what guardrails and freezes say.
UPDATE requests SET trace = (
    SELECT coalesce(jsonb_agg(pair || jsonb_build_object('rules', (
        SELECT coalesce(jsonb_agg((said - 'rule') || jsonb_build_object('kind', 'rule', 'id', said->'rule')), '[]')
        FROM jsonb_array_elements(pair->'rules') said))), '[]')
    FROM jsonb_array_elements(trace) pair);

ALTER TABLE request_items
    ADD COLUMN state        text NOT NULL DEFAULT 'pending',
    ADD COLUMN approval_id  uuid,
    ADD COLUMN not_before   timestamptz,
    -- The permission set's content when it was asked for, compared again before it is given.
    ADD COLUMN content_hash text,
    ADD CONSTRAINT request_items_state CHECK (state IN ('pending', 'approved', 'rejected', 'cancelled', 'timed_out'));
UPDATE request_items i SET state = r.state FROM requests r WHERE r.id = i.request_id;
UPDATE request_items i SET approval_id = a.id FROM approvals a WHERE a.request_id = i.request_id;
CREATE INDEX request_items_by_rule ON request_items (rule_id) WHERE state = 'pending';

-- One approval for the pairs that are decided together.
ALTER TABLE approvals
    DROP CONSTRAINT approvals_request_id_key,
    ADD COLUMN ordinals  smallint[] NOT NULL DEFAULT '{}',
    -- Of each need: its stage, since when, and whether it was reminded and escalated.
    ADD COLUMN progress  jsonb NOT NULL DEFAULT '[]',
    -- Whom the current stages ask: user:ID, group:ID, schedule:SOURCE:ID, and duty:ID of who is on duty by one of those.
    ADD COLUMN asks      text[] NOT NULL DEFAULT '{}',
    -- When somebody is to be reminded or further people may vote.
    ADD COLUMN attend_at timestamptz;
UPDATE approvals a SET
    asks = ARRAY(SELECT 'user:' || u FROM jsonb_array_elements(a.needs) n, jsonb_array_elements_text(n->'users') u
        UNION SELECT 'group:' || g FROM jsonb_array_elements(a.needs) n, jsonb_array_elements_text(n->'groups') g),
    ordinals = ARRAY(SELECT ordinal FROM request_items i WHERE i.request_id = a.request_id ORDER BY ordinal),
    needs = (SELECT coalesce(jsonb_agg(jsonb_build_object('because', 'a rule', 'policy', jsonb_build_object(
            'mail_decision', coalesce(n->'mail_decision', '"sign_in"'),
            'stages', jsonb_build_array(jsonb_build_object('votes', coalesce(n->'votes', '1'), 'voters',
                jsonb_build_object('groups', coalesce(n->'groups', '[]'), 'users', coalesce(n->'users', '[]'))))))), '[]')
        FROM jsonb_array_elements(a.needs) n),
    progress = (SELECT coalesce(jsonb_agg(jsonb_build_object('stage', 0, 'since', a.opened_at)) FILTER (WHERE n.value IS NOT NULL), '[]')
        FROM jsonb_array_elements(a.needs) n);
CREATE INDEX approvals_by_request ON approvals (request_id);
CREATE INDEX approvals_asking ON approvals USING gin (asks) WHERE state = 'open';
CREATE INDEX approvals_to_attend ON approvals (attend_at) WHERE state = 'open' AND attend_at IS NOT NULL;

ALTER TABLE votes
    DROP CONSTRAINT votes_one_a_person,
    ADD COLUMN need       smallint NOT NULL DEFAULT 0,
    ADD COLUMN stage      smallint NOT NULL DEFAULT 0,
    ADD COLUMN stands_for text,
    ADD COLUMN minutes    integer,
    ADD COLUMN start_at   timestamptz,
    ADD CONSTRAINT votes_one_a_person UNIQUE (approval_id, need, voter_id);
-- Whoever stands in and whom they stand in for are one person.
CREATE UNIQUE INDEX votes_one_for_a_person ON votes (approval_id, need, coalesce(stands_for, voter_id));

CREATE TABLE delegations (
    id         uuid PRIMARY KEY,
    from_id    text NOT NULL,
    to_id      text NOT NULL,
    starts_at  timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    reason     text,
    made_by    jsonb NOT NULL,
    made_at    timestamptz NOT NULL,
    ended_at   timestamptz,
    CONSTRAINT delegations_not_to_oneself CHECK (from_id <> to_id),
    CONSTRAINT delegations_dated CHECK (starts_at < ends_at)
);
CREATE INDEX delegations_from ON delegations (from_id, ends_at);
CREATE INDEX delegations_to ON delegations (to_id, ends_at);

-- Nobody decides about themselves, nor does whoever stands in for them, whatever the code above this says.
CREATE OR REPLACE FUNCTION refuse_self_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM approvals a JOIN requests r ON r.id = a.request_id
        WHERE a.id = NEW.approval_id
          AND (NEW.voter_id IN (r.requester_id, r.beneficiary_id)
            OR NEW.stands_for IN (r.requester_id, r.beneficiary_id)
            OR EXISTS (SELECT 1 FROM delegations d
                WHERE d.from_id IN (r.requester_id, r.beneficiary_id) AND d.to_id IN (NEW.voter_id, NEW.stands_for)
                  AND d.starts_at <= NEW.voted_at AND NEW.voted_at < least(d.ends_at, coalesce(d.ended_at, d.ends_at))))
    ) THEN
        RAISE EXCEPTION 'nobody decides their own request'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'votes_never_ones_own';
    END IF;
    RETURN NEW;
END $$;

CREATE TABLE comments (
    id         uuid PRIMARY KEY,
    request_id uuid NOT NULL REFERENCES requests,
    author_id  text NOT NULL,
    question   boolean NOT NULL,
    body       text NOT NULL,
    said_at    timestamptz NOT NULL
);
CREATE INDEX comments_by_request ON comments (request_id, id);

CREATE TABLE incidents (
    id        uuid PRIMARY KEY,
    title     text NOT NULL,
    severity  text NOT NULL,
    -- The accounts that it is about; none means all.
    accounts  text[] NOT NULL DEFAULT '{}',
    reference text,
    opened_by jsonb NOT NULL,
    opened_at timestamptz NOT NULL,
    closed_by jsonb,
    closed_at timestamptz,
    CONSTRAINT incidents_closed CHECK ((closed_at IS NULL) = (closed_by IS NULL))
);
CREATE INDEX incidents_open ON incidents (opened_at) WHERE closed_at IS NULL;
CREATE UNIQUE INDEX incidents_reference ON incidents (reference) WHERE closed_at IS NULL AND reference IS NOT NULL;

-- What automatic approvals and break-glass owe: a look by a second person.
CREATE TABLE reviews (
    id             uuid PRIMARY KEY,
    request_id     uuid NOT NULL REFERENCES requests,
    break_glass    boolean NOT NULL,
    requester_id   text NOT NULL,
    beneficiary_id text NOT NULL,
    reviewers      jsonb NOT NULL,
    opened_at      timestamptz NOT NULL,
    due_at         timestamptz NOT NULL,
    told_overdue   boolean NOT NULL DEFAULT false,
    reviewer_id    text,
    concern        boolean,
    comment        text,
    done_at        timestamptz,
    CONSTRAINT reviews_once UNIQUE (request_id, break_glass),
    CONSTRAINT reviews_done CHECK ((done_at IS NULL) = (reviewer_id IS NULL) AND (done_at IS NULL) = (concern IS NULL)),
    CONSTRAINT reviews_second_person CHECK (reviewer_id IS NULL OR reviewer_id NOT IN (requester_id, beneficiary_id))
);
CREATE INDEX reviews_open ON reviews (due_at) WHERE done_at IS NULL;
CREATE INDEX reviews_owed ON reviews (beneficiary_id) WHERE done_at IS NULL AND break_glass;

CREATE TABLE templates (
    id         uuid PRIMARY KEY,
    owner_id   text NOT NULL,
    name       text NOT NULL,
    -- Never a reason, never a ticket.
    spec       jsonb NOT NULL,
    saved_at   timestamptz NOT NULL,
    used_at    timestamptz,
    CONSTRAINT templates_names UNIQUE (owner_id, name)
);

ALTER TABLE grants DROP CONSTRAINT grants_reason;
ALTER TABLE grants ADD CONSTRAINT grants_reason CHECK (reason IN ('deadline', 'ended_by_requester', 'revoked', 'failed',
    'cancelled', 'user_disabled', 'emergency', 'no_longer_allowed'));
