// The two forms a person fills in: the options of a command, and a modal.

import { el } from "./elements.js";
import { inline } from "./markdown.js";

const STRING = 3;
const INTEGER = 4;
const BOOLEAN = 5;
const USER = 6;
const CHANNEL = 7;
const ROLE = 8;
const NUMBER = 10;
const LABEL = 18;
const TEXT_INPUT = 4;
const TEXT_DISPLAY = 10;
const SELECTS = { 3: "options", 5: "users", 6: "roles", 7: "users", 8: "channels" };
const SUGGEST_AFTER_MS = 150;

const suggestions = new WeakMap(); // control → its list
let lastNumber = 0;

// A labelled control with its hint and the place of its complaint.
function field(name, label, hint, isRequired, control, words, note = null) {
  const id = `field-${(lastNumber += 1)}`;
  control.id = id;
  if (isRequired) control.setAttribute("aria-required", "true");
  const star = isRequired
    ? el("span", { class: "star", title: words.required, "aria-hidden": "true" }, " *")
    : null;
  const complaint = el("p", { class: "complaint", id: id + "-complaint", role: "alert" });
  control.setAttribute("aria-describedby", complaint.id);
  control.addEventListener("input", () => complain(control, null));
  return el(
    "div",
    { class: "form-field", "data-field": name },
    el("span", { class: "label-line" }, el("label", { for: id }, label), star),
    hint ? el("p", { class: "hint" }, hint) : null,
    control,
    note,
    complaint,
  );
}

function complain(control, text) {
  const place = document.getElementById(control.id + "-complaint");
  place.textContent = text ?? "";
  control.setAttribute("aria-invalid", text ? "true" : "false");
  return !text;
}

function pick(choices, isRequired, words, attributes = {}) {
  const blank = isRequired ? words.choose : "—";
  const options = choices.map(([value, label, chosen]) =>
    el("option", { value, selected: chosen }, label),
  );
  return el("select", attributes, attributes.multiple ? null : el("option", { value: "" }, blank), options);
}

// Commands

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
  const { words, names, people } = context;
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
    const all = Object.entries(option.type === ROLE ? names.roles : names.channels);
    return pick(all.map(([id, name]) => [id, name]), option.required, words);
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

function lengthComplaint(text, least, most, words) {
  const size = [...text].length;
  if (most && size > most) return words.shorter(most);
  if (least && size < least) return words.longer(least);
  return null;
}

// Modals

export function modalForm(modal, context) {
  const { words } = context;
  const inputs = [];
  const rows = modal.components.map((component) => modalRow(component, inputs, context));
  const refusal = el("p", { class: "complaint", role: "alert", "data-testid": "modal-refusal" });
  const sendButton = el("button", { type: "submit", class: "button primary" }, words.send);
  const form = el(
    "form",
    { method: "dialog", novalidate: true, autocomplete: "off" },
    el("h2", { id: "modal-title" }, modal.title),
    el("div", { class: "modal-fields" }, rows),
    refusal,
    el(
      "div",
      { class: "form-actions" },
      el("button", { type: "button", class: "button ghost", onclick: context.cancel }, words.cancel),
      sendButton,
    ),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const isFine = inputs.map(({ component, control }) =>
      complain(control, inputComplaint(component, control, words)),
    );
    if (!isFine.every(Boolean)) {
      form.querySelector("[aria-invalid=true]")?.focus();
      return;
    }
    sendButton.disabled = true;
    const given = Object.fromEntries(
      inputs.map(({ component, control }) => [component.custom_id, inputValue(component, control)]),
    );
    refusal.textContent = (await context.submit(given)) ?? "";
    sendButton.disabled = false;
  });
  return form;
}

function modalRow(component, inputs, context) {
  if (component.type === TEXT_DISPLAY) {
    return el("p", { class: "content" }, inline(component.content, context));
  }
  if (component.type === LABEL) {
    return input(component.component, component.label, component.description, inputs, context);
  }
  return input(component.components[0], component.components[0].label, null, inputs, context);
}

function input(component, label, hint, inputs, context) {
  const control = component.type === TEXT_INPUT ? textInput(component) : modalSelect(component, context);
  inputs.push({ component, control });
  const isRequired = component.required ?? true;
  let count = null;
  if (component.type === TEXT_INPUT && component.max_length) {
    count = el("p", { class: "count" });
    const show = () => {
      count.textContent = `${[...control.value].length} / ${component.max_length}`;
    };
    control.addEventListener("input", show);
    show();
  }
  return field(component.custom_id, label, hint, isRequired, control, context.words, count);
}

function textInput(component) {
  const attributes = { placeholder: component.placeholder, name: component.custom_id };
  const isParagraph = component.style === 2;
  const control = isParagraph
    ? el("textarea", { ...attributes, rows: "4" })
    : el("input", { ...attributes, type: "text" });
  control.value = component.value ?? "";
  return control;
}

function modalSelect(component, context) {
  const isRequired = component.required ?? true;
  const multiple = (component.max_values ?? 1) > 1;
  const attributes = { name: component.custom_id, multiple };
  const source = SELECTS[component.type];
  let choices = [];
  if (source === "options") {
    choices = component.options.map((o) => [o.value, [o.emoji?.name, o.label].filter(Boolean).join(" "), o.default]);
  } else if (source) {
    choices = Object.entries(context.names[source]).map(([id, name]) => [id, name]);
  }
  return pick(choices, isRequired, context.words, attributes);
}

function inputValue(component, control) {
  if (component.type === TEXT_INPUT) return control.value;
  return [...control.selectedOptions].map((option) => option.value).filter(Boolean);
}

function inputComplaint(component, control, words) {
  const value = inputValue(component, control);
  const isRequired = component.required ?? true;
  const isEmpty = typeof value === "string" ? !value.trim() : !value.length;
  if (isEmpty) return isRequired ? words.needed : null;
  if (typeof value !== "string") return null;
  return lengthComplaint(value, component.min_length, component.max_length, words);
}
