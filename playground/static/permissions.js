// What the bot may do in the open channel, for those who manage the server.

import { el } from "./elements.js";
import { closeModal } from "./modal.js";
import { post } from "./server.js";
import { $, view } from "./view.js";

export function showPermissions() {
  const may = Object.values(view.state.bot_may);
  $("bot-may").hidden = !may.length;
  $("bot-may").textContent = `${view.words.botMay} ${may.filter(Boolean).length} / ${may.length}`;
}

function openPermissions() {
  const { words } = view;
  const boxes = Object.entries(view.state.bot_may).map(([name, checked]) =>
    el("input", { type: "checkbox", value: name, checked }),
  );
  const rows = boxes.map((box) => el("label", { class: "check" }, box, words.permissions[box.value]));
  const form = el(
    "form",
    { method: "dialog" },
    el("h2", { id: "modal-title" }, words.botMay),
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
    post("permit", { user: view.user, channel: view.channel, permissions });
    closeModal();
  });
  $("modal").replaceChildren(form);
  $("modal").showModal();
}

$("bot-may").addEventListener("click", openPermissions);
