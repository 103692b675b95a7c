"""Examples to start a test from. Give only the fields that the test is about."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.invitations.domain import Invitation
from shared.messages.envelope import Actor, ReplyTo
from shared.messages.invitations.commands import (
    DraftInvitation,
    EditInvitation,
    JoinInvitation,
    JoinWaitlist,
    PublishInvitation,
)
from shared.messages.invitations.details import Details
from shared.messages.invitations.drafting import Choices, SaveDraft
from shared.messages.invitations.editing import Basis, Changes, EditForm
from shared.messages.invitations.templates import SaveTemplate

HOST = Actor(user_id="900", name="さくら", guild_id="1")
MEMBER = Actor(user_id="42", name="たろう", guild_id="1")
STAFF = Actor(user_id="901", name="みどり", is_staff=True, guild_id="1")
MANAGER = Actor(user_id="902", name="うんえい", is_staff=True, may_manage=True, guild_id="1")
INVITATION_ID = "1001"
SEALED = "v1.k1.c2VhbGVk"


def soon(**delta: float) -> datetime:
    """Give a moment from now on, to the millisecond, as the database keeps it."""
    moment = datetime.now(UTC) + timedelta(**delta)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def details(**changes: Any) -> Details:
    """Say what a host says of an event for four that starts in an hour."""
    fields: dict[str, Any] = {
        "event_name": "夜の同期会",
        "start_time": soon(hours=1),
        "end_time": soon(hours=3),
        "world_name": "Japan Street",
        "world_link": "https://vrchat.com/home/world/wrld_1",
        "tag": "まったり",
        "description": "のんびり話しましょう。",
        "instance_type": "friendplus",
        "max_participants": 4,
    }
    return Details(**{**fields, **changes})


def invitation(**changes: Any) -> Invitation:
    """Give an invitation that recruits four members and has none."""
    fields: dict[str, Any] = {
        "id": INVITATION_ID,
        "guild_id": "1",
        "status": "recruiting",
        "host_id": HOST.user_id,
        "start_time": soon(hours=1),
        "end_time": soon(hours=3),
        "max_participants": 4,
        "joined_count": 0,
        "waitlisted_count": 0,
        "reminder_minutes": 15,
        "reminded_for": None,
        "opening_time": None,
        "cutoff_time": None,
        "sign_up_announced": None,
        "start_announced": None,
        "read_at": soon(),
    }
    return Invitation(**{**fields, **changes})


def member(number: int) -> Actor:
    """Give one of many members."""
    return Actor(user_id=str(10_000 + number), name=f"会員{number}", guild_id="1")


def in_guild(actor: Actor, guild_id: str | None) -> Actor:
    """Return the actor as they press in a guild, or in a direct message."""
    return actor.model_copy(update={"guild_id": guild_id})


def reply_to(interaction_id: str = "77", **changes: Any) -> ReplyTo:
    """Say where an answer goes."""
    fields: dict[str, Any] = {
        "application_id": "5",
        "interaction_id": interaction_id,
        "token": SEALED,
        "locale": "ja",
        "expires_at": soon(minutes=15),
    }
    return ReplyTo(**{**fields, **changes})


def draft(request_id: UUID | None = None, **changes: Any) -> DraftInvitation:
    """Ask for that event; what is no field of the command is one of its details."""
    own = {name: changes.pop(name) for name in ("vrchat_profile", "reply_to") if name in changes}
    guild_id = changes.pop("guild_id", "1")
    return DraftInvitation(
        actor=in_guild(HOST, guild_id),
        request_id=request_id or uuid4(),
        guild_id=guild_id,
        channel_id="2",
        host_name=HOST.name,
        details=details(**changes),
        **own,
    )


def save(request_id: UUID | None = None, actor: Actor = HOST, **changes: Any) -> SaveDraft:
    """Save a draft of that event; what is no field of the command is one of its details."""
    fields: dict[str, Any] = {
        "actor": actor,
        "request_id": request_id or uuid4(),
        "guild_id": actor.guild_id or "1",
        "host_name": actor.name,
        "choices": Choices(tag="まったり"),
        "typed": SEALED,
        "typed_description": SEALED,
    }
    own = {name: changes.pop(name) for name in SaveDraft.model_fields if name in changes}
    return SaveDraft(**{"details": details(**changes), **fields, **own})


def save_template(
    draft_id: UUID, actor: Actor = HOST, template_id: UUID | None = None, **changes: Any
) -> SaveTemplate:
    """Keep a draft as a template."""
    fields: dict[str, Any] = {
        "actor": actor,
        "request_id": draft_id,
        "guild_id": actor.guild_id or "1",
        "template_id": template_id or uuid4(),
        "name": "いつもの会",
    }
    return SaveTemplate(**{**fields, **changes})


def publish(
    request_id: UUID, invitation_id: str = INVITATION_ID, guild_id: str = "1"
) -> PublishInvitation:
    """Say that the announcement stands."""
    return PublishInvitation(
        actor=in_guild(HOST, guild_id),
        request_id=request_id,
        invitation_id=invitation_id,
        thread_id=invitation_id,
        channel_id="2",
    )


def join(actor: Actor, invitation_id: str = INVITATION_ID) -> JoinInvitation:
    """Ask for a seat."""
    return JoinInvitation(actor=actor, invitation_id=invitation_id)


def wait(actor: Actor, invitation_id: str = INVITATION_ID) -> JoinWaitlist:
    """Ask for a place in the queue."""
    return JoinWaitlist(actor=actor, invitation_id=invitation_id)


def edit(
    shown: Details, form: EditForm = "content", *, actor: Actor = HOST, **changes: Any
) -> EditInvitation:
    """Ask for changes in a form that showed this; what is no field of the form is the command's."""
    own = {name: changes.pop(name) for name in ("reply_to", "invitation_id") if name in changes}
    return EditInvitation(
        actor=actor,
        based_on=Basis.of(shown, form),
        changes=Changes(**changes),
        **{"invitation_id": INVITATION_ID, **own},
    )
