// A labelled control, its hint and its complaint: what the forms of commands and modals share.

import { el } from "./elements.js";

let lastNumber = 0;

// A labelled control with its hint and the place of its complaint.
export function field(name, label, hint, isRequired, control, words, note = null) {
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

export function complain(control, text) {
  const place = document.getElementById(control.id + "-complaint");
  place.textContent = text ?? "";
  control.setAttribute("aria-invalid", text ? "true" : "false");
  return !text;
}

export function pick(choices, isRequired, words, attributes = {}) {
  const blank = isRequired ? words.choose : "—";
  const options = choices.map(([value, label, chosen]) =>
    el("option", { value, selected: chosen }, label),
  );
  return el("select", attributes, attributes.multiple ? null : el("option", { value: "" }, blank), options);
}

export function lengthComplaint(text, least, most, words) {
  const size = [...text].length;
  if (most && size > most) return words.shorter(most);
  if (least && size < least) return words.longer(least);
  return null;
}
