"""What members do in Discord's own menus: close, lock, rename and delete threads and messages."""

from playground import guild_changes, thread_life
from playground.permissions import Permission
from playground.refusals import ClientRefusal, Payload
from playground.world import World
from playground.writing import remove_message


class ModerationControl:
    """Act on threads and messages as a member; ClientRefusal where the menu has no such entry."""

    world: World

    def change_thread(
        self,
        thread: str | int,
        *,
        user: str | int,
        archived: bool | None = None,
        locked: bool | None = None,
        name: str | None = None,
    ) -> None:
        """Close, reopen, lock, unlock or rename a thread, whether it is archived or not."""
        wanted = {"archived": archived, "locked": locked, "name": name}
        changes = {key: value for key, value in wanted.items() if value is not None}
        channel = self.world.channel(str(thread))
        _check(thread_life.may_change(self.world, str(user), channel, changes))
        thread_life.change(self.world, channel, changes)

    def delete_thread(self, thread: str | int, *, user: str | int) -> None:
        """Delete a thread with its messages."""
        _check(self._may(user, self.world.channel(str(thread)), Permission.MANAGE_THREADS))
        guild_changes.delete_channel(self.world, str(thread))

    def delete_message(self, message: str | int, *, user: str | int) -> None:
        """Delete a message of one's own, or of another one with Manage Messages."""
        payload = self.world.message(str(message)).payload
        channel = self.world.channel(payload["channel_id"])
        is_own = payload["author"]["id"] == str(user)
        _check(is_own or self._may(user, channel, Permission.MANAGE_MESSAGES))
        remove_message(self.world, str(message))

    def _may(self, user: str | int, channel: Payload, needed: Permission) -> bool:
        return bool(self.world.permissions_in(str(user), channel) & needed)


def _check(is_allowed: bool) -> None:  # noqa: FBT001 - it is all that this takes
    if not is_allowed:
        text = "The member has no such entry in the menu."
        raise ClientRefusal(text)
