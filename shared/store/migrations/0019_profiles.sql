-- How people want pages to look, and what of the history they look at again and again.

CREATE TABLE profiles (
    user_id   text PRIMARY KEY,
    -- None: as the browser says.
    language  text,
    -- None: as the system is.
    theme     text,
    -- None: as the browser says.
    time_zone text,
    saved_at  timestamptz NOT NULL,
    CONSTRAINT profiles_theme CHECK (theme IN ('light', 'dark'))
);

CREATE TABLE views (
    id       uuid PRIMARY KEY,
    owner_id text NOT NULL,
    name     text NOT NULL,
    -- Filters, never an address.
    filter   jsonb NOT NULL,
    saved_at timestamptz NOT NULL,
    CONSTRAINT views_names UNIQUE (owner_id, name)
);
