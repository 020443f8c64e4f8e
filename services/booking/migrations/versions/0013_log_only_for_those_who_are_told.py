"""Log what has changed only for those who are told of it: a request is its organiser's alone.

Whoever knew a booking that has become a request again is still told that it is gone. What was
logged before of bookings that never stood is forgotten: nobody they name knew them.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

IS_TOLD = """
CREATE FUNCTION is_told(booking uuid, status text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    -- The same as `is_told` of the bookings' store.
    IF status IN ('requested', 'declined') THEN
        RETURN false;
    END IF;
    IF status <> 'cancelled' THEN
        RETURN true;
    END IF;
    RETURN EXISTS (SELECT FROM subjects WHERE subject = 'booking/' || booking);
END $$
"""
NAMED = "SELECT person_id FROM participants WHERE booking_id = NEW.id AND person_id IS NOT NULL"
CHANGED = f"""
CREATE OR REPLACE FUNCTION booking_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE people uuid[] := ARRAY[OLD.organiser_id, NEW.organiser_id];
BEGIN
    IF is_told(NEW.id, NEW.status) OR is_told(OLD.id, OLD.status) THEN
        people := people || ARRAY({NAMED});
    END IF;
    PERFORM log_booking_change(NEW.id, people);
    RETURN NULL;
END $$
"""
CAME = """
CREATE OR REPLACE FUNCTION participant_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.person_id IS NOT NULL THEN
        PERFORM log_booking_change(b.id, ARRAY[OLD.person_id])
        FROM bookings AS b WHERE b.id = OLD.booking_id AND is_told(b.id, b.status);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.person_id IS NOT NULL THEN
        PERFORM log_booking_change(b.id, ARRAY[NEW.person_id])
        FROM bookings AS b WHERE b.id = NEW.booking_id AND is_told(b.id, b.status);
    END IF;
    RETURN NULL;
END $$
"""
VISIT = """
CREATE OR REPLACE FUNCTION guest_visit_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found_booking bookings;
BEGIN
    -- Whoever is invited or takes over at this moment is waited for, else they would not be told.
    SELECT * INTO found_booking FROM bookings WHERE id = NEW.booking_id FOR NO KEY UPDATE;
    IF FOUND THEN
        PERFORM log_booking_change(NEW.booking_id, found_booking.organiser_id || ARRAY(
            SELECT person_id FROM participants
            WHERE booking_id = NEW.booking_id AND person_id IS NOT NULL AND is_colleague
                AND is_told(found_booking.id, found_booking.status)));
    END IF;
    RETURN NULL;
END $$
"""
NEVER_TOLD = """
DELETE FROM booking_changes AS c USING bookings AS b
WHERE b.id = c.booking_id AND b.organiser_id <> c.person_id
    AND b.status IN ('requested', 'declined', 'cancelled')
    AND NOT EXISTS (SELECT FROM subjects WHERE subject = 'booking/' || b.id)
"""

CHANGED_BEFORE = """
CREATE OR REPLACE FUNCTION booking_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM log_booking_change(NEW.id, ARRAY[OLD.organiser_id, NEW.organiser_id] || ARRAY(
        SELECT person_id FROM participants WHERE booking_id = NEW.id AND person_id IS NOT NULL));
    RETURN NULL;
END $$
"""
CAME_BEFORE = """
CREATE OR REPLACE FUNCTION participant_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.person_id IS NOT NULL THEN
        PERFORM log_booking_change(OLD.booking_id, ARRAY[OLD.person_id]);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.person_id IS NOT NULL THEN
        PERFORM log_booking_change(NEW.booking_id, ARRAY[NEW.person_id]);
    END IF;
    RETURN NULL;
END $$
"""
VISIT_BEFORE = """
CREATE OR REPLACE FUNCTION guest_visit_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE organiser uuid;
BEGIN
    SELECT organiser_id INTO organiser FROM bookings WHERE id = NEW.booking_id FOR NO KEY UPDATE;
    IF FOUND THEN
        PERFORM log_booking_change(NEW.booking_id, organiser || ARRAY(
            SELECT person_id FROM participants
            WHERE booking_id = NEW.booking_id AND person_id IS NOT NULL AND is_colleague));
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    for function in (IS_TOLD, CHANGED, CAME, VISIT, NEVER_TOLD):
        op.execute(function)


def downgrade() -> None:
    for function in (CHANGED_BEFORE, CAME_BEFORE, VISIT_BEFORE):
        op.execute(function)
    op.execute("DROP FUNCTION is_told")
