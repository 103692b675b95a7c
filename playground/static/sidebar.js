// Show the channels of the open server, and which of them is open.

import { avatar, el, icon } from "./elements.js";
import { openChannel } from "./navigation.js";
import { $, fill, openedChannel, person, view } from "./view.js";

const CATEGORY = 4;
const PRIVATE_THREAD = 12;
const THREADS = [10, 11, PRIVATE_THREAD];
const MARKS = { 2: "voice", 5: "news", 15: "forum" };

const seen = new Map(); // "user channel" → newest message that was read

export function showSidebar() {
  const me = person();
  const open = openedChannel();
  seen.set(`${view.user} ${open.id}`, open.last_message);
  const unread = view.state.channels.map((c) => isUnread(c));
  const shown = [view.state.channels, view.state.events, view.channel, unread, view.locale];
  fill($("channels"), shown, () => [...eventItems(), ...channelItems()]);
  fill($("me"), [me, view.locale], () => [
    avatar(me.id, me.name),
    el("div", {}, el("strong", {}, me.name), el("small", {}, [me.part, me.locale].filter(Boolean).join(" · "))),
  ]);
}

function isUnread(c) {
  const read = seen.get(`${view.user} ${c.id}`);
  return Boolean(c.last_message) && c.id !== view.channel && BigInt(c.last_message) > BigInt(read ?? 0);
}

function isPinged(c) {
  const read = seen.get(`${view.user} ${c.id}`);
  return Boolean(c.last_ping) && c.id !== view.channel && BigInt(c.last_ping) > BigInt(read ?? 0);
}

function channelItems() {
  const all = view.state.channels;
  const direct = all.filter((c) => c.is_direct);
  const top = all.filter((c) => !c.parent && !c.is_direct);
  const items = [];
  const single = top.filter((c) => c.type !== CATEGORY);
  if (single.length) items.push(group(view.words.channels), ...single.flatMap(withThreads));
  for (const category of top.filter((c) => c.type === CATEGORY)) {
    const inside = all.filter((c) => c.parent === category.id);
    items.push(group(category.name), ...inside.flatMap(withThreads));
  }
  if (direct.length) items.push(group(view.words.direct), ...direct.map(channelItem));
  return items;
}

function withThreads(root) {
  const threads = view.state.channels.filter((c) => c.parent === root.id);
  return [root, ...threads].map(channelItem);
}

function group(name) {
  return el("li", { class: "group" }, name);
}

function eventItems() {
  if (!view.state.events.length) return [];
  return [group(view.words.events), ...view.state.events.map(eventItem)];
}

function eventItem(event) {
  const start = new Date(event.scheduled_start_time).toLocaleString(view.locale, { dateStyle: "short", timeStyle: "short" });
  return el(
    "li",
    { class: "event", title: event.description ?? "", "data-testid": `event-${event.id}` },
    el("strong", {}, event.name),
    el("small", {}, [start, event.location].filter(Boolean).join(" · ")),
  );
}

function mark(c) {
  if (c.is_direct) return icon("letter");
  if (THREADS.includes(c.type)) return icon(c.type === PRIVATE_THREAD ? "lock" : "thread");
  if (c.type in MARKS) return icon(MARKS[c.type]);
  return c.is_hidden ? icon("lock") : "#";
}

function channelItem(c) {
  const classes = ["channel"];
  if (THREADS.includes(c.type)) classes.push("thread");
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
        "aria-current": c.id === view.channel ? "page" : undefined,
        "data-testid": `channel-${c.id}`,
        onclick: () => openChannel(c.id),
      },
      el("span", { class: "mark", "aria-hidden": "true" }, mark(c)),
      el("span", { class: "name" }, c.name),
      isPinged(c) ? el("span", { class: "ping", title: view.words.pinged }, "@") : null,
    ),
  );
}

export function showHead() {
  const open = openedChannel();
  $("channel-name").replaceChildren(mark(open), " ", open.name);
  const notes = [];
  if (THREADS.includes(open.type)) notes.push(view.words.threadMembers(open.members.length));
  if (open.members.length) notes.push(open.members.map((id) => view.state.names.users[id]).join("、"));
  if (open.is_archived) notes.push(view.words.archived);
  if (open.is_locked) notes.push(view.words.locked);
  if (open.is_hidden) notes.push(view.words.staffOnly);
  $("channel-note").textContent = notes.join(" · ");
  document.title = `${open.name} · ${view.state.guild.name}`;
}
