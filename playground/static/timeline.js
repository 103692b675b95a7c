// Show the messages of the open channel, replacing only those that changed.

import { click, started } from "./acts.js";
import { el } from "./elements.js";
import { failedCommand, messageItem } from "./messages.js";
import { openChannel } from "./navigation.js";
import { refresh } from "./server.js";
import { $, reader, view } from "./view.js";

const FAILED_SHOWN_MS = 10_000;
const NEAR_THE_END_PX = 80;

const shown = new Map(); // message id → { written, item }

function context() {
  return { ...reader(), openChannel, click };
}

export function showMessages() {
  const place = $("messages");
  const isAtEnd = place.scrollHeight - place.scrollTop - place.clientHeight < NEAR_THE_END_PX;
  const hasMoved = place.dataset.place !== `${view.user} ${view.channel}`;
  if (hasMoved) shown.clear();
  place.dataset.place = `${view.user} ${view.channel}`;
  const items = view.state.messages.map(itemOf);
  items.push(...failedCommands().map((i) => failedCommand(i, context())));
  if (!items.length) items.push(el("li", { class: "empty" }, view.words.empty));
  reconcile(place, items);
  if (isAtEnd || hasMoved) place.scrollTop = place.scrollHeight;
}

function itemOf(message) {
  const mine = view.state.interactions.filter(
    (i) => i.message === message.id || i.id === message.interaction_metadata?.id,
  );
  const thread = message.thread && view.state.names.channels[message.thread.id];
  const written = JSON.stringify([message, mine, thread, view.locale]);
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
  return view.state.interactions.filter(
    (i) => i.has_failed && i.channel === view.channel && !i.message && isRecent(i),
  );
}

const failedSince = new Map();

function isRecent(interaction) {
  if (!failedSince.has(interaction.id)) {
    if (!started.has(interaction.id)) return false;
    failedSince.set(interaction.id, Date.now());
    setTimeout(refresh, FAILED_SHOWN_MS + 100);
  }
  return Date.now() - failedSince.get(interaction.id) < FAILED_SHOWN_MS;
}
