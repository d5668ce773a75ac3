"""Write events in one trip to the server, so that nobody waits while hashes travel to and fro."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# Each event comes as the text that is hashed, but for its number, which only the server knows, behind the lock: what
# is kept is read from that text, so it cannot be another. `seq` is the last name of the text, by the alphabet.
# Beside it comes what goes with the event: its personal part, what is to be sent, and which event it erases.
APPEND_TO_TRAIL = """
CREATE FUNCTION append_to_trail(spelt text[], beside jsonb[])
RETURNS TABLE (number bigint, link varchar) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    head record;
    row jsonb;
    more jsonb;
    content varchar;
    previous varchar;
BEGIN
    SELECT coalesce(t.seq, 0) AS seq, coalesce(t.hash, repeat('0', 64)) AS hash INTO head FROM lock_trail() t;
    number := head.seq;
    link := head.hash;
    FOR i IN 1 .. cardinality(spelt) LOOP
        row := spelt[i];
        more := beside[i];
        number := number + 1;
        content := encode(sha256(convert_to(left(spelt[i], -1) || ',"seq":' || number || '}', 'UTF8')), 'hex');
        previous := link;
        link := encode(sha256(convert_to(previous || content, 'UTF8')), 'hex');
        INSERT INTO event (seq, at, kind, case_id, actor_id, on_behalf_of, payload, policy_hash, changes,
                           personal_digest, content_digest, previous_hash, hash)
        VALUES (number, (row ->> 'at')::timestamptz, row ->> 'kind', (row ->> 'case_id')::bigint,
                (row ->> 'actor_id')::bigint, (row ->> 'on_behalf_of')::bigint, row -> 'payload',
                row ->> 'policy_hash', nullif(row -> 'changes', 'null'), row ->> 'personal_digest',
                content, previous, link);
        IF more ? 'salt' THEN
            INSERT INTO event_personal (event_seq, salt, content) VALUES (number, more ->> 'salt', more -> 'said');
        END IF;
        IF more ? 'sends' THEN
            INSERT INTO outbox (event_seq, channel, case_id, recipient, message, facts, subject, body, created_at,
                                attempts)
            SELECT number, m ->> 'channel', (row ->> 'case_id')::bigint, m ->> 'recipient', m ->> 'message',
                   m -> 'facts', '', '', (row ->> 'at')::timestamptz, 0
            FROM jsonb_array_elements(more -> 'sends') m;
        END IF;
        IF more ? 'erases' THEN
            UPDATE event_personal SET salt = NULL, content = NULL, erased_by = number
            WHERE event_seq = (more ->> 'erases')::bigint;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(APPEND_TO_TRAIL)
