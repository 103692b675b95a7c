"""A bot by nextcord: a command, a button, a form and a thread."""

import os

import nextcord
from nextcord.ext import commands

nextcord.http.Route.BASE = os.environ["API_URL"]
bot = commands.Bot(intents=nextcord.Intents(guilds=True))


class Form(nextcord.ui.Modal):
    def __init__(self) -> None:
        super().__init__("Sign up", custom_id="form")
        self.name = nextcord.ui.TextInput("Name", custom_id="name")
        self.add_item(self.name)

    async def callback(self, interaction: nextcord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        message = await interaction.channel.send(f"{self.name.value} comes")
        thread = await message.create_thread(name=self.name.value)
        await thread.send("Welcome")
        await interaction.followup.send(f"Hello {self.name.value}", ephemeral=True)


class Buttons(nextcord.ui.View):
    @nextcord.ui.button(label="Sign up", custom_id="sign")
    async def sign(self, _: nextcord.ui.Button, interaction: nextcord.Interaction) -> None:
        await interaction.response.send_modal(Form())


@bot.slash_command(description="Invites", guild_ids=[int(os.environ["GUILD_ID"])])
async def party(interaction: nextcord.Interaction) -> None:
    await interaction.response.send_message("Who comes?", view=Buttons(timeout=None))


bot.run(os.environ["DISCORD_TOKEN"])
