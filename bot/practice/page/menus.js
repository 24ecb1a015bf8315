// What opens above the page and closes again: type-ahead lists, overflow menus, confirm dialogs.

import { el, freshId, icon } from "./dom.js";

const GAP = 4;

/** Open *panel* next to *anchor*, above everything else; Esc and a click elsewhere close it. */
function openPopup(anchor, panel, { onclose } = {}) {
  panel.setAttribute("popover", "auto");
  panel.classList.add("popup");
  // Inside an open dialog everything outside it is inert, so the panel has to live in there too.
  (anchor.closest("dialog") ?? document.body).append(panel);
  panel.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    panel.remove();
    onclose?.();
  });
  panel.showPopover();
  place(panel, anchor.getBoundingClientRect());
}

/** Below its anchor if there is room, else above, and never off the window. */
function place(panel, at) {
  const { offsetWidth: width, offsetHeight: height } = panel;
  const below = at.bottom + GAP;
  const top = below + height <= innerHeight ? below : Math.max(GAP, at.top - GAP - height);
  panel.style.top = `${top}px`;
  panel.style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - width - GAP))}px`;
}

/** Ask before acting; `confirm` is Slack's confirmation object. Resolves to yes or no. */
export function confirmed(confirm, showText) {
  return new Promise((resolve) => {
    const title = freshId("confirm");
    const danger = confirm.style === "danger" ? "danger" : "primary";
    const dialog = el("dialog", { class: "dialog confirm", "aria-labelledby": title, onclose: () => done() },
      el("h2", { id: title }, confirm.title?.text ?? "Are you sure?"),
      el("div", { class: "dialog-body" }, confirm.text ? showText(confirm.text) : null),
      el("div", { class: "dialog-buttons" },
        el("button", { type: "button", class: "button", onclick: () => dialog.close("no") }, confirm.deny?.text ?? "Cancel"),
        el("button", { type: "button", class: `button ${danger}`, onclick: () => dialog.close("yes") }, confirm.confirm?.text ?? "Yes")));
    const done = () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    };
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** The menu behind the three dots. */
export function openOverflow(anchor, options, showText, choose) {
  const items = options.map((option) => {
    const props = { class: "menu-item", role: "menuitem", tabindex: "-1" };
    const pick = () => {
      panel.hidePopover();
      choose(option);
    };
    if (option.url) return el("a", { ...props, href: option.url, target: "_blank", rel: "noopener noreferrer", onclick: pick }, showText(option.text));
    return el("button", { ...props, type: "button", onclick: pick }, showText(option.text));
  });
  const panel = el("div", { class: "menu", role: "menu", onkeydown: (event) => walk(event, items) }, items);
  anchor.setAttribute("aria-expanded", "true");
  openPopup(anchor, panel, { onclose: () => { anchor.setAttribute("aria-expanded", "false"); anchor.focus(); } });
  items[0]?.focus();
}

/** Arrow keys, Home and End through *items*; returns whether the key was one of them. */
function walk(event, items) {
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to === undefined) return false;
  event.preventDefault();
  items[(to + items.length) % items.length]?.focus();
  return true;
}

/**
 * A list with a field to type into. `load(typed)` resolves to groups `[{label, options}]`;
 * `choose(option)` may return true to keep the list open (several may be chosen).
 */
export function openPicker(anchor, { label, load, isChosen, showText, choose, wait = 0 }) {
  const listId = freshId("list");
  const field = el("input", {
    class: "picker-field", type: "text", role: "combobox", autocomplete: "off", placeholder: "Search",
    "aria-label": label, "aria-expanded": "true", "aria-controls": listId, "aria-autocomplete": "list",
  });
  const list = el("div", { class: "picker-list", role: "listbox", id: listId, "aria-label": label });
  const panel = el("div", { class: "picker" }, field, list);
  let rows = [];
  let active = 0;
  let asked = 0;

  const activate = (index) => {
    active = (index + rows.length) % (rows.length || 1);
    rows.forEach(({ node }, i) => node.classList.toggle("active", i === active));
    field.setAttribute("aria-activedescendant", rows[active]?.node.id ?? "");
    rows[active]?.node.scrollIntoView({ block: "nearest" });
  };
  const pick = (option) => {
    if (choose(option)) show();
    else panel.hidePopover();
  };
  const row = (option) => {
    const node = el("div", {
      class: "picker-option", role: "option", id: freshId("option"), "aria-selected": String(isChosen(option)),
      onclick: () => pick(option),
    }, showText(option.text), option.description && el("span", { class: "picker-note" }, showText(option.description)));
    rows.push({ node, option });
    return node;
  };
  const show = async () => {
    const ticket = (asked += 1);
    const groups = await load(field.value.trim());
    if (ticket !== asked) return; // a later keystroke asked again
    rows = [];
    const nodes = groups.map((group) => {
      const options = group.options.map(row);
      return group.label ? el("div", { role: "group", "aria-label": group.label }, el("div", { class: "picker-group" }, group.label), options) : options;
    });
    list.replaceChildren(...nodes.flat());
    if (!rows.length) list.append(el("div", { class: "picker-none" }, "No results"));
    activate(0);
  };

  let timer;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, wait);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") activate(active + 1);
    else if (event.key === "ArrowUp") activate(active - 1);
    else if (event.key === "Enter" && rows[active]) pick(rows[active].option);
    else if (event.key !== "Enter") return;
    event.preventDefault();
  });
  anchor.setAttribute("aria-expanded", "true");
  openPopup(anchor, panel, { onclose: () => { anchor.setAttribute("aria-expanded", "false"); anchor.focus(); } });
  field.focus();
  return show();
}

/** The button that opens a picker. */
export function pickerButton(label, shown, open) {
  const button = el("button", { type: "button", class: "select", "aria-haspopup": "listbox", "aria-expanded": "false" },
    el("span", { class: "select-text" }, shown), icon("chevron"));
  button.setAttribute("aria-label", label);
  button.addEventListener("click", () => open(button));
  return button;
}
