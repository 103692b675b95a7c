"""A small bot on the real disnake that uses everything our gateway uses."""

import disnake
from disnake.ext import commands
from disnake.http import Route

from playground import demo

MODAL = [
    disnake.ui.Label("イベント名", disnake.ui.TextInput(custom_id="name", max_length=100)),
    disnake.ui.Label(
        "説明",
        disnake.ui.TextInput(
            custom_id="about", style=disnake.TextInputStyle.paragraph, required=False
        ),
        description="何をしますか",
    ),
    disnake.ui.Label(
        "公開範囲", disnake.ui.StringSelect(custom_id="kind", options=["group", "public"])
    ),
]


def build(api_url: str) -> commands.InteractionBot:
    """Build the bot for one miniature Discord."""
    Route.BASE = api_url
    bot = commands.InteractionBot(
        intents=disnake.Intents(guilds=True),
        command_sync_flags=commands.CommandSyncFlags.default(),
        guild_ready_timeout=0.2,  # of two seconds in which no other guild comes
        allowed_mentions=disnake.AllowedMentions.none(),
    )
    _add_commands(bot)
    _add_listeners(bot)
    return bot


def _add_commands(bot: commands.InteractionBot) -> None:
    @bot.slash_command(name="ping", description="Answers")
    async def ping(interaction: disnake.ApplicationCommandInteraction) -> None:
        await interaction.response.send_message(f"pong {interaction.locale}", ephemeral=True)

    @bot.slash_command(name="silent", description="Never answers")
    async def silent(interaction: disnake.ApplicationCommandInteraction) -> None:
        pass

    @bot.slash_command(name="slow", description="Defers and leaves the rest to the test")
    async def slow(interaction: disnake.ApplicationCommandInteraction) -> None:
        await interaction.response.defer(ephemeral=True)

    @bot.slash_command(
        name="staff",
        description="Staff only",
        default_member_permissions=disnake.Permissions(manage_guild=True),
    )
    async def staff(interaction: disnake.ApplicationCommandInteraction) -> None:
        await interaction.response.send_message("public answer")

    @bot.slash_command(
        name="panel",
        description="Settings of the server",
        default_member_permissions=disnake.Permissions(manage_guild=True),
        contexts=disnake.InteractionContextTypes(guild=True),
    )
    async def panel(interaction: disnake.ApplicationCommandInteraction) -> None:
        await interaction.response.send_message(components=_selects(), ephemeral=True)

    @bot.slash_command(
        name="invite", description=disnake.Localized("Invitations", data={"ja": "お誘い"})
    )
    async def invite(interaction: disnake.ApplicationCommandInteraction) -> None:
        pass

    @invite.sub_command(
        name="create", description=disnake.Localized("Create", data={"ja": "募集を作る"})
    )
    async def create(
        interaction: disnake.ApplicationCommandInteraction,
        tag: str = commands.Param(
            name=disnake.Localized("tag", data={"ja": "タグ"}),
            description=disnake.Localized("kind of event", data={"ja": "イベントの種類"}),
            choices=["観光", "ゲーム"],
        ),
        capacity: int = commands.Param(default=8, ge=1, le=100, description="seats"),
        world: str = commands.Param(  # noqa: ARG001 - only its form matters
            default="", max_length=50, description="world"
        ),
        guest: disnake.Member = commands.Param(  # noqa: ARG001, B008 - as above; disnake reads it
            default=None, description="guest of honour"
        ),
    ) -> None:
        await interaction.response.send_modal(
            title="お誘い募集", custom_id=f"create:{tag}:{capacity}", components=MODAL
        )

    @create.autocomplete("world")
    async def suggest(_: disnake.ApplicationCommandInteraction, typed: str) -> list[str]:
        return [w for w in ("Japan Street", "Murder 4") if typed.lower() in w.lower()]


def _add_listeners(bot: commands.InteractionBot) -> None:
    @bot.listen()
    async def on_modal_submit(interaction: disnake.ModalInteraction) -> None:
        await interaction.response.defer(ephemeral=True)
        _, tag, capacity = interaction.custom_id.split(":")
        embed = disnake.Embed(
            title=interaction.text_values["name"],
            description=interaction.text_values["about"] or None,
            colour=0x5865F2,
        )
        embed.add_field("タグ", tag).add_field("定員", capacity).set_footer(text="さくら")
        message = await interaction.channel.send(embed=embed, components=_buttons())
        thread = await bot.http.start_thread_with_message(
            message.channel.id, message.id, name=embed.title, auto_archive_duration=1440
        )
        await bot.http.add_user_to_thread(int(thread["id"]), interaction.author.id)
        await interaction.edit_original_response(f"作成しました <#{thread['id']}>")

    @bot.listen()
    async def on_button_click(interaction: disnake.MessageInteraction) -> None:
        if interaction.component.custom_id == "join":
            await interaction.response.defer(ephemeral=True, with_message=True)
            await interaction.followup.send("参加しました", ephemeral=True)
        elif interaction.component.custom_id == "interested":
            await interaction.response.edit_message(content="興味あり 1")
        elif interaction.component.custom_id == "later":
            await interaction.response.defer()
            await interaction.edit_original_response(content="あとで")

    @bot.listen()
    async def on_dropdown(interaction: disnake.MessageInteraction) -> None:
        chosen = interaction.resolved_values or []
        names = [str(getattr(one, "name", one)) for one in chosen]
        await interaction.response.send_message("、".join(names) or "なし", ephemeral=True)


def _buttons() -> list[disnake.ui.ActionRow]:
    return [
        disnake.ui.ActionRow(
            disnake.ui.Button(
                label="参加", style=disnake.ButtonStyle.success, custom_id="join", emoji="🙋"
            ),
            disnake.ui.Button(label="興味あり", custom_id="interested"),
            disnake.ui.Button(label="あとで", custom_id="later"),
            disnake.ui.Button(
                label="取り消し", style=disnake.ButtonStyle.danger, custom_id="x", disabled=True
            ),
            disnake.ui.Button(label="VRChat", url="https://vrchat.com/home"),
        ),
        disnake.ui.ActionRow(
            disnake.ui.StringSelect(custom_id="pick", options=["朝", "夜"], placeholder="いつ")
        ),
    ]


def _selects() -> list[disnake.ui.ActionRow]:
    staff = disnake.SelectDefaultValue(int(demo.STAFF_ROLE_ID), disnake.SelectDefaultValueType.role)
    selects = (
        disnake.ui.ChannelSelect(
            custom_id="channel",
            placeholder="告知チャンネル",
            channel_types=[disnake.ChannelType.text, disnake.ChannelType.news],
        ),
        disnake.ui.RoleSelect(
            custom_id="roles",
            placeholder="スタッフ",
            min_values=0,
            max_values=3,
            default_values=[staff],
        ),
        disnake.ui.UserSelect(custom_id="user", placeholder="担当"),
        disnake.ui.MentionableSelect(custom_id="anyone", placeholder="相手", max_values=2),
    )
    return [disnake.ui.ActionRow(select) for select in selects]
