-- One budget for the whole organization. A place among the operations that AWS lets be under way at once belongs to
-- the assignment that it is about, so that it cannot be lost with a process; calls a second are lent from one row.

ALTER TABLE assignments
    ADD COLUMN slot smallint,
    ADD COLUMN slot_until timestamptz,
    -- Until when a creation whose answer was lost may still land, also after a later one succeeded.
    ADD COLUMN create_fence timestamptz,
    ADD CONSTRAINT assignments_slot_bounded CHECK ((slot IS NULL) = (slot_until IS NULL));
CREATE UNIQUE INDEX assignments_slot ON assignments (slot) WHERE slot IS NOT NULL;

CREATE TABLE governor (
    one                   boolean PRIMARY KEY DEFAULT true,
    -- When the next call may leave, of all and of each lane; while others wait, a lane keeps to its share.
    next_at               timestamptz NOT NULL DEFAULT 'epoch',
    revocation_next_at    timestamptz NOT NULL DEFAULT 'epoch',
    usual_next_at         timestamptz NOT NULL DEFAULT 'epoch',
    background_next_at    timestamptz NOT NULL DEFAULT 'epoch',
    -- Until when somebody is known to wait in it.
    revocation_waits      timestamptz NOT NULL DEFAULT 'epoch',
    usual_waits           timestamptz NOT NULL DEFAULT 'epoch',
    background_waits      timestamptz NOT NULL DEFAULT 'epoch',
    -- What AWS's throttles leave of the rate and of the places, and since when.
    rate_factor           double precision NOT NULL DEFAULT 1,
    rate_cut_at           timestamptz NOT NULL DEFAULT 'epoch',
    slots_cut             double precision NOT NULL DEFAULT 0,
    slots_cut_at          timestamptz NOT NULL DEFAULT 'epoch',
    -- When a creation last found no place: only while creations are tried, deletions leave them their share.
    creations_wait        timestamptz NOT NULL DEFAULT 'epoch',
    -- How long AWS takes, as the processes learn it, in seconds.
    creation_s            double precision,
    deletion_s            double precision,
    -- Since the beginning.
    lent                  bigint NOT NULL DEFAULT 0,
    throttled             bigint NOT NULL DEFAULT 0,
    CONSTRAINT governor_one CHECK (one)
);
INSERT INTO governor DEFAULT VALUES;
