// Turn Discord's markdown, mentions and timestamps into DOM nodes.

import { el, safeUrl } from "./elements.js";

const INLINE = new RegExp(
  [
    "\\\\(?<escaped>[^\\sA-Za-z0-9])",
    "``(?<code2>.+?)``|`(?<code>[^`\\n]+)`",
    "\\*\\*\\*(?<both>.+?)\\*\\*\\*",
    "\\*\\*(?<bold>.+?)\\*\\*(?!\\*)",
    "__(?<underline>.+?)__",
    "~~(?<strike>.+?)~~",
    "\\|\\|(?<spoiler>.+?)\\|\\|",
    "\\*(?<italic>[^\\s*](?:.*?[^\\s*])?)\\*",
    "(?<![\\p{L}\\p{N}])_(?<italic2>[^_]+)_(?![\\p{L}\\p{N}])",
    "\\[(?<label>[^\\]\\n]+)\\]\\(<?(?<target>https?:\\/\\/[^\\s)>]+)>?\\)",
    "<(?<bare>https?:\\/\\/[^\\s>]+)>",
    "(?<url>https?:\\/\\/[^\\s<]+[^\\s<.,:;\"'\\])、。）」])",
    "<@!?(?<user>\\d+)>|<@&(?<role>\\d+)>|<#(?<channel>\\d+)>",
    "<t:(?<time>-?\\d+)(?::(?<style>[tTdDfFR]))?>",
    "(?<everyone>@everyone|@here)",
  ].join("|"),
  "su",
);

export function markdown(text, context) {
  const nodes = [];
  const blocks = text.split(/```(?:[\w-]*\n)?([\s\S]*?)```/);
  blocks.forEach((block, index) => {
    if (index % 2) nodes.push(el("pre", {}, el("code", {}, block.replace(/\n$/, ""))));
    else nodes.push(...lines(block, context));
  });
  return nodes;
}

function lines(block, context) {
  const nodes = [];
  for (const [index, line] of block.split("\n").entries()) {
    const shaped = shape(line, context);
    const previous = nodes.at(-1);
    if (index && !shaped.block && !previous?.isBlock) nodes.push(el("br"));
    nodes.push(...shaped.nodes);
    if (shaped.block) nodes.at(-1).isBlock = true;
  }
  return nodes;
}

function shape(line, context) {
  const heading = /^(#{1,3}) (.+)$/.exec(line);
  if (heading) {
    const name = `h${heading[1].length + 2}`;
    return { block: true, nodes: [el(name, {}, inline(heading[2], context))] };
  }
  const small = /^-# (.+)$/.exec(line);
  if (small) return { block: true, nodes: [el("small", {}, inline(small[1], context))] };
  const quote = /^> ?(.*)$/.exec(line);
  if (quote) return { block: true, nodes: [el("blockquote", {}, inline(quote[1], context))] };
  const item = /^\s*[-*] (.+)$/.exec(line);
  if (item) return { block: true, nodes: [el("div", { class: "item" }, inline(item[1], context))] };
  return { block: false, nodes: inline(line, context) };
}

export function inline(text, context) {
  const nodes = [];
  let rest = text;
  for (let match; rest && (match = INLINE.exec(rest)); rest = rest.slice(match.index + match[0].length)) {
    if (match.index) nodes.push(rest.slice(0, match.index));
    nodes.push(token(match, context));
  }
  if (rest) nodes.push(rest);
  return nodes;
}

function token(match, context) {
  const g = match.groups;
  const inner = (name, words) => el(name, {}, inline(words, context));
  if (g.escaped) return g.escaped;
  if (g.code ?? g.code2) return el("code", {}, g.code ?? g.code2);
  if (g.both) return el("strong", {}, inner("em", g.both));
  if (g.bold) return inner("strong", g.bold);
  if (g.underline) return inner("u", g.underline);
  if (g.strike) return inner("s", g.strike);
  if (g.spoiler) return spoiler(inline(g.spoiler, context));
  if (g.italic ?? g.italic2) return inner("em", g.italic ?? g.italic2);
  if (g.label) return link(g.target, inline(g.label, context));
  if (g.bare ?? g.url) return link(g.bare ?? g.url, [g.bare ?? g.url]);
  if (g.time) return timestamp(Number(g.time), g.style ?? "f", context.locale);
  return mention(g, context) ?? match[0];
}

function mention(g, context) {
  const names = context.names;
  if (g.everyone) return el("span", { class: "mention" }, g.everyone);
  if (g.user) return el("span", { class: "mention" }, "@" + (names.users[g.user] ?? "unknown-user"));
  if (g.role) return el("span", { class: "mention" }, "@" + (names.roles[g.role] ?? "unknown-role"));
  if (!g.channel) return null;
  const open = () => context.openChannel?.(g.channel);
  const name = names.channels[g.channel] ?? "unknown";
  return el("button", { class: "mention", type: "button", onclick: open }, "#" + name);
}

function spoiler(children) {
  const node = el("span", { class: "spoiler", role: "button", tabindex: "0" }, children);
  node.addEventListener("click", () => node.classList.add("open"));
  return node;
}

function link(target, children) {
  const href = safeUrl(target);
  if (!href) return el("span", {}, children);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, children);
}

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};

export function timestamp(seconds, style, locale) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return `<t:${seconds}>`;
  const full = date.toLocaleString(locale, STYLES.F);
  const text = style === "R" ? relative(date, locale) : date.toLocaleString(locale, STYLES[style]);
  const live = style === "R" ? String(seconds) : undefined;
  const at = date.toISOString();
  return el("time", { class: "stamp", datetime: at, title: full, "data-relative": live }, text);
}

const UNITS = [
  ["year", 31536000],
  ["month", 2592000],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

export function relative(date, locale) {
  const seconds = Math.round((date.getTime() - Date.now()) / 1000);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS.at(-1);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  return format.format(Math.trunc(seconds / size), unit);
}
