// The page: ask the server for what one person sees, show it, and send what the person does.

import { avatar, el, icon } from "./elements.js";
import { commandForm, modalForm } from "./forms.js";
import { relative } from "./markdown.js";
import { failedCommand, messageItem } from "./messages.js";
import { wordsFor } from "./words.js";

const $ = (id) => document.getElementById(id);
const RECONNECT_MS = 1000;
const FAILED_SHOWN_MS = 10_000;

let state = null;
let user = new URLSearchParams(location.search).get("user") ?? localStorage.getItem("user") ?? "";
let channel = new URLSearchParams(location.search).get("channel") ?? "";
let words = wordsFor("ja");
let locale = "ja";
let waitingFor = new Set(); // interactions this page started and still follows
let submitted = null; // the interaction a modal was sent as
const shown = new Map(); // message id → { written, item }
const seen = new Map(); // "user channel" → newest message that was read

// Talking to the server

async function post(path, body) {
  const response = await fetch(`/page/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const reply = await response.json();
  if (reply.refusal) toast(reply.refusal);
  return reply;
}

let isFetching = false;
let isStale = false;

async function refresh() {
  if (isFetching) {
    isStale = true;
    return;
  }
  isFetching = true;
  try {
    do {
      isStale = false;
      const response = await fetch(`/page/state?${new URLSearchParams({ user, channel })}`);
      const fresh = await response.json();
      if (!isStale) show(fresh);
    } while (isStale);
  } catch {
    banner(words.lost, "lost");
  } finally {
    isFetching = false;
  }
}

function listen() {
  const changes = new EventSource("/page/changes");
  changes.onmessage = refresh;
  changes.onerror = () => {
    banner(words.lost, "lost");
    changes.close();
    setTimeout(listen, RECONNECT_MS);
  };
}

// Showing

function show(fresh) {
  state = fresh;
  user = state.user;
  channel = state.channel;
  localStorage.setItem("user", user);
  const me = state.people.find((person) => person.id === user);
  locale = me.locale;
  words = wordsFor(locale);
  document.documentElement.lang = locale;
  banner(state.is_bot_connected ? null : words.noBot, "no-bot");
  const open = state.channels.find((c) => c.id === channel);
  seen.set(`${user} ${channel}`, open.last_message);
  showSidebar(me);
  showPeople();
  showHead(open);
  showMessages();
  showComposer(open);
  followInteractions();
}

function context() {
  return {
    words,
    locale,
    user,
    names: state.names,
    people: state.people,
    interactions: state.interactions,
    openChannel,
    click,
  };
}

function banner(text, kind) {
  $("banner").hidden = !text;
  $("banner").textContent = text ?? "";
  $("banner").dataset.kind = kind;
}

let toastTimer = 0;

function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => {
    $("toast").hidden = true;
  }, 6000);
}

// Replace children only where they differ, so that nothing flickers or loses the focus.
function fill(place, key, build) {
  const written = JSON.stringify(key);
  if (place.dataset.written === written) return;
  place.dataset.written = written;
  place.replaceChildren(...build());
}

function showSidebar(me) {
  $("guild-name").textContent = state.guild;
  $("guild-mark").textContent = state.guild.replace(/[A-Za-z]/g, "")[0] ?? state.guild[0];
  const unread = state.channels.map((c) => isUnread(c));
  fill($("channels"), [state.channels, channel, unread, locale], channelItems);
  fill($("me"), [me, locale], () => [
    avatar(me.id, me.name),
    el("div", {}, el("strong", {}, me.name), el("small", {}, [me.part, me.locale].filter(Boolean).join(" · "))),
  ]);
}

function isUnread(c) {
  const read = seen.get(`${user} ${c.id}`);
  return Boolean(c.last_message) && c.id !== channel && BigInt(c.last_message) > BigInt(read ?? 0);
}

function channelItems() {
  const roots = state.channels.filter((c) => !c.parent && !c.is_direct);
  const direct = state.channels.filter((c) => c.is_direct);
  const items = [el("li", { class: "group" }, words.channels)];
  for (const root of roots) {
    items.push(channelItem(root));
    items.push(...state.channels.filter((c) => c.parent === root.id).map(channelItem));
  }
  if (direct.length) items.push(el("li", { class: "group" }, words.direct), ...direct.map(channelItem));
  return items;
}

function mark(c) {
  if (c.is_direct) return icon("letter");
  if (c.parent) return icon(c.type === 12 ? "lock" : "thread");
  return c.is_hidden ? icon("lock") : "#";
}

function channelItem(c) {
  const classes = ["channel"];
  if (c.parent) classes.push("thread");
  if (c.is_archived) classes.push("archived");
  if (isUnread(c)) classes.push("unread");
  return el(
    "li",
    {},
    el(
      "button",
      {
        type: "button",
        class: classes.join(" "),
        "aria-current": c.id === channel ? "page" : undefined,
        "data-testid": `channel-${c.id}`,
        onclick: () => openChannel(c.id),
      },
      el("span", { class: "mark", "aria-hidden": "true" }, mark(c)),
      el("span", { class: "name" }, c.name),
    ),
  );
}

function showPeople() {
  $("people-title").textContent = words.whoAmI;
  $("about").textContent = words.about;
  fill($("people-list"), [state.people, user], () => state.people.map(personButton));
}

function personButton(person) {
  const isMe = person.id === user;
  return el(
    "button",
    {
      type: "button",
      class: "person",
      role: "radio",
      "aria-checked": String(isMe),
      "data-testid": `person-${person.id}`,
      onclick: () => become(person.id),
    },
    avatar(person.id, person.name),
    el(
      "span",
      {},
      el("strong", {}, person.name),
      el("small", {}, [person.part, person.locale].filter(Boolean).join(" · ")),
    ),
  );
}

function showHead(open) {
  $("channel-name").replaceChildren(mark(open), " ", open.name);
  const notes = [];
  if (open.parent) notes.push(words.threadMembers(open.members.length));
  if (open.members.length) notes.push(open.members.map((id) => state.names.users[id]).join("、"));
  if (open.is_archived) notes.push(words.archived);
  if (open.is_locked) notes.push(words.locked);
  if (open.is_hidden) notes.push(words.staffOnly);
  $("channel-note").textContent = notes.join(" · ");
  document.title = `${open.name} · ${state.guild}`;
}

function showMessages() {
  const place = $("messages");
  const isAtEnd = place.scrollHeight - place.scrollTop - place.clientHeight < 80;
  const hasMoved = place.dataset.place !== `${user} ${channel}`;
  if (hasMoved) shown.clear();
  place.dataset.place = `${user} ${channel}`;
  const items = state.messages.map(itemOf);
  items.push(...failedCommands().map((i) => failedCommand(i, context())));
  if (!items.length) items.push(el("li", { class: "empty" }, words.empty));
  reconcile(place, items);
  if (isAtEnd || hasMoved) place.scrollTop = place.scrollHeight;
}

function itemOf(message) {
  const mine = state.interactions.filter(
    (i) => i.message === message.id || i.id === message.interaction_metadata?.id,
  );
  const thread = message.thread && state.names.channels[message.thread.id];
  const written = JSON.stringify([message, mine, thread, locale]);
  const before = shown.get(message.id);
  if (before?.written === written) return before.item;
  const item = messageItem(message, context());
  shown.set(message.id, { written, item });
  return item;
}

function reconcile(place, items) {
  const wanted = new Set(items);
  for (const child of [...place.children]) if (!wanted.has(child)) child.remove();
  items.forEach((item, index) => {
    if (place.children[index] !== item) place.insertBefore(item, place.children[index] ?? null);
  });
}

function failedCommands() {
  return state.interactions.filter(
    (i) => i.has_failed && i.channel === channel && !i.message && isRecent(i),
  );
}

const failedSince = new Map();

function isRecent(interaction) {
  if (!failedSince.has(interaction.id)) {
    if (!waitingFor.has(interaction.id)) return false;
    failedSince.set(interaction.id, Date.now());
    setTimeout(refresh, FAILED_SHOWN_MS + 100);
  }
  return Date.now() - failedSince.get(interaction.id) < FAILED_SHOWN_MS;
}

// Doing

function openChannel(id) {
  channel = id;
  closeCommand();
  refresh();
}

function become(id) {
  user = id;
  closeCommand();
  closeModal();
  refresh();
}

async function start(path, body) {
  const reply = await post(path, { user, channel, ...body });
  if (reply.interaction) waitingFor.add(reply.interaction);
  refresh();
  return reply;
}

function click(message, custom_id, values) {
  return start("click", { message, custom_id, values });
}

function followInteractions() {
  for (const interaction of state.interactions) {
    if (waitingFor.has(interaction.id) && interaction.modal) {
      waitingFor.delete(interaction.id);
      openModal(interaction);
    }
    if (interaction.id === submitted?.id) {
      if (interaction.is_acknowledged) submitted.end(null);
      else if (interaction.has_failed) submitted.end(words.failed);
    }
  }
}

// Modal

function openModal(interaction) {
  const submit = async (values) => {
    const reply = await post("submit", { interaction: interaction.id, values });
    if (reply.refusal) return reply.refusal;
    const refusal = await new Promise((end) => {
      submitted = { id: reply.interaction, end };
      refresh();
    });
    submitted = null;
    if (!refusal) closeModal();
    return refusal;
  };
  const form = modalForm(interaction.modal, { ...context(), submit, cancel: closeModal });
  $("modal").replaceChildren(form);
  $("modal").showModal();
  form.querySelector("input, textarea, select")?.focus();
}

function closeModal() {
  if ($("modal").open) $("modal").close();
  $("modal").replaceChildren();
}

// Composer

function showComposer(open) {
  const text = $("composer-text");
  const name = (open.parent || open.is_direct ? "" : "#") + open.name;
  text.placeholder = words.placeholder(name);
  text.setAttribute("aria-label", text.placeholder);
  text.disabled = open.is_locked;
  if (text.value.startsWith("/")) showCommandList();
}

let highlighted = 0;

function matching() {
  const typed = $("composer-text").value.slice(1).trim().toLowerCase();
  return state.commands.filter((c) => `${c.name} ${c.shown} ${c.description}`.toLowerCase().includes(typed));
}

function showCommandList() {
  const list = $("command-list");
  const isOpen = $("composer-text").value.startsWith("/") && $("command-form").hidden;
  $("composer-text").setAttribute("aria-expanded", String(isOpen));
  list.hidden = !isOpen;
  if (!isOpen) return;
  const commands = matching();
  highlighted = Math.max(0, Math.min(highlighted, commands.length - 1));
  list.setAttribute("aria-label", words.commands);
  fill(list, [commands, highlighted, locale], () =>
    commands.length
      ? commands.map((command, index) => commandItem(command, index === highlighted))
      : [el("li", { class: "none" }, words.noCommands)],
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
    post("autocomplete", { user, channel, name, focused, options });
  $("composer-text").value = "";
  if (!command.options.length) {
    send({});
    return;
  }
  const form = commandForm(command, { ...context(), send, autocomplete, cancel: closeCommand });
  $("command-form").replaceChildren(form);
  $("command-form").hidden = false;
  $("composer").hidden = true;
  showCommandList();
  form.querySelector("input, select")?.focus();
}

function closeCommand() {
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

$("modal").addEventListener("close", () => {
  submitted?.end(null);
});

setInterval(() => {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    time.textContent = relative(new Date(Number(time.dataset.relative) * 1000), locale);
  }
}, 5000);

refresh();
listen();
