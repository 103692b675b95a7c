"""A bot by hikari: a command, a button, a form and a thread."""

import os

import hikari

bot = hikari.GatewayBot(
    os.environ["DISCORD_TOKEN"],
    rest_url=os.environ["API_URL"],
    intents=hikari.Intents.GUILDS,
    banner=None,
)


@bot.listen()
async def start(_: hikari.StartedEvent) -> None:
    application = await bot.rest.fetch_application()
    command = bot.rest.slash_command_builder("party", "Invites")
    guild_id = int(os.environ["GUILD_ID"])
    await bot.rest.set_application_commands(application, [command], guild_id)


@bot.listen(hikari.InteractionCreateEvent)
async def interact(event: hikari.InteractionCreateEvent) -> None:
    interaction = event.interaction
    if isinstance(interaction, hikari.CommandInteraction):
        row = bot.rest.build_message_action_row()
        row.add_interactive_button(hikari.ButtonStyle.SECONDARY, "sign", label="Sign up")
        kind = hikari.ResponseType.MESSAGE_CREATE
        await interaction.create_initial_response(kind, "Who comes?", component=row)
    elif isinstance(interaction, hikari.ComponentInteraction):
        row = bot.rest.build_modal_action_row().add_text_input("name", "Name")
        await interaction.create_modal_response("Sign up", "form", component=row)
    elif isinstance(interaction, hikari.ModalInteraction):
        await _signed(interaction, interaction.components[0].components[0].value)


async def _signed(interaction: hikari.ModalInteraction, name: str) -> None:
    kind = hikari.ResponseType.DEFERRED_MESSAGE_CREATE
    await interaction.create_initial_response(kind, flags=hikari.MessageFlag.EPHEMERAL)
    message = await bot.rest.create_message(interaction.channel_id, f"{name} comes")
    thread = await bot.rest.create_message_thread(interaction.channel_id, message, name)
    await bot.rest.create_message(thread, "Welcome")
    await interaction.edit_initial_response(f"Hello {name}")


bot.run(check_for_updates=False)
