"""What a member reads while the guild has not chosen a channel for its events."""

from disnake import ButtonStyle
from disnake.ui import Button

from services.gateway.discord.interactions import may_manage
from services.gateway.discord.responses import Interaction
from services.gateway.drawing.buttons import SetupPage, button
from services.gateway.i18n.translate import Language, translate


def sentence(interaction: Interaction, language: Language) -> str:
    """Return what to do, for a member who may set the guild up, or else who can."""
    if may_manage(interaction):
        return translate(language, "setup-needed")
    guild = interaction.guild
    if guild is None or guild.owner_id is None:  # while Discord has not sent the guild
        return translate(language, "refused-not_set_up")
    return translate(language, "setup-ask_owner", owner=f"<@{guild.owner_id}>")


def buttons(interaction: Interaction, language: Language) -> list[Button[None]]:
    """Return the button that opens the panel; none for a member who may not."""
    return [button(SetupPage(), language, ButtonStyle.primary)] if may_manage(interaction) else []
