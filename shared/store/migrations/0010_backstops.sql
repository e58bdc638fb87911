-- Removals that AWS itself makes when all of us are gone: one schedule for each generation of an assignment.
CREATE TABLE backstops (
    assignment_id uuid NOT NULL REFERENCES assignments,
    generation    integer NOT NULL,
    name          text NOT NULL,
    state         text NOT NULL,
    -- Deadlines up to this are waited for; the first and the last firing. What stands here is never later than what AWS holds.
    covers_until  timestamptz,
    fires_at      timestamptz,
    fires_last_at timestamptz,
    -- When something is to be done about it, and by whom just now.
    due_at        timestamptz,
    lease_token   uuid,
    leased_until  timestamptz,
    tries         integer NOT NULL DEFAULT 0,
    last_error    text,
    made_at       timestamptz NOT NULL,
    gone_at       timestamptz,
    PRIMARY KEY (assignment_id, generation),
    CONSTRAINT backstops_name UNIQUE (name),
    CONSTRAINT backstops_state CHECK (state IN ('placing', 'placed', 'removing', 'gone')),
    CONSTRAINT backstops_placed CHECK (state <> 'placed' OR (covers_until IS NOT NULL AND fires_at IS NOT NULL AND fires_last_at IS NOT NULL)),
    CONSTRAINT backstops_fires_later CHECK (fires_at > covers_until AND fires_last_at >= fires_at),
    CONSTRAINT backstops_gone CHECK ((state = 'gone') = (gone_at IS NOT NULL) AND (state <> 'gone' OR due_at IS NULL))
);
-- A new one waits until the old one is gone.
CREATE UNIQUE INDEX backstops_one_at_a_time ON backstops (assignment_id) WHERE state <> 'gone';
CREATE INDEX backstops_due ON backstops (due_at) WHERE due_at IS NOT NULL;

-- Extensions that were approved and count once the schedule has moved.
CREATE TABLE wanted_deadlines (
    grant_id    uuid PRIMARY KEY REFERENCES grants,
    request_id  uuid NOT NULL REFERENCES requests,
    deadline_at timestamptz NOT NULL,
    wanted_at   timestamptz NOT NULL
);

-- Whatever the code above this says: where there is a schedule, nothing is created that it does not cover.
CREATE FUNCTION refuse_uncovered_creation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM backstops b
        WHERE b.assignment_id = NEW.id AND b.state <> 'gone'
          AND (b.state <> 'placed' OR b.generation <> NEW.generation
               OR b.covers_until < (SELECT max(g.deadline_at) FROM grants g
                                    WHERE g.assignment_id = NEW.id AND g.state IN ('granting', 'active')))
    ) THEN
        RAISE EXCEPTION 'no creation before its end is durable in AWS'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignments_covered_first';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assignments_covered_first BEFORE UPDATE ON assignments FOR EACH ROW
    WHEN (NEW.attempt = 'create' AND (OLD.attempt IS DISTINCT FROM 'create' OR OLD.send_by IS DISTINCT FROM NEW.send_by))
    EXECUTE FUNCTION refuse_uncovered_creation();
