"""What each user of Redis may do; the passwords never enter git."""

from collections.abc import Callable

# The default user may do everything: its password stays in Redis's own container. `select` leads to
# another of Redis's databases, under the same rules.
_CONNECTION = "+hello +ping +select"
USERS = {
    # What services/invitations/cache.py does.
    "invitations": f"~invitations:list:* ~invitations:generation:* +mget +set +mset {_CONNECTION}",
    # The exporter, and `doukikai doctor`: figures, and no key.
    "monitoring": f"+info +slowlog|len +latency|latest +latency|histogram {_CONNECTION}",
}


def users(password_of: Callable[[str], str]) -> str:
    """Return the lines of redis.conf that make the users, with the password of each."""
    return "".join(
        f"user {name} on >{password_of(name)} resetkeys resetchannels -@all {rights}\n"
        for name, rights in USERS.items()
    )
