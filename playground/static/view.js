// What the page knows: the server's last word, who is looking, and where.

import { wordsFor } from "./words.js";

export const $ = (id) => document.getElementById(id);

const asked = new URLSearchParams(location.search);

export const view = {
  state: null,
  user: asked.get("user") ?? localStorage.getItem("user") ?? "",
  channel: asked.get("channel") ?? "",
  guild: asked.get("guild") ?? "",
  locale: "ja",
  words: wordsFor("ja"),
};

export function take(state) {
  const me = state.people.find((person) => person.id === state.user);
  Object.assign(view, {
    state,
    user: state.user,
    channel: state.channel,
    guild: state.guild.id,
    locale: me.locale,
    words: wordsFor(me.locale),
  });
  localStorage.setItem("user", view.user);
  document.documentElement.lang = view.locale;
}

// What the builders of messages and forms need to know.
export function reader() {
  const { state, user, locale, words } = view;
  const { names, people, roles, channels, interactions } = state;
  const isLocked = openedChannel().is_locked;
  return { user, locale, words, names, people, roles, channels, interactions, isLocked };
}

export function person() {
  return view.state.people.find((one) => one.id === view.user);
}

export function openedChannel() {
  return view.state.channels.find((one) => one.id === view.channel);
}

// Replace children only where they differ, so that nothing flickers or loses the focus.
export function fill(place, key, build) {
  const written = JSON.stringify(key);
  if (place.dataset.written === written) return;
  place.dataset.written = written;
  place.replaceChildren(...build());
}
