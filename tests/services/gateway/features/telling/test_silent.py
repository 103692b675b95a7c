"""What nobody is notified of; every event of an invitation is here or in test_table.py."""

from collections.abc import Mapping

from playground import demo
from shared.broker import Broker
from shared.exchanges import EVENTS
from shared.messages.envelope import Envelope
from shared.messages.invitations import events
from shared.messages.invitations.events import InvitationEvent
from shared.messages.invitations.images import ImageChanged
from shared.messages.invitations.repairs import AnnouncementMoved, PanelMoved
from shared.messages.invitations.repetition import RepetitionChanged
from shared.messages.invitations.staffing import StaffAssigned, StaffReleased
from shared.messages.registry import REGISTRY
from tests.services.gateway.features.reminders.test_reminders import current
from tests.services.gateway.features.telling.test_table import Notified, begun, settled
from tests.stage import Stage, shown

# The announcement, the panel or the thread shows it.
SILENT: Mapping[type[InvitationEvent], Mapping[str, str]] = {
    events.SignUpChanged: {},
    events.InvitationStarted: {},
    events.ProfileChanged: {},
    ImageChanged: {},
    RepetitionChanged: {},
    StaffAssigned: {"staff_id": demo.MIDORI, "staff_name": "みどり"},
    StaffReleased: {"staff_id": demo.MIDORI, "staff_name": "みどり"},
    events.CoHostLeft: {"user_id": demo.ALEX},
    events.InvitationCompleted: {},  # at its end
}
# Those of the rows of test_table.py.
NOTIFIED = {
    events.InvitationEdited,
    events.InstanceLinkChanged,
    events.ReminderDue,
    events.ParticipantWaitlisted,
    events.ParticipantPromoted,
    events.InvitationCancelled,
    events.ParticipantJoined,
    events.ParticipantLeft,
    events.ParticipantInterested,
    events.InvitationCompleted,  # early
}
# Posting answers the host, and mentions co-hosts by a test of features/editing; two are repairs.
OTHERS = {events.InvitationPublished, AnnouncementMoved, PanelMoved}


def test_every_event_of_an_invitation_notifies_or_is_silent() -> None:
    kinds = {kind for kind in REGISTRY.values() if issubclass(kind, InvitationEvent)}
    assert kinds == NOTIFIED | set(SILENT) | OTHERS


async def test_nobody_is_notified_of_what_the_announcement_shows(
    stage: Stage, broker: Broker, people: dict[str, str]
) -> None:
    without = {person: user for person, user in people.items() if person != "queued"}
    invitation_id = await begun(stage, without, "静かな会", 9)
    seen = Notified(stage, without)
    thread = stage.discord.messages_in
    # What its beginning has notified of is still on its way from the service.
    expected = ("の共同主催になりました", f"参加 <@{people['muted']}>", "興味あり 2")
    await stage.discord.wait_until(
        lambda: all(words in "".join(map(shown, thread(invitation_id))) for words in expected),
        "all are in it",
        20,
    )
    await settled(stage, broker, invitation_id)
    state = await current(stage, invitation_id)
    seen.look(invitation_id, None)
    rows = {}
    for kind, fields in SILENT.items():
        event = kind(invitation=state, **fields)
        await broker.publish(EVENTS, event.wire_name(), Envelope.first(event))
        await settled(stage, broker, invitation_id)
        rows[kind.__name__] = seen.look(invitation_id, None)
    assert rows == {kind.__name__: "- - - - - . - - - -" for kind in SILENT}
