// The form for the options of a command, checked as Discord's client does.

import { el } from "./elements.js";
import { complain, field, lengthComplaint, pick } from "./fields.js";
import { choices } from "./selects.js";

const STRING = 3;
const INTEGER = 4;
const BOOLEAN = 5;
const USER = 6;
const CHANNEL = 7;
const ROLE = 8;
const NUMBER = 10;
const SUGGEST_AFTER_MS = 150;

const suggestions = new WeakMap(); // control → its list

export function commandForm(command, context) {
  const { words } = context;
  const controls = new Map();
  const rows = command.options.map((option) => {
    const control = optionControl(option, command, context, () => values(command, controls));
    controls.set(option.name, control);
    return field(option.name, option.shown, option.description, option.required, control, words, suggestions.get(control));
  });
  const form = el(
    "form",
    { class: "command-form", "aria-label": "/" + command.shown, novalidate: true, autocomplete: "off" },
    el("p", { class: "command-title" }, el("strong", {}, "/" + command.shown), " " + command.description),
    el("div", { class: "command-fields" }, rows),
    el(
      "div",
      { class: "form-actions" },
      el("button", { type: "button", class: "button ghost", onclick: context.cancel }, words.cancel),
      el("button", { type: "submit", class: "button primary" }, words.send),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const isFine = command.options.map((o) => complain(controls.get(o.name), optionComplaint(o, controls.get(o.name), words)));
    if (isFine.every(Boolean)) context.send(values(command, controls));
    else form.querySelector("[aria-invalid=true]")?.focus();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") context.cancel();
  });
  return form;
}

function optionControl(option, command, context, others) {
  const { words, people } = context;
  if (option.choices.length) {
    return pick(option.choices.map((c, index) => [String(index), c.name]), option.required, words);
  }
  if (option.type === BOOLEAN) {
    return pick([["true", words.yes], ["false", words.no]], option.required, words);
  }
  if (option.type === USER) {
    return pick(people.map((p) => [p.id, p.name]), option.required, words);
  }
  if (option.type === CHANNEL || option.type === ROLE) {
    const type = option.type === ROLE ? 6 : 8; // as a select of roles or channels
    const all = choices({ type, channel_types: option.channel_types }, context);
    return pick(all, option.required, words);
  }
  const isNumber = option.type === INTEGER || option.type === NUMBER;
  const control = el("input", {
    type: isNumber ? "number" : "text",
    min: isNumber ? option.min_value : undefined,
    max: isNumber ? option.max_value : undefined,
    step: option.type === NUMBER ? "any" : undefined,
  });
  if (option.autocomplete) suggestions.set(control, suggest(control, option, command, context, others));
  return control;
}

function suggest(control, option, command, context, others) {
  const list = el("ul", { class: "suggestions", role: "listbox", hidden: true });
  let timer = 0;
  let asked = 0;
  const show = (choices) => {
    const rows = (choices ?? []).map((choice) => {
      const take = (event) => {
        event.preventDefault();
        control.value = choice.name;
        control.taken = choice;
        list.hidden = true;
      };
      return el("li", { role: "option", onmousedown: take }, choice.name);
    });
    list.replaceChildren(...(rows.length ? rows : [el("li", { class: "none" }, context.words.noSuggestions)]));
    list.hidden = false;
  };
  const ask = async () => {
    const turn = (asked += 1);
    const typed = typedValue(option, control.value) ?? "";
    const options = others();
    delete options[option.name];
    const reply = await context.autocomplete(command.name, option.name, { ...options, [option.name]: typed });
    if (turn === asked && document.activeElement === control) show(reply?.choices);
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, SUGGEST_AFTER_MS);
  };
  control.addEventListener("input", () => {
    control.taken = null;
    later();
  });
  control.addEventListener("focus", later);
  control.addEventListener("blur", () => {
    list.hidden = true;
  });
  return list;
}

function typedValue(option, text) {
  if (option.type === INTEGER || option.type === NUMBER) {
    const number = Number(text);
    return text.trim() && Number.isFinite(number) ? number : undefined;
  }
  return text;
}

function valueOf(option, control) {
  const text = control.value;
  if (text === "") return undefined;
  if (option.choices.length) return option.choices[Number(text)].value;
  if (option.type === BOOLEAN) return text === "true";
  if (control.taken) return control.taken.value;
  return typedValue(option, text);
}

function values(command, controls) {
  const given = {};
  for (const option of command.options) {
    const value = valueOf(option, controls.get(option.name));
    if (value !== undefined) given[option.name] = value;
  }
  return given;
}

function optionComplaint(option, control, words) {
  const value = valueOf(option, control);
  const isBroken = control.validity?.badInput;
  if (value === undefined && !isBroken) return option.required ? words.needed : null;
  if (option.type === STRING && !option.choices.length) {
    return lengthComplaint(value, option.min_length, option.max_length, words);
  }
  if ((option.type === INTEGER || option.type === NUMBER) && !option.choices.length) {
    const isWrong = isBroken || value < option.min_value || value > option.max_value;
    const isFraction = option.type === INTEGER && !Number.isInteger(value);
    if (isWrong || isFraction) return words.between(option.min_value, option.max_value);
  }
  return null;
}
