"""pgbench runs the transaction of a press: what PostgreSQL and the way to it allow at best."""

import subprocess
import tempfile
from pathlib import Path

from deploy.local.programs import postgresql_program

# One press alone, written as plainly as it can be: our own statements take many at once, and cost
# PostgreSQL a little more for one. An event and a reply are as long as the text here.
PRESS = """
\\set invitation {first} + random(0, {others})
\\set member 100000000000000000 + random(0, 100000000000000000)
BEGIN;
INSERT INTO inbox (message_id, message_name)
VALUES (gen_random_uuid(), 'invitations.JoinInvitation')
ON CONFLICT DO NOTHING;
SELECT id, guild_id, status, host_id, start_time, end_time, max_participants, joined_count,
       waitlisted_count, reminder_minutes, reminded_for, staff_id, staff_name, opening_time,
       cutoff_time, sign_up_announced, start_announced, end_time <= clock_timestamp() AS has_ended,
       clock_timestamp() AS read_at
  FROM invitations
 WHERE id = :invitation::text
   FOR NO KEY UPDATE;
SELECT status
  FROM participants
 WHERE invitation_id = :invitation::text
   AND user_id = :member::text;
INSERT INTO participants (invitation_id, user_id, user_name, status, chosen_at)
VALUES (:invitation::text, :member::text, 'たろう', 'joined', clock_timestamp())
ON CONFLICT ON CONSTRAINT unique_participant
DO UPDATE SET user_name = EXCLUDED.user_name, status = EXCLUDED.status,
              chosen_at = EXCLUDED.chosen_at;
UPDATE invitations
   SET version = version + 1
 WHERE id = :invitation::text
RETURNING id, version, guild_id, channel_id, thread_id, host_id, host_name, event_name, start_time,
          end_time, world_name, world_link, tag, description, instance_type, max_participants,
          joined_count, waitlisted_count, reminder_minutes, opening_time, cutoff_time, status,
          cancel_reason, COALESCE(announcement_id, id) AS announcement_id, sign_up_announced;
INSERT INTO outbox (message_id, exchange, routing_key, body)
VALUES (gen_random_uuid(), 'doukikai.events', 'invitations.ParticipantJoined', repeat('x', 900)),
       (gen_random_uuid(), 'doukikai.replies', 'replies.CommandAccepted', repeat('x', 900));
COMMIT;
"""


def script(invitations: int, first: int) -> str:
    """Write the transaction for pgbench, on invitations whose ids follow `first`."""
    return PRESS.format(first=first, others=invitations - 1)


def run(url: str, text: str, clients: int, presses: int, *, prepared: bool) -> list[float]:
    """Let pgbench run the transaction; gives the milliseconds of each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "press.sql")
        path.write_text(text)
        subprocess.run(  # noqa: S603 - our own words
            [
                *(postgresql_program("pgbench"), "--no-vacuum", "--file", str(path)),
                *("--client", str(clients), "--transactions", str(presses // clients)),
                *("--protocol", "prepared" if prepared else "extended"),
                *("--log", "--log-prefix", str(Path(folder, "log")), url),
            ],
            check=True,
            capture_output=True,
        )
        # Of each line the third word: microseconds (pgbench, "Per-Transaction Logging").
        lines = [line for log in Path(folder).glob("log*") for line in log.read_text().split("\n")]
    return [int(line.split()[2]) / 1000 for line in lines if line]
