"""Every button and form of the gateway: one line for each feature."""

from services.gateway.delivery.components import Components
from services.gateway.features.calendars.cog import components as calendars
from services.gateway.features.closing.cog import components as closing
from services.gateway.features.confirming.cog import components as confirming
from services.gateway.features.create.cog import components as create
from services.gateway.features.create.images import components as create_images
from services.gateway.features.editing.cog import components as editing
from services.gateway.features.images.cog import components as images
from services.gateway.features.lists.cog import components as lists
from services.gateway.features.lists.pinned import components as pinned
from services.gateway.features.participants.cog import components as participants
from services.gateway.features.privacy.cog import components as privacy
from services.gateway.features.reminders.cog import components as reminders
from services.gateway.features.secrets.cog import components as secrets
from services.gateway.features.setup.cog import components as setup
from services.gateway.features.setup.trial import components as setup_trial
from services.gateway.features.staff.cog import components as staff
from services.gateway.features.templates.cog import components as templates
from services.gateway.features.tickets.cog import components as tickets


def all_components() -> Components:
    """Return what every feature does with its buttons and forms."""
    return Components(
        calendars,
        closing,
        confirming,
        create,
        create_images,
        editing,
        images,
        lists,
        participants,
        pinned,
        privacy,
        reminders,
        secrets,
        setup,
        setup_trial,
        staff,
        templates,
        tickets,
    )
