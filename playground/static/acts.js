// What a person does, and which of the interactions it started this page still follows.

import { post, refresh } from "./server.js";
import { view } from "./view.js";

export const started = new Set();

export async function start(path, body) {
  const reply = await post(path, { user: view.user, channel: view.channel, ...body });
  if (reply.interaction) started.add(reply.interaction);
  refresh();
  return reply;
}

export function click(message, custom_id, values) {
  return start("click", { message, custom_id, values });
}
