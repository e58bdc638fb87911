-- How much is known of each part, counted by whoever reads it: who looks at the directory does not count memberships by the
-- hundred thousand.
ALTER TABLE directory_syncs ADD COLUMN there bigint NOT NULL DEFAULT 0;
UPDATE directory_syncs SET there = CASE part
    WHEN 'users' THEN (SELECT count(*) FROM directory_users WHERE gone_at IS NULL)
    WHEN 'groups' THEN (SELECT count(*) FROM directory_groups)
    WHEN 'members' THEN (SELECT count(*) FROM directory_members)
    WHEN 'organization' THEN (SELECT count(*) FROM directory_accounts WHERE active)
    WHEN 'account_tags' THEN (SELECT count(*) FROM directory_accounts WHERE active AND tags_read_at IS NOT NULL)
    WHEN 'permission_sets' THEN (SELECT count(*) FROM directory_permission_sets)
    WHEN 'permission_set_contents' THEN (SELECT count(*) FROM directory_permission_sets WHERE content_hash IS NOT NULL)
    ELSE 0 END;
