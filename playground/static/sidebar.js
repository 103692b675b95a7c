// Show where one can go and who one can be.

import { avatar, el, icon } from "./elements.js";
import { become, openChannel } from "./navigation.js";
import { post } from "./server.js";
import { $, fill, openedChannel, person, view } from "./view.js";

const seen = new Map(); // "user channel" → newest message that was read

export function showSidebar() {
  const me = person();
  const open = openedChannel();
  seen.set(`${view.user} ${open.id}`, open.last_message);
  $("guild-name").textContent = view.state.guild;
  $("guild-mark").textContent = view.state.guild.replace(/[A-Za-z]/g, "")[0] ?? view.state.guild[0];
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

function channelItems() {
  const roots = view.state.channels.filter((c) => !c.parent && !c.is_direct);
  const direct = view.state.channels.filter((c) => c.is_direct);
  const items = [el("li", { class: "group" }, view.words.channels)];
  for (const root of roots) {
    items.push(channelItem(root));
    items.push(...view.state.channels.filter((c) => c.parent === root.id).map(channelItem));
  }
  if (direct.length) items.push(el("li", { class: "group" }, view.words.direct), ...direct.map(channelItem));
  return items;
}

function eventItems() {
  if (!view.state.events.length) return [];
  return [el("li", { class: "group" }, view.words.events), ...view.state.events.map(eventItem)];
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
        "aria-current": c.id === view.channel ? "page" : undefined,
        "data-testid": `channel-${c.id}`,
        onclick: () => openChannel(c.id),
      },
      el("span", { class: "mark", "aria-hidden": "true" }, mark(c)),
      el("span", { class: "name" }, c.name),
    ),
  );
}

export function showPeople() {
  $("people-title").textContent = view.words.whoAmI;
  $("about").textContent = view.words.about;
  fill($("people-list"), [view.state.people, view.user], () => view.state.people.map(personButton));
  fill($("coming-and-going"), [person(), view.state.gone, view.locale], goingButtons);
}

function goingButtons() {
  const me = person();
  const go = (path, one, text) =>
    el(
      "button",
      { type: "button", class: "going", "data-testid": `${path}-${one.id}`, onclick: () => post(path, { user: one.id }) },
      text,
    );
  return [
    go("leave", me, view.words.leave(me.name)),
    ...view.state.gone.map((one) => go("come_back", one, view.words.comeBack(one.name))),
  ];
}

function personButton(one) {
  const isMe = one.id === view.user;
  return el(
    "button",
    {
      type: "button",
      class: "person",
      role: "radio",
      "aria-checked": String(isMe),
      "data-testid": `person-${one.id}`,
      onclick: () => become(one.id),
    },
    avatar(one.id, one.name),
    el(
      "span",
      {},
      el("strong", {}, one.name),
      el("small", {}, [one.part, one.locale].filter(Boolean).join(" · ")),
    ),
  );
}

export function showHead() {
  const open = openedChannel();
  $("channel-name").replaceChildren(mark(open), " ", open.name);
  const notes = [];
  if (open.parent) notes.push(view.words.threadMembers(open.members.length));
  if (open.members.length) notes.push(open.members.map((id) => view.state.names.users[id]).join("、"));
  if (open.is_archived) notes.push(view.words.archived);
  if (open.is_locked) notes.push(view.words.locked);
  if (open.is_hidden) notes.push(view.words.staffOnly);
  $("channel-note").textContent = notes.join(" · ");
  document.title = `${open.name} · ${view.state.guild}`;
}
