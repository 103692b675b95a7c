// Show the servers of a person, make a new one, and let the bot in or out.

import { el } from "./elements.js";
import { field } from "./fields.js";
import { closeModal } from "./modal.js";
import { openGuild } from "./navigation.js";
import { post } from "./server.js";
import { $, fill, view } from "./view.js";

export function showGuilds() {
  const { guild, guilds } = view.state;
  $("guild-name").textContent = guild.name;
  $("rail").setAttribute("aria-label", view.words.servers);
  fill($("rail"), [guilds, guild.id, view.locale], () => [...guilds.map(guildButton), newButton()]);
  fill($("guild-bot"), [guild, view.locale], botActs);
}

function guildButton(guild) {
  const attributes = {
    type: "button",
    class: "guild-mark",
    title: guild.name,
    "aria-label": guild.name,
    "aria-current": guild.id === view.guild ? "page" : undefined,
    "data-testid": `guild-${guild.id}`,
    onclick: () => openGuild(guild.id),
  };
  const japanese = guild.name.replace(/[A-Za-z0-9\s]/g, "");
  return el("button", attributes, [...japanese][0] ?? [...guild.name][0]);
}

function newButton() {
  const { newServer } = view.words;
  const attributes = { type: "button", class: "guild-mark new", title: newServer, "aria-label": newServer };
  return el("button", { ...attributes, "data-testid": "create-guild", onclick: askForName }, "+");
}

function askForName() {
  const { words } = view;
  const name = el("input", { type: "text", maxlength: 100, name: "name" });
  const form = el(
    "form",
    { method: "dialog", autocomplete: "off" },
    el("h2", { id: "modal-title" }, words.newServer),
    el("div", { class: "modal-fields" }, field("name", words.serverName, null, true, name, words)),
    el(
      "div",
      { class: "form-actions" },
      el("button", { type: "button", class: "button ghost", onclick: closeModal }, words.cancel),
      el("button", { type: "submit", class: "button primary" }, words.create),
    ),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!name.value.trim()) return name.focus();
    const reply = await post("create_guild", { user: view.user, name: name.value });
    closeModal();
    if (reply.guild) openGuild(reply.guild);
  });
  $("modal").replaceChildren(form);
  $("modal").showModal();
  name.focus();
}

function botActs() {
  const { words } = view;
  const { has_bot: hasBot, is_manager: isManager } = view.state.guild;
  const go = (path, text, style) => {
    const act = () => post(path, { user: view.user, guild: view.guild });
    return el("button", { type: "button", class: `button ${style}`, "data-testid": path, onclick: act }, text);
  };
  const items = hasBot ? [] : [el("p", {}, words.noBotHere)];
  if (isManager && !hasBot) items.push(go("invite_bot", words.inviteBot, "primary"));
  if (isManager && hasBot) items.push(go("remove_bot", words.removeBot, "ghost"));
  return items;
}
