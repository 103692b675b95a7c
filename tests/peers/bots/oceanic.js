// A bot by oceanic.js: a command, a button, a form and a thread.
import {
  ApplicationCommandTypes, ButtonStyles, Client, ComponentTypes, InteractionTypes, MessageFlags,
  TextInputStyles,
} from "oceanic.js";

const { API_URL, DISCORD_TOKEN, GUILD_ID } = process.env;
const client = new Client({
  auth: `Bot ${DISCORD_TOKEN}`, gateway: { intents: ["GUILDS"] }, rest: { baseURL: API_URL },
});
const row = (component) => [{ type: ComponentTypes.ACTION_ROW, components: [component] }];

client.once("ready", async () => {
  const type = ApplicationCommandTypes.CHAT_INPUT;
  const command = { type, name: "party", description: "Invites" };
  await client.application.bulkEditGuildCommands(GUILD_ID, [command]);
});

client.on("interactionCreate", async (interaction) => {
  if (interaction.type === InteractionTypes.APPLICATION_COMMAND) {
    const [type, style] = [ComponentTypes.BUTTON, ButtonStyles.SECONDARY];
    const button = { type, style, label: "Sign up", customID: "sign" };
    await interaction.createMessage({ content: "Who comes?", components: row(button) });
  } else if (interaction.type === InteractionTypes.MESSAGE_COMPONENT) {
    const [type, style] = [ComponentTypes.TEXT_INPUT, TextInputStyles.SHORT];
    const input = { type, style, label: "Name", customID: "name" };
    await interaction.createModal({ title: "Sign up", customID: "form", components: row(input) });
  } else if (interaction.type === InteractionTypes.MODAL_SUBMIT) {
    const name = interaction.data.components.getTextInput("name", true);
    await interaction.defer(MessageFlags.EPHEMERAL);
    const message = await interaction.channel.createMessage({ content: `${name} comes` });
    const thread = await message.startThread({ name });
    await thread.createMessage({ content: "Welcome" });
    await interaction.editOriginal({ content: `Hello ${name}` });
  }
});

client.on("error", (error) => console.error(error));
await client.connect();
