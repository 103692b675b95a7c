// Where a person writes: a message, or a command with its options.

import { start } from "./acts.js";
import { commandForm } from "./command-form.js";
import { el } from "./elements.js";
import { post } from "./server.js";
import { $, fill, openedChannel, reader, view } from "./view.js";

export function showComposer() {
  const open = openedChannel();
  const text = $("composer-text");
  const name = (open.is_thread || open.is_direct ? "" : "#") + open.name;
  text.placeholder = open.can_write ? view.words.placeholder(name) : view.words.cannotWrite;
  text.setAttribute("aria-label", text.placeholder);
  text.disabled = !open.can_write;
  if (text.value.startsWith("/")) showCommandList();
}

let highlighted = 0;

function matching() {
  const typed = $("composer-text").value.slice(1).trim().toLowerCase();
  return view.state.commands.filter((c) => `${c.name} ${c.shown} ${c.description}`.toLowerCase().includes(typed));
}

function showCommandList() {
  const list = $("command-list");
  const isOpen = $("composer-text").value.startsWith("/") && $("command-form").hidden;
  $("composer-text").setAttribute("aria-expanded", String(isOpen));
  list.hidden = !isOpen;
  if (!isOpen) return;
  const commands = matching();
  highlighted = Math.max(0, Math.min(highlighted, commands.length - 1));
  list.setAttribute("aria-label", view.words.commands);
  fill(list, [commands, highlighted, view.locale], () =>
    commands.length
      ? commands.map((command, index) => commandItem(command, index === highlighted))
      : [el("li", { class: "none" }, view.words.noCommands)],
  );
}

function commandItem(command, isHighlighted) {
  const take = (event) => {
    event.preventDefault();
    openCommand(command);
  };
  return el(
    "li",
    {
      role: "option",
      "aria-selected": String(isHighlighted),
      "data-testid": `command-${command.name}`,
      onmousedown: take,
    },
    el("strong", {}, "/" + command.shown),
    el("span", { class: "options" }, command.options.map((o) => o.shown).join("  ")),
    el("small", {}, command.description),
  );
}

function openCommand(command) {
  const send = async (options) => {
    const reply = await start("slash", { name: command.name, options });
    if (!reply.refusal) closeCommand();
  };
  const autocomplete = (name, focused, options) =>
    post("autocomplete", { user: view.user, channel: view.channel, name, focused, options });
  $("composer-text").value = "";
  if (!command.options.length) {
    send({});
    return;
  }
  const form = commandForm(command, { ...reader(), send, autocomplete, cancel: closeCommand });
  $("command-form").replaceChildren(form);
  $("command-form").hidden = false;
  $("composer").hidden = true;
  showCommandList();
  form.querySelector("input, select")?.focus();
}

export function closeCommand() {
  $("command-form").hidden = true;
  $("command-form").replaceChildren();
  $("composer").hidden = false;
  $("composer-text").value = "";
  $("command-list").hidden = true;
  $("composer-text").setAttribute("aria-expanded", "false");
}

$("composer-text").addEventListener("input", () => {
  highlighted = 0;
  showCommandList();
});

$("composer-text").addEventListener("keydown", (event) => {
  if ($("command-list").hidden) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    highlighted += step;
    showCommandList();
  } else if (event.key === "Escape") closeCommand();
});

$("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("composer-text").value;
  if (text.startsWith("/")) {
    const command = matching()[highlighted];
    if (command) openCommand(command);
  } else if (text.trim()) {
    $("composer-text").value = "";
    await start("say", { content: text });
  }
});
