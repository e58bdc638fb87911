-- Until when somebody renews the session's bearer token: a provider gives a refresh token's successor once.
ALTER TABLE sessions ADD COLUMN renewing_until timestamptz;
