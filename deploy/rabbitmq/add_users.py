"""Complete definitions.json with its users, whose passwords come from files and never enter git."""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ADMINISTRATOR = "operator"
# The command `doukikai` looks at queues and nodes, too, and may change nothing there.
TAGS = {ADMINISTRATOR: ["administrator"], "operations": ["monitoring"]}
# RabbitMQ keeps an unfinished message of each channel in memory before it looks at permissions. At
# 1 MiB each, what one password can make it keep stays below the alarm that stops every publisher.
LIMITS = {"max-connections": 64, "max-channels": 128}
CONSUMER_LIMITS = {"max-connections": 4, "max-channels": 8}
_SALT_BYTES = 4  # RabbitMQ's own format: base64(salt ‖ sha256(salt ‖ password))


def password_hash(password: str) -> str:
    """Hash a password the way RabbitMQ stores it, and the same way each time.

    A generated password needs no salt; a new one at each start would change the file.
    """
    salt = hashlib.sha256(b"salt of " + password.encode()).digest()[:_SALT_BYTES]
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def services(definitions: Mapping[str, Any]) -> list[str]:
    """Name the users that definitions.json gives permissions to."""
    return [permission["user"] for permission in definitions["permissions"]]


def user(
    name: str, password: str, limits: Mapping[str, int] | None = CONSUMER_LIMITS
) -> dict[str, Any]:
    """Return a user as definitions hold one; by default a consumer."""
    return {
        "name": name,
        "password_hash": password_hash(password),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": TAGS.get(name, []),
        "limits": limits or {},
    }


def add_users(definitions: Mapping[str, Any], passwords: Mapping[str, str]) -> dict[str, Any]:
    """Return definitions with a user for every service and an administrator for the operator."""
    names = [*services(definitions), ADMINISTRATOR]
    users = [user(name, passwords[name], _limits(name)) for name in names]
    everything = [
        {
            "user": ADMINISTRATOR,
            "vhost": vhost["name"],
            "configure": ".*",
            "write": ".*",
            "read": ".*",
        }
        for vhost in definitions["vhosts"]
    ]
    return {**definitions, "users": users, "permissions": definitions["permissions"] + everything}


def _limits(name: str) -> Mapping[str, int] | None:
    if name == ADMINISTRATOR:
        return None
    return CONSUMER_LIMITS if name.startswith("consumers.") else LIMITS


def main() -> None:
    """Write completed definitions to standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("definitions", type=Path)
    parser.add_argument(
        "passwords", type=Path, help="a folder with one file per user, named like it"
    )
    arguments = parser.parse_args()
    definitions = json.loads(arguments.definitions.read_text())
    try:
        passwords = {
            name: (arguments.passwords / name).read_text().strip()
            for name in [*services(definitions), ADMINISTRATOR]
        }
    except FileNotFoundError as error:
        sys.exit(f"RabbitMQ's user has no password file: {error.filename}")
    json.dump(add_users(definitions, passwords), sys.stdout, indent=2)


if __name__ == "__main__":
    main()
