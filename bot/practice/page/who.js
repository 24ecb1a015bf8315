// As whom the page is used: a second person can look at the same workspace, and press what the first may not.

import { el } from "./dom.js";
import { openOverflow } from "./menus.js";

const WHO = "practice.who"; // of this window alone: two windows are two people

const asked = new URLSearchParams(location.search).get("as");
if (asked !== null) sessionStorage.setItem(WHO, asked);

export const who = sessionStorage.getItem(WHO) ?? "";

/** Offer the people there are; whoever is chosen starts with a fresh page. */
export function drawPeople(place, users, me) {
  const people = Object.values(users).filter(({ is_bot: bot }) => !bot);
  const options = people.map(({ id, real_name: name }) => ({ text: { type: "plain_text", text: name }, value: id }));
  const button = el("button", {
    type: "button", class: "button", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": `Use the page as another person, now ${users[me].real_name}`,
    onclick: () => openOverflow(button, options, ({ text }) => text, ({ value }) => {
      sessionStorage.setItem(WHO, value);
      location.assign("/");
    }),
  }, users[me].real_name);
  place.replaceChildren(button);
}
