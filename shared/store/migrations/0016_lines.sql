-- Lines of work are taken from the front: each index has the order in which its line is read, so that a long line costs no
-- more than a short one.

DROP INDEX assignments_due;
CREATE INDEX assignments_due ON assignments (work, due_at, id) WHERE work <> 'none';
DROP INDEX grants_to_end;
CREATE INDEX grants_to_end ON grants (deadline_at, id) WHERE state IN ('granting', 'active');
-- What somebody holds in an account, which every receipt says.
CREATE INDEX grants_held ON grants (principal_id, account_id) WHERE state IN ('granting', 'active');
-- Rows live for a moment: what is dead is swept before it slows down whoever reads the line.
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_insert_scale_factor = 0);
