"""pgbench runs the transaction of a press: what PostgreSQL and the way to it allow at best."""

import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from deploy.local.programs import postgresql_program
from services.invitations import repository
from shared import dispatch, inbox, outbox

# As long as an event and a reply are.
TEXT = "repeat('x', 900)"
INVITATION, MEMBER = ":invitation::text", ":member::text"
# The statements of one press alone, in their order, and what stands for their parameters.
PRESS: Sequence[tuple[str, Sequence[str]]] = (
    ("BEGIN", ()),
    (inbox.INSERT_RECEIPTS, ("ARRAY[gen_random_uuid()]", "ARRAY['invitations.JoinInvitation']")),
    (dispatch.SAVE, ()),
    (repository.LOCK_INVITATION, (INVITATION,)),
    (repository.SELECT_PARTICIPATION, (INVITATION, MEMBER)),
    (repository.SAVE_PARTICIPANT, (INVITATION, MEMBER, "'たろう'", "'joined'")),
    (repository.NEXT_VERSION, (INVITATION,)),
    (
        outbox.INSERT_MESSAGES,
        (
            "ARRAY[gen_random_uuid(), gen_random_uuid()]",
            "ARRAY['doukikai.events', 'doukikai.replies']",
            "ARRAY['invitations.ParticipantJoined', 'replies.CommandAccepted']",
            f"ARRAY[{TEXT}, {TEXT}]",
        ),
    ),
    ("COMMIT", ()),
)


def script(invitations: int, first: int) -> str:
    """Write the transaction for pgbench, on invitations whose ids follow `first`."""
    sets = (
        rf"\set invitation {first} + random(0, {invitations - 1})",
        rf"\set member {10**17} + random(0, {10**17})",
    )
    return "\n".join((*sets, *(f"{_filled(*each)};" for each in PRESS), ""))


def _filled(statement: str, values: Sequence[str]) -> str:
    return re.sub(r"\$(\d)", lambda found: values[int(found[1]) - 1], statement.strip())


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
