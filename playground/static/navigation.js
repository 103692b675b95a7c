// Go to another channel or server, or be someone else.

import { closeCommand } from "./composer.js";
import { closeModal } from "./modal.js";
import { refresh } from "./server.js";
import { view } from "./view.js";

export function openChannel(id) {
  view.channel = id;
  closeCommand();
  refresh();
}

export function openGuild(id) {
  view.guild = id;
  openChannel("");
}

export function become(id) {
  view.user = id;
  closeCommand();
  closeModal();
  refresh();
}
