// Selects: words that the bot offers, or the people, roles and channels of the server.

import { el } from "./elements.js";

const STRING = 3;
const USER = 5;
const ROLE = 6;
const CHANNEL = 8;

// What can be chosen, each as value, label and whether it is chosen already.
export function choices(select, context) {
  if (select.type === STRING) {
    return select.options.map((o) => [o.value, [o.emoji?.name, o.label].filter(Boolean).join(" "), o.default]);
  }
  const chosen = new Set((select.default_values ?? []).map((one) => one.id));
  return offered(select, context).map(([id, label]) => [id, label, chosen.has(id)]);
}

function offered(select, context) {
  const people = context.people.map((one) => [one.id, "@" + one.name]);
  const roles = context.roles.map((one) => [one.id, "@" + one.name.replace(/^@/, "")]);
  if (select.type === USER) return people;
  if (select.type === ROLE) return roles;
  if (select.type === CHANNEL) return channels(select, context);
  return [...roles, ...people];
}

function channels(select, context) {
  const types = select.channel_types ?? [];
  const fitting = context.channels.filter((c) => !c.is_direct && (!types.length || types.includes(c.type)));
  return fitting.map((c) => {
    const type = context.words.types[c.type];
    return [c.id, "#" + c.name + (type ? ` (${type})` : "")];
  });
}

const DISCORD_EPOCH_MS = 1420070400000;

// What a person chose stays chosen until the bot changes the message.
function lastValues(select, message, context) {
  const last = context.interactions.findLast((i) => i.message === message.id && i.custom_id === select.custom_id);
  if (!last) return null;
  const chosenAt = Number(BigInt(last.id) >> 22n) + DISCORD_EPOCH_MS;
  return chosenAt > Date.parse(message.edited_timestamp ?? 0) ? last.values : null;
}

export function selectBox(select, message, context) {
  const placeholder = select.placeholder ?? context.words.choose;
  const last = lastValues(select, message, context);
  const first = choices(select, context);
  const all = last ? first.map(([value, label]) => [value, label, last.includes(value)]) : first;
  const send = (values) => context.click(message.id, select.custom_id, values);
  const build = (select.max_values ?? 1) === 1 ? dropDown : checkList;
  const shown = { ...select, disabled: select.disabled || context.isLocked };
  return build(shown, all, placeholder, send, context.words);
}

function dropDown(select, all, placeholder, send) {
  const isChosen = all.some(([, , chosen]) => chosen);
  const isEmptied = isChosen && select.min_values === 0;
  const hint = el("option", { value: "", disabled: !isEmptied, selected: !isChosen }, isEmptied ? "—" : placeholder);
  const options = all.map(([value, label, chosen]) => el("option", { value, selected: chosen }, label));
  const attributes = { "aria-label": placeholder, disabled: select.disabled, "data-custom-id": select.custom_id };
  const box = el("select", attributes, hint, options);
  box.addEventListener("change", () => send([box.value].filter(Boolean)));
  return box;
}

// Several at once: a list of boxes that is sent when it closes, as Discord's is.
function checkList(select, all, placeholder, send, words) {
  const least = select.min_values ?? 1;
  const most = select.max_values;
  const boxes = all.map(([value, , chosen]) => el("input", { type: "checkbox", value, checked: chosen }));
  const values = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const before = String(values());
  const done = el("button", { type: "button", class: "button primary" }, words.chosen);
  const summary = el("summary", { "aria-label": placeholder, "aria-disabled": select.disabled ? "true" : undefined });
  const show = () => {
    const count = values().length;
    const labels = all.filter((_, index) => boxes[index].checked).map(([, label]) => label);
    summary.textContent = labels.join(", ") || placeholder;
    done.disabled = count < least;
    for (const box of boxes) box.disabled = !box.checked && count >= most;
  };
  const rows = all.map(([, label], index) => el("label", {}, boxes[index], " ", label));
  const list = el("details", { class: "check-list", "data-custom-id": select.custom_id }, summary, el("div", {}, rows, done));
  summary.addEventListener("click", (event) => {
    if (select.disabled) event.preventDefault();
  });
  done.addEventListener("click", () => {
    list.open = false;
  });
  list.addEventListener("change", show);
  list.addEventListener("toggle", () => {
    if (!list.open && String(values()) !== before && values().length >= least) send(values());
  });
  show();
  return list;
}
