-- Nobody reviews what they asked for or had, nor does whoever counts as one person with them: who stands in for them, and for
-- whom they stand in, whatever the code above this says.
CREATE FUNCTION refuse_own_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM delegations d
        WHERE ((d.from_id IN (NEW.requester_id, NEW.beneficiary_id) AND d.to_id = NEW.reviewer_id)
            OR (d.to_id IN (NEW.requester_id, NEW.beneficiary_id) AND d.from_id = NEW.reviewer_id))
          AND d.starts_at <= NEW.done_at AND NEW.done_at < least(d.ends_at, coalesce(d.ended_at, d.ends_at))
    ) THEN
        RAISE EXCEPTION 'a second person reviews'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reviews_second_person';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER reviews_second_person BEFORE INSERT OR UPDATE OF reviewer_id ON reviews
    FOR EACH ROW WHEN (NEW.reviewer_id IS NOT NULL) EXECUTE FUNCTION refuse_own_review();
