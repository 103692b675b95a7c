// Talk to the server: send what a person does, and ask again after every change.

import { $, view } from "./view.js";

const RECONNECT_MS = 1000;
const TOAST_MS = 6000;

export async function post(path, body) {
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
let show = () => {};

export async function refresh() {
  isStale = true;
  if (isFetching) return;
  isFetching = true;
  try {
    while (isStale) {
      isStale = false;
      const { user, channel, guild } = view;
      const response = await fetch(`/page/state?${new URLSearchParams({ user, channel, guild })}`);
      const state = await response.json();
      const hasMoved = user !== view.user || channel !== view.channel || guild !== view.guild;
      if (!hasMoved) show(state);
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // fetch says so when nobody answers
    banner(view.words.lost);
  } finally {
    isFetching = false;
  }
}

export function listen(shown) {
  show = shown;
  const changes = new EventSource("/page/changes");
  changes.onmessage = refresh;
  changes.onerror = () => {
    banner(view.words.lost);
    changes.close();
    setTimeout(() => listen(shown), RECONNECT_MS);
  };
}

export function banner(text) {
  $("banner").hidden = !text;
  $("banner").textContent = text ?? "";
}

let toastTimer = 0;

function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => {
    $("toast").hidden = true;
  }, TOAST_MS);
}
