-- Claiming deliveries lane by lane: mails together, webhooks an endpoint at a time, so that nobody waits
-- for an endpoint that hangs.
DROP INDEX deliveries_due;
CREATE INDEX deliveries_due_webhooks ON deliveries (recipient, due_at) WHERE state = 'due' AND channel = 'webhook';
CREATE INDEX deliveries_due_mails ON deliveries (due_at) WHERE state = 'due' AND channel = 'mail';
CREATE INDEX deliveries_given_up ON deliveries (id DESC) WHERE state = 'given_up';
ALTER TABLE deliveries ADD CONSTRAINT deliveries_leased CHECK ((lease_token IS NULL) = (leased_until IS NULL));

-- What there is no point in sending any more, such as asking about a request that was decided, is not a failure.
ALTER TABLE deliveries DROP CONSTRAINT deliveries_state;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_state CHECK (state IN ('due', 'delivered', 'given_up', 'not_needed'));

-- The old secret signs beside the new one for a while after a rotation.
ALTER TABLE endpoints
    ADD COLUMN previous_secret text,
    ADD COLUMN previous_until timestamptz,
    ADD CONSTRAINT endpoints_rotated CHECK ((previous_secret IS NULL) = (previous_until IS NULL));
