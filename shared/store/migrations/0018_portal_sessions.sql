-- What people see of their own sessions: a name for each that opens nothing, and the browser that it began in.
ALTER TABLE sessions
    ADD COLUMN handle uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN agent  text NOT NULL DEFAULT '',
    ADD CONSTRAINT sessions_handle UNIQUE (handle);
