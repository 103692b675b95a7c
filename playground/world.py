"""The state of the miniature Discord: guilds, people, channels, threads and messages."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from playground import payloads, permissions
from playground.changes import Changes
from playground.guilds import Guild
from playground.interactions import Interaction
from playground.payloads import DIRECT_MESSAGE, PRIVATE_THREAD
from playground.permissions import Permission
from playground.refusals import Payload, unknown
from playground.session_limits import SessionLimits
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
    """Hold everything there is, and tell the gateway and all who wait when it changes.

    The first guild is meant wherever no other is named.
    """

    guild_id: str
    bot_id: str
    clock: Clock = field(default_factory=Clock)
    changes: Changes = field(default_factory=Changes)
    guilds: dict[str, Guild] = field(default_factory=dict)
    users: dict[str, Payload] = field(default_factory=dict)
    locales: dict[str, str] = field(default_factory=dict)
    channels: dict[str, Payload] = field(default_factory=dict)
    thread_members: dict[str, dict[str, Payload]] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    commands: dict[str | None, dict[str, Payload]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, Payload] = field(default_factory=dict)
    cdn: str = "https://cdn.discordapp.invalid"
    interactions: dict[str, Interaction] = field(default_factory=dict)
    interactions_by_token: dict[str, Interaction] = field(default_factory=dict)
    webhooks: dict[tuple[str, str], str] = field(default_factory=dict)  # id and token: channel
    reads_content: bool = True
    forbidden_words: set[str] = field(default_factory=set)  # in names of threads
    most_active_threads: int = 1000  # in each guild
    looked_for_silence_at: float = 0.0
    pings: dict[str, dict[str, str]] = field(default_factory=dict)  # user, channel: last message
    closed_to_direct_messages: set[str] = field(default_factory=set)
    allows_members_intent: bool = True
    shards: int = 1  # how many Discord recommends
    emit_to_sessions: Emit = field(default=lambda _event, _payload: 0)

    def __post_init__(self) -> None:
        """Make the bot's user."""
        self.ids = Snowflakes(self.clock)
        self.session_limits = SessionLimits(self.clock)
        self.users[self.bot_id] = payloads.user(self.bot_id, "同期会Bot", is_bot=True)

    @property
    def home(self) -> Guild:
        """Give the first guild."""
        return self.guilds[self.guild_id]

    @property
    def members(self) -> dict[str, Payload]:
        """Give the members of the first guild."""
        return self.home.members

    @property
    def roles(self) -> dict[str, Payload]:
        """Give the roles of the first guild."""
        return self.home.roles

    @property
    def scheduled_events(self) -> dict[str, Payload]:
        """Give the scheduled events of the first guild."""
        return self.home.scheduled_events

    @property
    def application_flags(self) -> int:
        """Tell which privileged intents the application may use."""
        flags = payloads.SLASH_COMMANDS
        flags |= payloads.READS_MEMBERS if self.allows_members_intent else 0
        return flags | (payloads.READS_CONTENT if self.reads_content else 0)

    def emit(self, event: str, payload: Payload) -> int:
        """Send a gateway event to every session, wake the waiting, and count who received it."""
        reached = self.emit_to_sessions(event, payload)
        self.changes.announce()
        return reached

    # Guilds
    def guild(self, guild_id: str | None = None) -> Guild:
        """Find a guild."""
        found = self.guilds.get(guild_id or self.guild_id)
        if found is None:
            raise unknown("Guild")
        return found

    def guild_of(self, channel: Payload) -> Guild | None:
        """Find the guild of a channel or thread; a direct channel has none."""
        return self.guilds[channel["guild_id"]] if "guild_id" in channel else None

    def has_bot(self, guild_id: str) -> bool:
        """Say whether the bot is in a guild."""
        return guild_id in self.guilds and self.bot_id in self.guilds[guild_id].members

    def channels_of(self, guild_id: str) -> list[Payload]:
        """List a guild's channels without its threads."""
        return [c for c in self.within(guild_id) if "thread_metadata" not in c]

    def threads_of(self, guild_id: str) -> list[Payload]:
        """List a guild's threads that are not archived."""
        threads = [c for c in self.within(guild_id) if "thread_metadata" in c]
        return [thread for thread in threads if not thread["thread_metadata"]["archived"]]

    def within(self, guild_id: str) -> list[Payload]:
        """List a guild's channels and threads."""
        return [c for c in self.channels.values() if c.get("guild_id") == guild_id]

    def by_guild(self) -> defaultdict[str, list[Payload]]:
        """Group the channels and threads of all guilds, in one pass."""
        grouped: defaultdict[str, list[Payload]] = defaultdict(list)
        for channel in self.channels.values():
            grouped[channel.get("guild_id", "")].append(channel)
        return grouped

    # People
    def add_member(
        self,
        name: str,
        locale: str,
        roles: list[str],
        user_id: str | None = None,
        guild_id: str | None = None,
    ) -> str:
        """Let a person join a guild and give their id."""
        user_id = user_id or self.ids.next()
        guild = self.guild(guild_id)
        if user_id not in self.users:
            self.users[user_id] = payloads.user(user_id, name)
        self.locales[user_id] = locale
        member = payloads.member(self.users[user_id], roles, self.clock.timestamp())
        guild.members[user_id] = member
        self.emit("GUILD_MEMBER_ADD", member | {"guild_id": guild.id})
        return user_id

    def remove_member(self, user_id: str, guild_id: str | None = None) -> None:
        """Let a person out of a guild and of its threads; what they wrote stays."""
        guild = self.guild(guild_id)
        user = guild.member(user_id)["user"]
        del guild.members[user_id]
        for channel in self.within(guild.id):
            inside = self.thread_members.get(channel["id"], {})
            if inside.pop(user_id, None) is not None:
                channel["member_count"] = len(inside)
        self.emit("GUILD_MEMBER_REMOVE", {"guild_id": guild.id, "user": user})

    def add_role(
        self, role_id: str, name: str, allowed: int, color: int, guild_id: str | None = None
    ) -> None:
        """Add a role above those there are."""
        guild = self.guild(guild_id)
        role = guild.add_role(role_id, name, allowed, color)
        self.emit("GUILD_ROLE_CREATE", {"guild_id": guild.id, "role": role})

    def keep_upload(self, filename: str, content: bytes, content_type: str) -> Payload:
        """Keep what a person uploads with a form; only who knows the address reads it."""
        upload_id = self.ids.next()
        self.files[upload_id] = content
        address = f"{self.cdn}/attachments/{upload_id}/{filename}"
        self.uploads[upload_id] = {
            "id": upload_id,
            "filename": filename,
            "size": len(content),
            "url": address,
            "proxy_url": address,
            "content_type": content_type,
            "ephemeral": True,
        }
        return self.uploads[upload_id]

    # Channels
    def add_channel(
        self,
        name: str,
        channel_id: str | None = None,
        kind: int = payloads.TEXT_CHANNEL,
        parent_id: str | None = None,
        guild_id: str | None = None,
    ) -> str:
        """Open a channel and give its id."""
        channel_id = channel_id or self.ids.next()
        guild = self.guild(guild_id)
        position = len(self.channels_of(guild.id))
        channel = payloads.channel(channel_id, guild.id, name, position, kind)
        channel["parent_id"] = parent_id
        self.channels[channel_id] = channel
        self.emit("CHANNEL_CREATE", channel)
        return channel_id

    def channel(self, channel_id: str) -> Payload:
        """Find a channel or thread."""
        if channel_id not in self.channels:
            raise unknown("Channel")
        return self.channels[channel_id]

    def permissions_in(self, user_id: str, channel: Payload) -> Permission:
        """Compute what a person may do in a channel; a thread is as its parent."""
        guild = self.guild_of(channel)
        if guild is None:
            is_in = user_id in (self.bot_id, channel["recipients"][0]["id"])
            return permissions.DIRECT if is_in else permissions.NONE
        if "thread_metadata" in channel:
            parent = self.channels.get(channel["parent_id"])
            return self.permissions_in(user_id, parent) if parent else permissions.NONE
        return guild.permissions_of(user_id, channel["permission_overwrites"])

    def can_view(self, user_id: str, channel_id: str) -> bool:
        """Say whether a person sees a channel or thread."""
        channel = self.channel(channel_id)
        allowed = self.permissions_in(user_id, channel)
        if not allowed & Permission.VIEW_CHANNEL:
            return False
        is_open = channel["type"] != PRIVATE_THREAD or bool(allowed & Permission.MANAGE_THREADS)
        return is_open or user_id in self.thread_members[channel_id]

    def direct_channel(self, user_id: str) -> Payload | None:
        """Find the bot's direct channel with a person."""
        for channel in self.channels.values():
            if channel["type"] == DIRECT_MESSAGE and channel["recipients"][0]["id"] == user_id:
                return channel
        return None

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

    def messages_in(self, channel_id: str) -> list[Message]:
        """List the messages of a channel, oldest first, with those for one person only."""
        return [m for m in self.messages.values() if m.payload["channel_id"] == channel_id]

    def messages_for(self, user_id: str, channel_id: str) -> list[Payload]:
        """List what one person sees in a channel, oldest first."""
        if not self.can_view(user_id, channel_id):
            return []
        seen = [m for m in self.messages_in(channel_id) if m.only_for in (None, user_id)]
        return [message.payload for message in seen]
