"""The buttons, selects and forms of the panel: the page is in each, so nothing else is state."""

from dataclasses import dataclass

from services.gateway.drawing.buttons import Name
from services.gateway.drawing.custom_ids import CustomId


@dataclass(frozen=True)
class Choose(CustomId, name="setup_choose"):
    """A select whose values become the new value of a setting."""

    page: Name
    setting: Name


@dataclass(frozen=True)
class Switch(CustomId, name="setup_switch"):
    """A button that turns a setting on or off."""

    page: Name
    setting: Name
    is_on: bool


@dataclass(frozen=True)
class OtherZone(CustomId, name="setup_zone"):
    """The button, and the form that it opens, for a time zone that the select does not offer."""


@dataclass(frozen=True)
class EditTags(CustomId, name="setup_tags"):
    """The button, and the form that it opens, for the tags of events."""


@dataclass(frozen=True)
class EditToken(CustomId, name="setup_token"):
    """The button, and the form that it opens, for the guild's token of the API."""


@dataclass(frozen=True)
class TestAnnouncement(CustomId, name="setup_test"):
    """Post a test announcement and remove it again."""
