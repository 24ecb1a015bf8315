// Block Kit's interactive elements. Each is a function from element and place to a DOM node.
//
// A *place* says where an element stands: {block, host, label, acts}. The *host* is the page around it:
//   names         people and channels, for mentions
//   live          false in a file that nobody answers
//   act(action)   tells the bot; resolves to an error code or nothing
//   options(q)    asks the bot for an external select's options
//   values        what was typed and chosen so far, {block_id: {action_id: value}}

import { el, freshId, icon } from "./dom.js";
import { confirmed, openOverflow, openPicker, pickerButton } from "./menus.js";
import { link, mrkdwn } from "./mrkdwn.js";
import { withEmoji } from "./emoji.js";
import { richTextField } from "./richtext.js";

/** A text object, plain or mrkdwn. */
export function textObject(text, names) {
  if (text.type === "mrkdwn") return mrkdwn(text.text, { names, verbatim: text.verbatim });
  return text.emoji === false ? text.text : withEmoji(text.text);
}

const plainOf = (text) => text?.text ?? "";

/** Render any interactive element, or null for one we do not know. */
export function control(element, place) {
  const node = CONTROLS[element.type]?.(element, place) ?? null;
  node?.toggleAttribute("data-focus-on-load", element.focus_on_load === true);
  return node;
}

/** Remember a value; where a change is an action, tell the bot as well. */
async function changed(element, place, value, { acts = place.acts } = {}) {
  const { block, host } = place;
  host.values ??= {};
  (host.values[block.block_id] ??= {})[element.action_id] = { type: element.type, ...value };
  if (acts) await act(element, place, value);
}

/** Tell the bot, after asking if the element says so; a failure is shown next to the element. */
async function act(element, place, value = {}) {
  const { block, host } = place;
  if (!host.live) return;
  if (element.confirm && !(await confirmed(element.confirm, (text) => textObject(text, host.names)))) return;
  const node = document.activeElement;
  node?.setAttribute("aria-busy", "true");
  const error = await host.act({ action_id: element.action_id, block_id: block.block_id, state: host.values, ...value });
  node?.removeAttribute("aria-busy");
  if (error) node?.after(el("span", { class: "failed", role: "alert" }, icon("warning"), ` That didn’t work (${error})`));
}

const kept = (element, place) => place.host.values?.[place.block.block_id]?.[element.action_id];

function button(element, place) {
  const style = ["primary", "danger"].includes(element.style) ? element.style : "";
  const props = { class: `button ${style}`.trim(), "aria-label": element.accessibility_label, "data-action": element.action_id };
  const text = textObject(element.text, place.host.names);
  const press = () => act(element, place, { value: element.value });
  if (!element.url) return el("button", { ...props, type: "button", "aria-disabled": !place.host.live && "true", onclick: press }, text);
  const node = link(element.url, text, props.class);
  if (element.accessibility_label) node.setAttribute("aria-label", element.accessibility_label);
  node.setAttribute("data-action", element.action_id ?? "");
  node.addEventListener("click", press); // Slack opens the address and tells the bot
  return node;
}

function iconButton(element, place) {
  const press = () => act(element, place, { value: element.value });
  const label = element.accessibility_label ?? plainOf(element.text);
  return el("button", { type: "button", class: "icon-button", "aria-label": label, title: plainOf(element.text), onclick: press }, icon("trash"));
}

function feedbackButtons(element, place) {
  const one = (choice, name) => el("button", {
    type: "button", class: `icon-button ${name}`, title: plainOf(choice.text),
    "aria-label": choice.accessibility_label ?? plainOf(choice.text), onclick: () => act(element, place, { value: choice.value }),
  }, icon("up"));
  return el("span", { class: "feedback" }, one(element.positive_button, "good"), one(element.negative_button, "bad"));
}

function overflow(element, place) {
  const button = el("button", {
    type: "button", class: "icon-button overflow", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": "More actions",
    onclick: () => openOverflow(button, element.options, (text) => textObject(text, place.host.names),
      (option) => act(element, place, { selected_option: option })),
  }, icon("dots"));
  return button;
}

/** Type-ahead over options that came with the element. */
function groupsOf(element, typed) {
  const fits = (option) => plainOf(option.text).toLowerCase().includes(typed.toLowerCase());
  const groups = element.option_groups ?? [{ options: element.options ?? [] }];
  return groups
    .map((group) => ({ label: plainOf(group.label), options: group.options.filter(fits) }))
    .filter((group) => group.options.length);
}

/** People and channels as options, so that every select is one and the same control. */
function directory(pairs) {
  return (element, typed) => groupsOf({ options: pairs(element).map(([value, text]) => ({ value, text: { type: "plain_text", text, emoji: false } })) }, typed);
}

const SOURCES = {
  static: (place) => (element, typed) => groupsOf(element, typed),
  external: (place) => async (element, typed) => {
    if (typed.length < (element.min_query_length ?? 3)) return [];
    const found = await place.host.options({ action_id: element.action_id, block_id: place.block.block_id, value: typed });
    return groupsOf(found, "");
  },
  users: (place) => directory(() => place.host.names.people()),
  channels: (place) => directory(() => place.host.names.rooms()),
  conversations: (place) => directory(() => [...place.host.names.rooms(), ...place.host.names.people()]),
};

// How each kind names what was chosen: with whole options, or with ids.
const CHOSEN = { static: "option", external: "option", users: "user", channels: "channel", conversations: "conversation" };

function select(element, place) {
  const [, multi, kind] = element.type.match(/^(multi_)?(\w+?)_select$/);
  const byId = CHOSEN[kind] !== "option";
  const key = `selected_${CHOSEN[kind]}${multi ? "s" : ""}`;
  const source = SOURCES[kind](place);
  let chosen = starting(element, place, kind, multi, key);

  const label = place.label || plainOf(element.placeholder) || "Select";
  const node = pickerButton(label, "", (anchor) => openPicker(anchor, {
    label,
    wait: kind === "external" ? 150 : 0,
    load: async (typed) => source(element, typed),
    isChosen: (option) => chosen.some(({ value }) => value === option.value),
    showText: (text) => textObject(text, place.host.names),
    choose: (option) => {
      const without = chosen.filter(({ value }) => value !== option.value);
      chosen = !multi ? [option] : without.length < chosen.length ? without : [...chosen, option];
      show();
      const values = chosen.map((one) => (byId ? one.value : one));
      changed(element, place, { [key]: multi ? values : values[0] });
      return Boolean(multi);
    },
  }));
  const show = () => {
    const text = chosen.map((option) => withEmoji(plainOf(option.text))).join(", ");
    node.querySelector(".select-text").textContent = text || plainOf(element.placeholder) || "Choose an option";
    node.classList.toggle("empty", !text);
    node.setAttribute("aria-label", text ? `${label}: ${text}` : label);
  };
  show();
  return node;
}

/** What is chosen at first: what the reader chose before, else what the element says. */
function starting(element, place, kind, multi, key) {
  const initial = kept(element, place)?.[key] ?? element[`initial_${CHOSEN[kind]}${multi ? "s" : ""}`];
  const list = initial === undefined || initial === null ? [] : [initial].flat();
  if (CHOSEN[kind] === "option") return list;
  const known = [...place.host.names.people(), ...place.host.names.rooms()];
  return list.map((value) => ({ value, text: { type: "plain_text", text: known.find(([id]) => id === value)?.[1] ?? value } }));
}

function choices(element, place, { type, read, initial }) {
  const group = freshId("choice");
  const chosen = kept(element, place) ? read.kept(kept(element, place)) : initial;
  const boxes = element.options.map((option) => {
    const id = freshId("box");
    const box = el("input", { type, id, name: group, checked: chosen.some(({ value }) => value === option.value) });
    const note = option.description && el("span", { class: "choice-note" }, textObject(option.description, place.host.names));
    return { option, box, node: el("div", { class: "choice" }, box, el("label", { for: id }, textObject(option.text, place.host.names), note)) };
  });
  const tell = () => changed(element, place, read.value(boxes.filter(({ box }) => box.checked).map(({ option }) => option)));
  return el("div", { class: "choices", role: type === "radio" ? "radiogroup" : "group", "aria-label": place.label, onchange: tell }, boxes.map(({ node }) => node));
}

const checkboxes = (element, place) => choices(element, place, {
  type: "checkbox", initial: element.initial_options ?? [],
  read: { kept: (value) => value.selected_options ?? [], value: (selected_options) => ({ selected_options }) },
});

const radioButtons = (element, place) => choices(element, place, {
  type: "radio", initial: element.initial_option ? [element.initial_option] : [],
  read: { kept: (value) => [value.selected_option].filter(Boolean), value: ([selected_option]) => ({ selected_option }) },
});

/** A date or time, by the browser's own control. */
const picker = (type, key, initial) => (element, place) => el("input", {
  type, class: "field narrow", "aria-label": place.label || plainOf(element.placeholder) || "Choose", "data-action": element.action_id,
  value: kept(element, place)?.[key] ?? element[initial],
  onchange: (event) => changed(element, place, { [key]: event.target.value || null }),
});

function textInput(type) {
  return (element, place) => {
    const multiline = element.multiline === true;
    const value = kept(element, place)?.value ?? element.initial_value ?? "";
    const tell = (event) => changed(element, place, { value: event.target.value || null }, { acts: false });
    const props = {
      class: "field", placeholder: plainOf(element.placeholder), "aria-label": place.label, maxlength: element.max_length,
      autocomplete: "off", "data-action": element.action_id, oninput: tell,
      onkeydown: (event) => {
        if (event.key === "Enter" && place.acts && !multiline) {
          event.preventDefault();
          act(element, place, { value: event.target.value });
        }
      },
    };
    const node = multiline ? el("textarea", { ...props, rows: 4 }) : el("input", { ...props, type });
    node.value = value;
    return node;
  };
}

/** A moment, in the zone of who looks; Slack's is seconds since 1970. */
function datetimepicker(element, place) {
  const local = (seconds) => new Date((seconds - new Date(seconds * 1000).getTimezoneOffset() * 60) * 1000).toISOString().slice(0, 16);
  const chosen = kept(element, place)?.selected_date_time ?? element.initial_date_time;
  return el("input", {
    type: "datetime-local", class: "field narrow", "aria-label": place.label || "Choose", "data-action": element.action_id, value: chosen && local(chosen),
    onchange: (event) => changed(element, place, { selected_date_time: Math.floor(Date.parse(event.target.value) / 1000) || null }),
  });
}

const richTextInput = (element, place) => richTextField({
  value: kept(element, place)?.rich_text_value ?? element.initial_value, label: place.label, placeholder: plainOf(element.placeholder),
  action: element.action_id, tell: (rich_text_value) => changed(element, place, { rich_text_value }, { acts: false }),
});

const CONTROLS = {
  button, overflow, checkboxes,
  workflow_button: button,
  icon_button: iconButton,
  feedback_buttons: feedbackButtons,
  radio_buttons: radioButtons,
  datepicker: picker("date", "selected_date", "initial_date"),
  timepicker: picker("time", "selected_time", "initial_time"),
  datetimepicker,
  rich_text_input: richTextInput,
  plain_text_input: textInput("text"),
  email_text_input: textInput("email"),
  url_text_input: textInput("url"),
  number_input: textInput("number"),
  ...Object.fromEntries(Object.keys(SOURCES).flatMap((kind) => [[`${kind}_select`, select], [`multi_${kind}_select`, select]])),
};
