// A bot by eris: a command, a button, a form and a thread.
import http from "node:http";
import https from "node:https";
import {
  Client, CommandInteraction, ComponentInteraction, Constants, ModalSubmitInteraction,
} from "eris";

const { API_URL, DISCORD_TOKEN, GUILD_ID } = process.env;
const { hostname, port, pathname } = new URL(API_URL);
// Eris speaks TLS with Discord, and has no setting for that.
https.request = (options) => http.request({ ...options, host: hostname, port });

const client = new Client(`Bot ${DISCORD_TOKEN}`, {
  intents: ["guilds"], rest: { domain: `${hostname}:${port}`, baseURL: pathname },
});
const { ComponentTypes: Row, ButtonStyles, TextInputStyles } = Constants;
const row = (component) => [{ type: Row.ACTION_ROW, components: [component] }];

client.once("ready", async () => {
  await client.bulkEditGuildCommands(GUILD_ID, [{ name: "party", description: "Invites" }]);
});

client.on("interactionCreate", async (interaction) => {
  if (interaction instanceof CommandInteraction) {
    const style = ButtonStyles.SECONDARY;
    const button = { type: Row.BUTTON, style, label: "Sign up", custom_id: "sign" };
    await interaction.createMessage({ content: "Who comes?", components: row(button) });
  } else if (interaction instanceof ComponentInteraction) {
    const style = TextInputStyles.SHORT;
    const input = { type: Row.TEXT_INPUT, style, label: "Name", custom_id: "name" };
    await interaction.createModal({ title: "Sign up", custom_id: "form", components: row(input) });
  } else if (interaction instanceof ModalSubmitInteraction) {
    const name = interaction.data.components[0].components[0].value;
    await interaction.defer(Constants.MessageFlags.EPHEMERAL);
    const message = await client.createMessage(interaction.channel.id, `${name} comes`);
    const thread = await message.createThreadWithMessage({ name });
    await client.createMessage(thread.id, "Welcome");
    await interaction.editOriginalMessage(`Hello ${name}`);
  }
});

client.on("error", (error) => console.error(error));
await client.connect();
