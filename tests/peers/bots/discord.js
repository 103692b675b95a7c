// A bot by discord.js: a command, a button, a form and a thread.
import {
  ActionRowBuilder, ButtonBuilder, ButtonStyle, Client, Events, GatewayIntentBits, MessageFlags,
  ModalBuilder, TextInputBuilder, TextInputStyle,
} from "discord.js";

const { API_URL, DISCORD_TOKEN, GUILD_ID } = process.env;
const [, api, version] = API_URL.match(/(.+)\/v(\d+)$/);
const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api, version } });

client.once(Events.ClientReady, async () => {
  await client.application.commands.set([{ name: "party", description: "Invites" }], GUILD_ID);
});

client.on(Events.InteractionCreate, async (interaction) => {
  if (interaction.isChatInputCommand()) {
    const button = new ButtonBuilder()
      .setCustomId("sign").setLabel("Sign up").setStyle(ButtonStyle.Secondary);
    const row = new ActionRowBuilder().addComponents(button);
    await interaction.reply({ content: "Who comes?", components: [row] });
  } else if (interaction.isButton()) {
    const name = new TextInputBuilder()
      .setCustomId("name").setLabel("Name").setStyle(TextInputStyle.Short);
    const row = new ActionRowBuilder().addComponents(name);
    const modal = new ModalBuilder().setCustomId("form").setTitle("Sign up").addComponents(row);
    await interaction.showModal(modal);
  } else if (interaction.isModalSubmit()) {
    const name = interaction.fields.getTextInputValue("name");
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    const message = await interaction.channel.send(`${name} comes`);
    const thread = await message.startThread({ name });
    await thread.send("Welcome");
    await interaction.editReply(`Hello ${name}`);
  }
});

await client.login(DISCORD_TOKEN);
