-- What rules need of the directory beyond names, and what reading it piece by piece needs.

-- Accounts of Curfew itself and of Identity Center's administration.
ALTER TABLE directory_accounts ADD COLUMN administration boolean NOT NULL DEFAULT false;
-- As the Identity Store says it.
ALTER TABLE directory_users ADD COLUMN manager_id text;
-- Of what the permission set allows: SHA-256 in hexadecimal digits; none before it was read once.
ALTER TABLE directory_permission_sets ADD COLUMN content_hash text;

-- Who is whose manager by somebody's word, which goes before what the Identity Store says.
CREATE TABLE directory_managers (
    user_id    text PRIMARY KEY,
    manager_id text NOT NULL,
    set_by     jsonb NOT NULL,
    set_at     timestamptz NOT NULL,
    CONSTRAINT directory_managers_not_oneself CHECK (user_id <> manager_id)
);

-- Grows with every change to units, accounts or permission sets, so that what is computed from them can be kept.
CREATE TABLE directory_revision (
    only_one boolean PRIMARY KEY DEFAULT true,
    revision bigint NOT NULL,
    CONSTRAINT directory_revision_only_one CHECK (only_one)
);
INSERT INTO directory_revision (revision) VALUES (1);

-- What costs a call for each piece is read in rotation, the oldest first.
ALTER TABLE directory_groups
    ADD COLUMN members_read_at timestamptz,
    -- More than half of many members would have gone at once, which nobody has accepted yet.
    ADD COLUMN members_refused boolean NOT NULL DEFAULT false;
ALTER TABLE directory_users ADD COLUMN groups_read_at timestamptz;
ALTER TABLE directory_accounts ADD COLUMN tags_read_at timestamptz;
ALTER TABLE directory_permission_sets ADD COLUMN content_read_at timestamptz;

ALTER TABLE directory_syncs
    ADD COLUMN failures integer NOT NULL DEFAULT 0,
    ADD COLUMN rest_until timestamptz,
    ADD COLUMN claimed_by uuid,
    ADD COLUMN claimed_until timestamptz,
    ADD COLUMN accept_until timestamptz;

-- Until now members came with their groups and tags with their accounts.
UPDATE directory_groups SET members_read_at = (SELECT succeeded_at FROM directory_syncs WHERE part = 'groups');
UPDATE directory_accounts SET tags_read_at = (SELECT succeeded_at FROM directory_syncs WHERE part = 'organization');
INSERT INTO directory_syncs (part, succeeded_at)
    SELECT 'members', succeeded_at FROM directory_syncs WHERE part = 'groups'
    UNION ALL SELECT 'account_tags', succeeded_at FROM directory_syncs WHERE part = 'organization';
INSERT INTO directory_syncs (part)
    VALUES ('users'), ('groups'), ('members'), ('organization'), ('account_tags'), ('permission_sets'), ('permission_set_contents')
    ON CONFLICT (part) DO NOTHING;
