"""A bot by interactions.py: a command, a button, a form and a thread."""

import os

import interactions
from interactions.api.http.route import Route

Route.BASE = os.environ["API_URL"]
bot = interactions.Client(intents=interactions.Intents.GUILDS)


@interactions.slash_command("party", description="Invites", scopes=[int(os.environ["GUILD_ID"])])
async def party(context: interactions.SlashContext) -> None:
    style = interactions.ButtonStyle.SECONDARY
    button = interactions.Button(style=style, label="Sign up", custom_id="sign")
    await context.send("Who comes?", components=button)


@interactions.component_callback("sign")
async def sign(context: interactions.ComponentContext) -> None:
    name = interactions.ShortText(label="Name", custom_id="name")
    await context.send_modal(interactions.Modal(name, title="Sign up", custom_id="form"))


@interactions.modal_callback("form")
async def signed(context: interactions.ModalContext, name: str) -> None:
    await context.defer(ephemeral=True)
    message = await context.channel.send(f"{name} comes")
    thread = await message.create_thread(name)
    await thread.send("Welcome")
    await context.send(f"Hello {name}", ephemeral=True)


bot.start(os.environ["DISCORD_TOKEN"])
