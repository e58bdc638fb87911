-- Looking for people among very many: what they are called, in small letters, is kept instead of made for each question,
-- and a short answer is read from the front. The same for the comparison with AWS, which goes through everybody in turn.
ALTER TABLE directory_users ADD COLUMN called text GENERATED ALWAYS AS (lower(display_name || ' ' || user_name)) STORED;
CREATE INDEX directory_users_by_display_name ON directory_users (lower(display_name), id) WHERE gone_at IS NULL;
CREATE INDEX directory_users_in_turn ON directory_users (id COLLATE "C");
CREATE INDEX assignments_by_principal_in_turn ON assignments (principal_id COLLATE "C");
