"""Two kinds of refusal: by Discord, or by a person's client before anything is sent."""

from typing import Any, TypeAlias

Payload: TypeAlias = dict[str, Any]

UNKNOWN = {
    "Channel": 10003,
    "Guild": 10004,
    "Member": 10007,
    "Message": 10008,
    "Role": 10011,
    "User": 10013,
    "Webhook": 10015,
    "interaction": 10062,
    "application command": 10063,
    "Guild Scheduled Event": 10070,
}


class DiscordRefusal(Exception):  # noqa: N818 - it is an answer Discord gives, not a fault of ours
    """Discord answers with a status, its code and its sentence."""

    def __init__(self, status: int, code: int, message: str, errors: Payload | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.body: Payload = {"message": message, "code": code}
        if errors:
            self.body["errors"] = errors


class ClientRefusal(ValueError):  # noqa: N818 - it is what the client's form says
    """Discord's client would not let the person do this."""


def unknown(what: str) -> DiscordRefusal:
    """Say that there is no such thing (404)."""
    return DiscordRefusal(404, UNKNOWN[what], f"Unknown {what}")


def invalid_form() -> DiscordRefusal:
    """Say that a body is not of the form that the call takes (400)."""
    return DiscordRefusal(400, 50035, "Invalid Form Body")


class FormErrors:
    """Collect what is wrong with a body, as the tree Discord answers with (50035)."""

    def __init__(self) -> None:
        self.tree: Payload = {}

    def add(self, path: str, code: str, message: str) -> None:
        """Note one mistake at a dotted path such as ``embeds.0.title``."""
        node = self.tree
        for step in path.split("."):
            node = node.setdefault(step, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def length(self, path: str, text: object, most: int, least: int = 0) -> None:
        """Note a text or list that is too short or too long."""
        size = len(text) if isinstance(text, (str, list)) else 0
        if not size and least:
            self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif size > most:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")

    def refuse(self) -> None:
        """Raise the refusal when anything was noted."""
        if self.tree:
            raise DiscordRefusal(400, 50035, "Invalid Form Body", self.tree)
