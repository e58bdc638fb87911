-- Reading the directory anew because somebody wants it, and how far that is.
ALTER TABLE directory_syncs
    -- Since when it is wanted; nothing once a reading that began later went well.
    ADD COLUMN wanted_at timestamptz,
    -- When the last reading of the part, or of a piece of it, began.
    ADD COLUMN begun_at timestamptz,
    -- How much of a list whoever reads it has read.
    ADD COLUMN read_so_far bigint NOT NULL DEFAULT 0;
