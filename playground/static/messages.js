// Show one message: author, text, embeds, components, thread, and whether only one person sees it.

import { avatar, el, hexColour, icon, safeUrl } from "./elements.js";
import { inline, markdown } from "./markdown.js";
import { selectBox } from "./selects.js";

const EPHEMERAL = 64;
const LOADING = 128;
const BUTTON_STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };
const BUTTON = 2;
const LINK = 5;
const ROW = 1;
const SELECTS = [3, 5, 6, 7, 8];

export function messageItem(message, context) {
  const { words } = context;
  const isEphemeral = Boolean(message.flags & EPHEMERAL);
  const isThinking = Boolean(message.flags & LOADING);
  const name = context.names.users[message.author.id] ?? message.author.username;
  const body = el(
    "div",
    { class: "body" },
    usedLine(message, context),
    headLine(message, name, context),
    isThinking ? thinking(words) : content(message, context),
    message.embeds.map((embed) => embedBox(embed, message, context)),
    attachments(message),
    message.components.map((component) => componentBox(component, message, context)),
    failureLine(message, context),
    message.thread ? threadChip(message.thread, context) : null,
    isEphemeral ? el("p", { class: "only-you" }, icon("eye"), words.onlyYou) : null,
  );
  return el(
    "li",
    {
      class: "message" + (isEphemeral ? " ephemeral" : ""),
      role: "article",
      "aria-label": name,
      "data-testid": "message",
      "data-message-id": message.id,
    },
    avatar(message.author.id, name, message.author.bot),
    body,
  );
}

function usedLine(message, context) {
  const asked = message.interaction_metadata;
  if (!asked || asked.type !== 2) return null;
  const command = context.interactions.find((interaction) => interaction.id === asked.id);
  if (!command?.command) return null;
  const who = context.names.users[asked.user.id];
  return el("p", { class: "used" }, icon("reply"), context.words.used(who, command.command));
}

function headLine(message, name, context) {
  const date = new Date(message.timestamp);
  const time = date.toLocaleTimeString(context.locale, { hour: "2-digit", minute: "2-digit" });
  const isToday = date.toDateString() === new Date().toDateString();
  const day = isToday ? context.words.today : date.toLocaleDateString(context.locale);
  return el(
    "p",
    { class: "head" },
    el("strong", {}, name),
    message.author.bot ? el("span", { class: "tag" }, context.words.app) : null,
    el("time", { datetime: date.toISOString() }, `${day} ${time}`),
  );
}

function thinking(words) {
  const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
  return el("p", { class: "thinking", "data-testid": "thinking" }, dots, words.thinking);
}

function content(message, context) {
  if (!message.content) return null;
  const edited = message.edited_timestamp
    ? el("small", { class: "edited" }, " " + context.words.edited)
    : null;
  return el("div", { class: "content" }, markdown(message.content, context), edited);
}

function embedBox(embed, message, context) {
  const url = embed.url && safeUrl(embed.url);
  const title = embed.title && inline(embed.title, context);
  return el(
    "article",
    { class: "embed", colour: hexColour(embed.color ?? 0x4e5058), "data-testid": "embed" },
    embed.author ? el("p", { class: "embed-author" }, embed.author.name) : null,
    title
      ? el("h3", {}, url ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, title) : title)
      : null,
    embed.description ? el("div", { class: "content" }, markdown(embed.description, context)) : null,
    embed.fields?.length ? fields(embed.fields, context) : null,
    embed.image ? picture(embed.image.url, message) : null,
    embed.footer || embed.timestamp ? footer(embed, context) : null,
  );
}

// A picture is a file of the message, or an upload that this page's own server keeps.
function picture(url, message) {
  const name = url.startsWith("attachment://") ? url.slice("attachment://".length) : null;
  const file = message.attachments.find((each) => each.filename === name);
  const own = name ? file && `/page/files/${file.id}` : url.match(/\/attachments\/.*/)?.[0];
  return own ? el("img", { class: "picture", src: own, alt: "" }) : null;
}

function fields(all, context) {
  const shown = all.map((field) =>
    el(
      "div",
      { class: field.inline ? "field inline" : "field" },
      el("dt", {}, inline(field.name, context)),
      el("dd", {}, markdown(field.value, context)),
    ),
  );
  return el("dl", { class: "fields" }, shown);
}

function footer(embed, context) {
  const when = embed.timestamp && new Date(embed.timestamp).toLocaleString(context.locale);
  const text = [embed.footer?.text, when].filter(Boolean).join(" • ");
  return el("footer", {}, text);
}

function attachments(message) {
  const inEmbeds = message.embeds.map((embed) => embed.image?.url);
  const others = message.attachments.filter((file) => !inEmbeds.includes(`attachment://${file.filename}`));
  return others.map((file) =>
    el(
      "p",
      { class: "attachment" },
      icon("file"),
      el("a", { href: `/page/files/${file.id}`, download: file.filename }, file.filename),
      ` (${file.size} B)`,
    ),
  );
}

function componentBox(component, message, context) {
  if (component.type === ROW) {
    const inside = component.components.map((inner) => componentBox(inner, message, context));
    return el("div", { class: "row" }, inside);
  }
  if (component.type === BUTTON) return button(component, message, context);
  if (SELECTS.includes(component.type)) return selectBox(component, message, context);
  if (component.type === 10) return el("div", { class: "content" }, markdown(component.content, context));
  if (component.type === 14) return el("hr");
  const inside = [...(component.components ?? []), component.accessory].filter(Boolean);
  const boxes = inside.map((inner) => componentBox(inner, message, context));
  const colour = component.accent_color ? hexColour(component.accent_color) : undefined;
  return el("div", { class: component.type === 17 ? "embed" : "section", colour }, boxes);
}

function pressed(component, message, context) {
  const newest = context.interactions.findLast(
    (interaction) =>
      interaction.message === message.id && interaction.custom_id === component.custom_id,
  );
  return Boolean(newest && !newest.is_acknowledged && !newest.has_failed);
}

function button(component, message, context) {
  const label = [component.emoji?.name, component.label].filter(Boolean).join(" ");
  const style = "button " + (BUTTON_STYLES[component.style] ?? "secondary");
  if (component.style === LINK) {
    const href = safeUrl(component.url) ?? undefined;
    return el("a", { class: style, href, target: "_blank", rel: "noopener noreferrer" }, label + " ↗");
  }
  const isWaiting = pressed(component, message, context);
  const press = () => context.click(message.id, component.custom_id);
  const attributes = {
    class: style + (isWaiting ? " waiting" : ""),
    type: "button",
    disabled: component.disabled || isWaiting || context.isLocked,
    "aria-busy": isWaiting ? "true" : undefined,
    "data-custom-id": component.custom_id,
    onclick: press,
  };
  return el("button", attributes, label);
}

function failureLine(message, context) {
  const newest = context.interactions.findLast((i) => i.message === message.id && i.kind === 3);
  if (!newest?.has_failed) return null;
  return el("p", { class: "failure", role: "alert" }, context.words.failed);
}

function threadChip(thread, context) {
  const open = () => context.openChannel(thread.id);
  const name = context.names.channels[thread.id] || thread.name;
  return el(
    "button",
    { class: "thread-chip", type: "button", onclick: open },
    icon("thread"),
    el("strong", {}, name),
    el("span", { class: "see" }, context.words.thread + " ›"),
  );
}

export function failedCommand(interaction, context) {
  return el(
    "li",
    { class: "message ephemeral", role: "article", "data-testid": "failed-command" },
    avatar(context.user, context.names.users[context.user]),
    el(
      "div",
      { class: "body" },
      el("p", { class: "used" }, interaction.command ? "/" + interaction.command : ""),
      el("p", { class: "failure", role: "alert" }, context.words.failed),
      el("p", { class: "only-you" }, icon("eye"), context.words.onlyYou),
    ),
  );
}
