-- The directory: the last good copy of Identity Store and Organizations, kept by the request service.

CREATE TABLE directory_users (
    id           text PRIMARY KEY,
    user_name    text NOT NULL,
    display_name text NOT NULL,
    email        text,
    active       boolean NOT NULL,
    gone_at      timestamptz
);
CREATE INDEX directory_users_by_name ON directory_users (lower(user_name));

CREATE TABLE directory_groups (
    id   text PRIMARY KEY,
    name text NOT NULL
);
CREATE INDEX directory_groups_by_name ON directory_groups (lower(name));

CREATE TABLE directory_members (
    group_id text NOT NULL,
    user_id  text NOT NULL,
    PRIMARY KEY (group_id, user_id)
);
CREATE INDEX directory_members_by_user ON directory_members (user_id);

CREATE TABLE directory_units (
    id        text PRIMARY KEY,
    name      text NOT NULL,
    parent_id text
);

CREATE TABLE directory_accounts (
    id         text PRIMARY KEY,
    name       text NOT NULL,
    email      text NOT NULL,
    active     boolean NOT NULL,
    unit_id    text NOT NULL,
    tags       jsonb NOT NULL DEFAULT '{}',
    management boolean NOT NULL DEFAULT false
);

CREATE TABLE directory_permission_sets (
    arn           text PRIMARY KEY,
    name          text NOT NULL,
    description   text,
    session_s     bigint NOT NULL,
    tags          jsonb NOT NULL DEFAULT '{}'
);

CREATE TABLE directory_syncs (
    part         text PRIMARY KEY,
    succeeded_at timestamptz,
    failed_at    timestamptz,
    error        text
);
