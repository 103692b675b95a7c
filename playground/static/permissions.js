// What the bot may do in the open channel, for those who manage the server.

import { el } from "./elements.js";
import { closeModal } from "./modal.js";
import { post } from "./server.js";
import { $, view } from "./view.js";

export function showPermissions() {
  const may = Object.values(view.state.bot_permissions);
  $("bot-permissions").hidden = !may.length;
  $("bot-permissions").textContent = `${view.words.botPermissions} ${may.filter(Boolean).length} / ${may.length}`;
}

function openPermissions() {
  const { words } = view;
  const boxes = Object.entries(view.state.bot_permissions).map(([name, checked]) =>
    el("input", { type: "checkbox", value: name, checked }),
  );
  const rows = boxes.map((box) => el("label", { class: "check" }, box, words.permissions[box.value]));
  const form = el(
    "form",
    { method: "dialog" },
    el("h2", { id: "modal-title" }, words.botPermissions),
    el("div", { class: "modal-fields" }, rows),
    el(
      "div",
      { class: "form-actions" },
      el("button", { type: "button", class: "button ghost", onclick: closeModal }, words.cancel),
      el("button", { type: "submit", class: "button primary" }, words.chosen),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const permissions = boxes.filter((box) => box.checked).map((box) => box.value);
    post("set_bot_permissions", { user: view.user, channel: view.channel, permissions });
    closeModal();
  });
  $("modal").replaceChildren(form);
  $("modal").showModal();
}

$("bot-permissions").addEventListener("click", openPermissions);
