"""A bot by discord.py: a command, a button, a form and a thread."""

import os

import discord
import yarl
from discord import app_commands

discord.http.Route.BASE = os.environ["API_URL"]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["GATEWAY_URL"])
client = discord.Client(intents=discord.Intents(guilds=True))
tree = app_commands.CommandTree(client)
guild = discord.Object(int(os.environ["GUILD_ID"]))


class Form(discord.ui.Modal, title="Sign up"):
    name = discord.ui.TextInput(label="Name", custom_id="name")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        message = await interaction.channel.send(f"{self.name} comes")
        thread = await message.create_thread(name=str(self.name))
        await thread.send("Welcome")
        await interaction.followup.send(f"Hello {self.name}", ephemeral=True)


class Buttons(discord.ui.View):
    @discord.ui.button(label="Sign up", custom_id="sign")
    async def sign(self, interaction: discord.Interaction, _: discord.ui.Button) -> None:
        await interaction.response.send_modal(Form(custom_id="form"))


@tree.command(name="party", description="Invites", guild=guild)
async def party(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("Who comes?", view=Buttons(timeout=None))


@client.event
async def on_ready() -> None:
    await tree.sync(guild=guild)


client.run(os.environ["DISCORD_TOKEN"])
