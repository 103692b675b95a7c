"""The state of the miniature Discord: one guild, its people, channels, threads and messages."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playground import payloads
from playground.changes import Changes
from playground.interactions import Interaction
from playground.payloads import BOT_PERMISSIONS, DIRECT_MESSAGE, MEMBER_PERMISSIONS, PRIVATE_THREAD
from playground.refusals import Payload, unknown
from playground.snowflakes import Clock, Snowflakes


@dataclass
class Message:
    """A message as stored; an ephemeral one is for one person only."""

    payload: Payload
    written_at: float
    only_for: str | None = None
    nonce: str | None = None


Emit = Callable[[str, Payload], int]


@dataclass
class World:
    """Hold everything there is, and tell the gateway and all who wait when it changes."""

    guild_id: str
    guild_name: str
    owner_id: str
    bot_id: str
    clock: Clock = field(default_factory=Clock)
    changes: Changes = field(default_factory=Changes)
    users: dict[str, Payload] = field(default_factory=dict)
    locales: dict[str, str] = field(default_factory=dict)
    members: dict[str, Payload] = field(default_factory=dict)
    roles: dict[str, Payload] = field(default_factory=dict)
    channels: dict[str, Payload] = field(default_factory=dict)
    thread_members: dict[str, dict[str, Payload]] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    commands: dict[str | None, dict[str, Payload]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    scheduled_events: dict[str, Payload] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    interactions_by_token: dict[str, Interaction] = field(default_factory=dict)
    webhooks: dict[tuple[str, str], str] = field(default_factory=dict)  # id and token: channel
    reads_content: bool = True
    closed_to_direct_messages: set[str] = field(default_factory=set)
    allows_members_intent: bool = True
    emit_to_sessions: Emit = field(default=lambda _event, _payload: 0)

    def __post_init__(self) -> None:
        """Make the guild, its @everyone role and the bot."""
        self.ids = Snowflakes(self.clock)
        self.guild = payloads.guild(self.guild_id, self.guild_name, self.owner_id)
        self.roles[self.guild_id] = payloads.role(self.guild_id, "@everyone", MEMBER_PERMISSIONS, 0)
        self.users[self.bot_id] = payloads.user(self.bot_id, "同期会Bot", is_bot=True)
        self.members[self.bot_id] = payloads.member(
            self.users[self.bot_id], [], self.clock.timestamp()
        )

    def emit(self, event: str, payload: Payload) -> int:
        """Send a gateway event to every session, wake the waiting, and count who received it."""
        reached = self.emit_to_sessions(event, payload)
        self.changes.announce()
        return reached

    # People
    def add_member(
        self, name: str, locale: str, roles: list[str], user_id: str | None = None
    ) -> str:
        """Let a person join the guild and give their id."""
        user_id = user_id or self.ids.next()
        self.users[user_id] = payloads.user(user_id, name)
        self.locales[user_id] = locale
        self.members[user_id] = payloads.member(self.users[user_id], roles, self.clock.timestamp())
        self.emit("GUILD_MEMBER_ADD", self.members[user_id] | {"guild_id": self.guild_id})
        return user_id

    def remove_member(self, user_id: str) -> None:
        """Let a person out of the guild and of its threads; what they wrote stays."""
        user = self.member(user_id)["user"]
        del self.members[user_id]
        for thread_id, inside in self.thread_members.items():
            if inside.pop(user_id, None) is not None and thread_id in self.channels:
                self.channels[thread_id]["member_count"] = len(inside)
        self.emit("GUILD_MEMBER_REMOVE", {"guild_id": self.guild_id, "user": user})

    def add_role(self, role_id: str, name: str, permissions: int, color: int) -> None:
        """Add a role above those there are."""
        position = len(self.roles)
        self.roles[role_id] = payloads.role(role_id, name, permissions, position, color)

    def permissions_of(self, user_id: str) -> int:
        """Add up what a member's roles allow in the guild."""
        if user_id == self.bot_id:
            return BOT_PERMISSIONS
        allowed = int(self.roles[self.guild_id]["permissions"])
        for role_id in self.member(user_id)["roles"]:
            allowed |= int(self.roles[role_id]["permissions"])
        return allowed

    def member(self, user_id: str) -> Payload:
        """Find a member of the guild."""
        if user_id not in self.members:
            raise unknown("Member")
        return self.members[user_id]

    # Channels
    def add_channel(self, name: str, channel_id: str | None = None) -> str:
        """Open a text channel and give its id."""
        channel_id = channel_id or self.ids.next()
        position = len(self.channels)
        self.channels[channel_id] = payloads.channel(channel_id, self.guild_id, name, position)
        self.emit("CHANNEL_CREATE", self.channels[channel_id])
        return channel_id

    def hide_channel(self, channel_id: str, role_id: str) -> None:
        """Let only one role see a channel."""
        view = str(payloads.VIEW_CHANNEL)
        self.channels[channel_id]["permission_overwrites"] = [
            {"id": self.guild_id, "type": 0, "allow": "0", "deny": view},
            {"id": role_id, "type": 0, "allow": view, "deny": "0"},
        ]

    def channel(self, channel_id: str) -> Payload:
        """Find a channel or thread."""
        if channel_id not in self.channels:
            raise unknown("Channel")
        return self.channels[channel_id]

    def can_view(self, user_id: str, channel_id: str) -> bool:
        """Say whether a person sees a channel or thread."""
        channel = self.channel(channel_id)
        if channel["type"] == DIRECT_MESSAGE:
            return user_id in (self.bot_id, channel["recipients"][0]["id"])
        if user_id == self.bot_id:
            return True
        if user_id not in self.members:
            return False
        if channel["type"] == PRIVATE_THREAD:
            manages = bool(self.permissions_of(user_id) & payloads.MANAGE_THREADS)
            return manages or user_id in self.thread_members[channel_id]
        if "thread_metadata" in channel:
            return self.can_view(user_id, channel["parent_id"])
        return self._overwrites_allow(user_id, channel)

    def _overwrites_allow(self, user_id: str, channel: Payload) -> bool:
        mine = {self.guild_id, *self.members[user_id]["roles"]}
        overwrites = [o for o in channel["permission_overwrites"] if o["id"] in mine]
        if any(int(o["allow"]) & payloads.VIEW_CHANNEL for o in overwrites):
            return True
        return not any(int(o["deny"]) & payloads.VIEW_CHANNEL for o in overwrites)

    # Messages
    def message(self, message_id: str, channel_id: str | None = None) -> Message:
        """Find a message, also an ephemeral one."""
        message = self.messages.get(message_id)
        if message is None or channel_id not in (None, message.payload["channel_id"]):
            raise unknown("Message")
        return message

    def as_the_bot_reads(self, payload: Payload) -> Payload:
        """Leave out what others wrote, where the bot lacks the message-content intent."""
        return payload if self.reads_content else self.wordless(payload)

    def wordless(self, payload: Payload) -> Payload:
        """Give a message as the bot reads it without the message-content intent."""
        is_own = payload["author"]["id"] == self.bot_id
        if is_own or "guild_id" not in self.channel(payload["channel_id"]):
            return payload
        if f"<@{self.bot_id}>" in payload["content"]:
            return payload
        return payload | {"content": "", "embeds": [], "attachments": [], "components": []}

    def messages_for(self, user_id: str, channel_id: str) -> list[Payload]:
        """List what one person sees in a channel, oldest first."""
        if not self.can_view(user_id, channel_id):
            return []
        return [
            message.payload
            for message in self.messages.values()
            if message.payload["channel_id"] == channel_id and message.only_for in (None, user_id)
        ]
