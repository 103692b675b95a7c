// Show a modal the bot answered with, and keep it open until the bot took what was filled in.

import { modalForm } from "./modal-form.js";
import { post, refresh } from "./server.js";
import { $, reader, view } from "./view.js";

let submitted = null; // { id, end }: the interaction a modal was sent as

export function openModal(interaction) {
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
  const form = modalForm(interaction.modal, { ...reader(), submit, cancel: closeModal });
  $("modal").replaceChildren(form);
  $("modal").showModal();
  form.querySelector("input, textarea, select")?.focus();
}

export function closeModal() {
  if ($("modal").open) $("modal").close();
  $("modal").replaceChildren();
}

export function followModal() {
  const sent = view.state.interactions.find((one) => one.id === submitted?.id);
  if (sent?.is_acknowledged) submitted.end(null);
  else if (sent?.has_failed) submitted.end(view.words.failed);
}

$("modal").addEventListener("close", () => {
  submitted?.end(null);
});
