// The form of a modal: text inputs and selects, checked as Discord's client does.

import { el } from "./elements.js";
import { complain, field, lengthComplaint, pick } from "./fields.js";
import { inline } from "./markdown.js";
import { choices } from "./selects.js";

const LABEL = 18;
const TEXT_INPUT = 4;
const TEXT_DISPLAY = 10;
const FILE_UPLOAD = 19;

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
      await Promise.all(
        inputs.map(async ({ component, control }) => [
          component.custom_id,
          component.type === FILE_UPLOAD ? await files(control) : inputValue(component, control),
        ]),
      ),
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
  const control = controlFor(component, context);
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

function controlFor(component, context) {
  if (component.type === FILE_UPLOAD) return el("input", { type: "file", name: component.custom_id });
  return component.type === TEXT_INPUT ? textInput(component) : modalSelect(component, context);
}

async function files(control) {
  return Promise.all(
    [...control.files].map(async (file) => {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const text = bytes.reduce((all, byte) => all + String.fromCharCode(byte), "");
      return { filename: file.name, content: btoa(text), content_type: file.type };
    }),
  );
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
  return pick(choices(component, context), isRequired, context.words, attributes);
}

function inputValue(component, control) {
  if (component.type === TEXT_INPUT) return control.value;
  if (component.type === FILE_UPLOAD) return [...control.files];
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
