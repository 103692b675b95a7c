// Build DOM nodes. Text always enters as text: nothing a person typed is ever parsed as HTML.

export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") node.className = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "colour") node.style.setProperty("--colour", value);
    else if (value === true) node.setAttribute(key, "");
    else node.setAttribute(key, String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

const COLOURS = ["#eb459e", "#3ba55c", "#faa61a", "#9b59b6", "#1abc9c", "#e67e22"];

const BOT_COLOUR = "#5865f2";

export function avatar(id, name, isBot = false) {
  const colour = isBot ? BOT_COLOUR : COLOURS[Number(BigInt(id) % BigInt(COLOURS.length))];
  return el("span", { class: "avatar", colour, "aria-hidden": "true" }, [...name][0] ?? "?");
}

export function hexColour(number) {
  return "#" + number.toString(16).padStart(6, "0");
}

// Drawn here, because a bare machine has no font with such signs.
const ICONS = {
  thread: "M4 4h16v11H9l-5 4z M8 8h8 M8 11h5",
  lock: "M6 11h12v9H6z M9 11V7a3 3 0 0 1 6 0v4",
  eye: "M2 12s4-6 10-6 10 6 10 6-4 6-10 6S2 12 2 12z M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  letter: "M3 6h18v12H3z M3 7l9 7 9-7",
  file: "M6 3h8l4 4v14H6z M14 3v4h4",
  voice: "M4 9h4l5-4v14l-5-4H4z M16 9a4 4 0 0 1 0 6 M18 6a8 8 0 0 1 0 12",
  news: "M4 10v4h3l8 4V6l-8 4z M18 9a4 4 0 0 1 0 6",
  forum: "M3 4h13v9H8l-5 4z M19 8h2v12l-4-3H9",
  reply: "M5 19v-5a4 4 0 0 1 4-4h9 M14 6l4 4-4 4",
};
const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

// A web address the page may link to: nothing but http and https.
export function safeUrl(text) {
  try {
    const url = new URL(text);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
