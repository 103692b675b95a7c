"""The page of staff: their roles, and the channel that they see the panels of events in."""

from services.gateway.features.setup.check import channel_field, role_field
from services.gateway.features.setup.frame import (
    Community,
    Field,
    Row,
    channel_select,
    role_select,
)

PAGE = "staff"
ROLES, CHANNEL = "staff_role_ids", "staff_channel_id"


def draw(of: Community) -> tuple[list[Field], list[Row]]:
    """Return the page's fields and selects."""
    settings = of.settings
    fields = [
        role_field(ROLES, settings.staff_role_ids, of),
        channel_field(CHANNEL, settings.staff_channel_id, "staff", of),
    ]
    rows = [
        role_select(PAGE, ROLES, of, settings.staff_role_ids),
        channel_select(PAGE, CHANNEL, of, settings.staff_channel_id),
    ]
    return fields, rows
