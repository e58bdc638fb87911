-- What was known and not told.

-- What is wrong with a process's clock, for which reason it gives no access.
ALTER TABLE workers ADD COLUMN clock_doubt text;

-- Ended accesses whose sessions are cut once the access that kept the assignment has ended too.
CREATE INDEX grants_postponed_cuts ON grants (assignment_id) WHERE sessions ->> 'state' = 'postponed';
