// Show who one can be, and let people change their language, leave and come back.

import { avatar, el } from "./elements.js";
import { become } from "./navigation.js";
import { post } from "./server.js";
import { $, fill, person, view } from "./view.js";

export function showPeople() {
  $("people-title").textContent = view.words.whoAmI;
  $("about").textContent = view.words.about;
  fill($("people-list"), [view.state.people, view.user], () => view.state.people.map(personButton));
  fill($("coming-and-going"), [person(), view.guild, view.state.gone, view.locale], goingButtons);
}

function goingButtons() {
  const me = person();
  const go = (path, one, text) =>
    el(
      "button",
      { type: "button", class: "going", "data-testid": `${path}-${one.id}`, onclick: () => post(path, { user: one.id, guild: view.guild }) },
      text,
    );
  return [
    go("choose_language", me, view.words.otherLanguage),
    go("leave", me, view.words.leave(me.name)),
    ...view.state.gone.map((one) => go("come_back", one, view.words.comeBack(one.name))),
  ];
}

function personButton(one) {
  const isMe = one.id === view.user;
  return el(
    "button",
    {
      type: "button",
      class: "person",
      role: "radio",
      "aria-checked": String(isMe),
      "data-testid": `person-${one.id}`,
      onclick: () => become(one.id),
    },
    avatar(one.id, one.name),
    el(
      "span",
      {},
      el("strong", {}, one.name),
      el("small", {}, [one.part, one.locale].filter(Boolean).join(" · ")),
    ),
  );
}
