"""A bot by py-cord: a command, a button, a form and a thread."""

import os

import discord

discord.http.Route.API_BASE_URL = os.environ["API_URL"]
bot = discord.Bot(intents=discord.Intents(guilds=True))


class Form(discord.ui.Modal):
    def __init__(self) -> None:
        super().__init__(discord.ui.InputText(label="Name", custom_id="name"), title="Sign up")

    async def callback(self, interaction: discord.Interaction) -> None:
        name = self.children[0].value
        await interaction.response.defer(ephemeral=True)
        message = await interaction.channel.send(f"{name} comes")
        thread = await message.create_thread(name=name)
        await thread.send("Welcome")
        await interaction.followup.send(f"Hello {name}", ephemeral=True)


class Buttons(discord.ui.View):
    @discord.ui.button(label="Sign up", custom_id="sign")
    async def sign(self, _: discord.ui.Button, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())


@bot.slash_command(description="Invites", guild_ids=[int(os.environ["GUILD_ID"])])
async def party(context: discord.ApplicationContext) -> None:
    await context.respond("Who comes?", view=Buttons(timeout=None))


bot.run(os.environ["DISCORD_TOKEN"])
