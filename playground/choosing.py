"""What a person can choose in an option or a select by its id, and what goes along to the bot."""

from playground.refusals import ClientRefusal, Payload
from playground.world import World


class Chooser:
    """A person in a channel who chooses users, roles and channels of the channel's guild."""

    def __init__(self, world: World, user_id: str, channel: Payload) -> None:
        self._world = world
        self._user_id = user_id
        self._channel = channel
        self._guild = world.guild_of(channel)
        self.resolved: Payload = {}

    def resolve(self, kinds: list[str], chosen: str, channel_types: list[int]) -> None:
        """Note what an id stands for; ClientRefusal where the person cannot choose it."""
        is_found = (
            ("user" in kinds and self._user(chosen))
            or ("role" in kinds and self._role(chosen))
            or ("channel" in kinds and self._note_channel(chosen, channel_types))
        )
        if not is_found:
            text = f"There is no {chosen} to choose."
            raise ClientRefusal(text)

    def upload(self, file: Payload) -> str:
        """Keep a file that the person has chosen; give its id."""
        kept = self._world.keep_upload(file["filename"], file["content"], file["content_type"])
        self.resolved.setdefault("attachments", {})[kept["id"]] = kept
        return str(kept["id"])

    def _user(self, user_id: str) -> bool:
        """Note a user, with the member where the user is in the guild."""
        if user_id not in self._world.users:
            return False
        self.resolved.setdefault("users", {})[user_id] = self._world.users[user_id]
        if self._guild is not None and user_id in self._guild.members:
            left_out = ("user", "deaf", "mute")
            whole = self._guild.members[user_id]
            member = {key: value for key, value in whole.items() if key not in left_out}
            allowed = self._world.permissions_in(user_id, self._channel)
            member["permissions"] = str(int(allowed))
            self.resolved.setdefault("members", {})[user_id] = member
        return True

    def _role(self, role_id: str) -> bool:
        if self._guild is None or role_id not in self._guild.roles:
            return False
        self.resolved.setdefault("roles", {})[role_id] = self._guild.roles[role_id]
        return True

    def _note_channel(self, channel_id: str, channel_types: list[int]) -> bool:
        channel = self._world.channels.get(channel_id)
        if channel is None or not self._offers(channel, channel_types):
            return False
        shown = {key: v for key, v in channel.items() if key != "permission_overwrites"}
        allowed = self._world.permissions_in(self._user_id, channel)
        shown["permissions"] = str(int(allowed))
        self.resolved.setdefault("channels", {})[channel_id] = shown
        return True

    def _offers(self, channel: Payload, channel_types: list[int]) -> bool:
        is_type = not channel_types or channel["type"] in channel_types
        is_here = self._guild is not None and channel.get("guild_id") == self._guild.id
        return is_type and is_here and self._world.can_view(self._user_id, channel["id"])
