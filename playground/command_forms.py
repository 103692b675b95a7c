"""Commands in a person's client: find them, check the options, build the request."""

from dataclasses import dataclass
from typing import Any

from playground.choosing import Chooser
from playground.permissions import Permission
from playground.refusals import ClientRefusal, Payload
from playground.world import World

SUB_COMMAND, SUB_COMMAND_GROUP, STRING, INTEGER, BOOLEAN = 1, 2, 3, 4, 5
USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 6, 7, 8, 9, 10, 11
CHAT_INPUT = 1
KINDS = {
    USER: ["user"],
    CHANNEL: ["channel"],
    ROLE: ["role"],
    MENTIONABLE: ["user", "role"],
}
IN_A_GUILD, WITH_THE_BOT = 0, 1  # contexts


@dataclass(frozen=True)
class CommandForm:
    """One command that can be run, with the way to it and its options."""

    command: Payload
    path: tuple[Payload, ...]

    @property
    def full_name(self) -> str:
        """Give the words a person types, without the slash."""
        return " ".join([self.command["name"], *(step["name"] for step in self.path)])

    @property
    def options(self) -> list[Payload]:
        """Give the options of the innermost command."""
        innermost = self.path[-1] if self.path else self.command
        return innermost.get("options") or []

    def request(self, chosen: list[Payload], resolved: Payload) -> Payload:
        """Build the interaction's data: the choices nested in sub-commands."""
        inside = chosen
        for step in reversed(self.path):
            inside = [{"name": step["name"], "type": step["type"], "options": inside}]
        asked = {
            "id": self.command["id"],
            "name": self.command["name"],
            "type": self.command["type"],
            "options": inside,
        }
        if resolved:
            asked["resolved"] = resolved
        if "guild_id" in self.command:
            asked["guild_id"] = self.command["guild_id"]
        return asked


def forms_for(world: World, user_id: str, channel: Payload) -> list[CommandForm]:
    """List every command a person may run in a channel, sub-commands one by one."""
    guild_id = channel.get("guild_id")
    if guild_id is not None and not world.has_bot(guild_id):
        return []
    scopes = [guild_id, None] if guild_id else [None]
    forms: list[CommandForm] = []
    for scope in scopes:
        for command in world.commands.get(scope, {}).values():
            if command["type"] == CHAT_INPUT and _may_run(world, user_id, channel, command):
                forms += _forms(command, ())
    return forms


def _may_run(world: World, user_id: str, channel: Payload, command: Payload) -> bool:
    """Say whether a command is offered here: by its contexts, and to whom it is by default.

    "0" as the permissions it needs is for administrators only.
    """
    context = IN_A_GUILD if "guild_id" in channel else WITH_THE_BOT
    if command.get("contexts") is not None and context not in command["contexts"]:
        return False
    if context == WITH_THE_BOT:
        return True
    allowed = world.permissions_in(user_id, channel)
    if allowed & Permission.ADMINISTRATOR:
        return True
    needed = command.get("default_member_permissions")
    is_for_members = needed is None or (int(needed) and allowed & int(needed) == int(needed))
    return bool(is_for_members and allowed & Permission.USE_APPLICATION_COMMANDS)


def _forms(command: Payload, path: tuple[Payload, ...]) -> list[CommandForm]:
    inside = (path[-1] if path else command).get("options") or []
    steps = [option for option in inside if option["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP)]
    if not steps:
        return [CommandForm(command, path)]
    return [form for step in steps for form in _forms(command, (*path, step))]


def find_form(world: World, user_id: str, channel: Payload, full_name: str) -> CommandForm:
    """Find a command by the words a person types; ClientRefusal names those there are."""
    forms = forms_for(world, user_id, channel)
    for form in forms:
        if form.full_name == full_name:
            return form
    there = ", ".join(f"/{form.full_name}" for form in forms) or "none"
    text = f"There is no command /{full_name} for this member; there are: {there}."
    raise ClientRefusal(text)


def choose(
    form: CommandForm, chooser: Chooser, given: dict[str, Any], focused: str | None = None
) -> tuple[list[Payload], Payload]:
    """Check the options like the client's form; give them and what their ids stand for."""
    known = {option["name"]: option for option in form.options}
    for name in given:
        if name not in known:
            text = f"/{form.full_name} has no option {name!r}; it has: {', '.join(known)}."
            raise ClientRefusal(text)
    if focused is None:
        for name, option in known.items():
            if option.get("required") and given.get(name) in (None, ""):
                text = f"/{form.full_name} needs the option {name!r}."
                raise ClientRefusal(text)
    chosen = []
    for name, value in given.items():
        if name == focused:
            answer = {"name": name, "type": known[name]["type"], "value": value, "focused": True}
            chosen.append(answer)
        elif value is not None:
            checked = _checked(chooser, known[name], value)
            chosen.append({"name": name, "type": known[name]["type"], "value": checked})
    return chosen, chooser.resolved


def _checked(chooser: Chooser, option: Payload, value: Any) -> Any:  # noqa: ANN401 - an option's value is text, a number or a boolean
    kind, name = option["type"], option["name"]
    if option.get("choices"):
        for choice in option["choices"]:
            names = {choice["name"], *(choice.get("name_localizations") or {}).values()}
            if value == choice["value"] or value in names:
                return choice["value"]
        text = f"{value!r} is not among the choices of {name!r}."
        raise ClientRefusal(text)
    if kind == STRING:
        return _text(option, value)
    if kind in (INTEGER, NUMBER):
        return _number(option, value)
    if kind == BOOLEAN and not isinstance(value, bool):
        text = f"{name!r} must be true or false."
        raise ClientRefusal(text)
    if kind in (USER, CHANNEL, ROLE, MENTIONABLE):
        chooser.resolve(KINDS[kind], str(value), option.get("channel_types") or [])
        return str(value)
    return value


def _text(option: Payload, value: Any) -> str:  # noqa: ANN401 - refused unless it is text
    if not isinstance(value, str):
        text = f"{option['name']!r} must be text."
        raise ClientRefusal(text)
    least, most = option.get("min_length") or 0, option.get("max_length") or 6000
    if not least <= len(value) <= most:
        text = f"{option['name']!r} must have {least} to {most} characters, not {len(value)}."
        raise ClientRefusal(text)
    return value


def _number(option: Payload, value: Any) -> float:  # noqa: ANN401 - refused unless it is a number
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not is_whole and (option["type"] == INTEGER or not isinstance(value, float)):
        text = f"{option['name']!r} must be a number."
        raise ClientRefusal(text)
    least, most = option.get("min_value"), option.get("max_value")
    if (least is not None and value < least) or (most is not None and value > most):
        text = f"{option['name']!r} must lie between {least} and {most}."
        raise ClientRefusal(text)
    return value  # type: ignore[no-any-return]  # checked above
