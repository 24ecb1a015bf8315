// Modals: the top of the bot's stack of views in a real dialog, with Slack's checks and errors.

import { renderBlocks } from "./blocks.js";
import { textObject } from "./controls.js";
import { el, freshId, icon } from "./dom.js";
import { read, tell } from "./server.js";

export class Modal {
  constructor(page) {
    this.page = page;
    this.values = new Map(); // view id → what was typed in it, so that going back loses nothing
    this.dialog = el("dialog", {
      class: "dialog modal", oncancel: (event) => { event.preventDefault(); this.dismiss(); },
      onclose: () => this.opener?.isConnected && this.opener.focus(),
    });
    document.body.append(this.dialog);
  }

  /** Show the newest view, or none. */
  async refresh() {
    const asked = (this.asked = (this.asked ?? 0) + 1);
    const { views } = await read("views");
    if (!views || asked !== this.asked) return; // an answer that was overtaken knows no better
    const top = views.at(-1);
    if (!top) return this.hide();
    if (this.view && top.id === this.view.id && top.hash === this.view.hash) return;
    this.show(top);
  }

  hide() {
    this.view = null;
    this.values.clear();
    if (this.dialog.open) this.dialog.close();
  }

  show(view) {
    this.view = view;
    const title = freshId("title");
    const host = this.page.host({ view_id: view.id });
    host.values = keptValues(view, this.values.get(view.id));
    this.values.set(view.id, host.values);
    const text = (object, otherwise) => (object ? textObject(object, host.names) : otherwise);
    this.form = el("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); this.submit(); } },
      el("header", { class: "dialog-head" },
        el("h2", { id: title }, text(view.title, "")),
        el("button", { type: "button", class: "icon-button", "aria-label": "Close", title: "Close", onclick: () => this.dismiss() }, icon("close"))),
      el("div", { class: "dialog-body" }, renderBlocks(view.blocks, host)),
      el("footer", { class: "dialog-buttons" },
        el("span", { class: "failed", role: "alert" }),
        el("button", { type: "button", class: "button", onclick: () => this.dismiss() }, text(view.close, view.submit ? "Cancel" : "Close")),
        view.submit && el("button", { type: "submit", class: "button primary" }, text(view.submit))));
    this.dialog.setAttribute("aria-labelledby", title);
    this.dialog.replaceChildren(this.form);
    if (this.dialog.open) return;
    this.opener = document.activeElement;
    this.dialog.showModal();
    const body = this.form.querySelector(".dialog-body");
    focusIn(body.querySelector("[data-focus-on-load]")) || focusIn(body);
  }

  async dismiss() {
    const { id } = this.view;
    this.values.delete(id);
    await tell("view/close", { view_id: id });
    await this.refresh();
  }

  async submit() {
    const values = this.values.get(this.view.id);
    const missing = Object.fromEntries(this.view.blocks.filter((block) => isMissing(block, values))
      .map((block) => [block.block_id, "Please complete this required field."]));
    if (Object.keys(missing).length) return this.showErrors(missing);
    this.form.setAttribute("aria-busy", "true");
    const answer = await tell("view", { view_id: this.view.id, values });
    this.form.removeAttribute("aria-busy");
    if (Object.keys(answer.errors ?? {}).length) return this.showErrors(answer.errors);
    if (!answer.ok) this.form.querySelector("footer .failed").textContent = `We had some trouble connecting. Try again? (${answer.error})`;
    else await this.refresh();
  }

  /** Write each error below its block and go to the first. */
  showErrors(errors) {
    for (const block of this.form.querySelectorAll(".input")) {
      const error = errors[block.dataset.block] ?? "";
      block.querySelector(".error").textContent = error;
      block.classList.toggle("invalid", Boolean(error));
    }
    focusIn(this.form.querySelector(".invalid"));
  }
}

/** Go to the first thing there that can be filled in or pressed; the buttons of a text's tool bar come after the text. */
function focusIn(node) {
  const first = node && [node, ...node.querySelectorAll("*")].find((one) => one.matches("input, textarea, [contenteditable], :not([role=toolbar]) > button"));
  first?.focus();
  return Boolean(first);
}

// Which of an element's fields hold what it starts with, and under which name a submission carries it.
const STARTS = {
  initial_value: "value", initial_option: "selected_option", initial_options: "selected_options", initial_date: "selected_date",
  initial_time: "selected_time", initial_date_time: "selected_date_time", initial_user: "selected_user", initial_users: "selected_users",
  initial_channel: "selected_channel", initial_channels: "selected_channels",
  initial_conversation: "selected_conversation", initial_conversations: "selected_conversations",
};

/** A view is submitted with everything it shows, touched or not. */
function startingValues(view) {
  const values = {};
  for (const block of view.blocks) {
    const element = block.type === "input" ? block.element : null;
    if (!element) continue;
    const found = Object.keys(STARTS).find((key) => key in element);
    const name = element.type === "rich_text_input" ? "rich_text_value" : STARTS[found];
    const value = found ? { [name]: element[found] } : {};
    values[block.block_id] = { [element.action_id]: { type: element.type, ...value } };
  }
  return values;
}

/** What was typed stays where an update leaves its block; other blocks start with what they say. */
function keptValues(view, typed = {}) {
  const fresh = startingValues(view);
  for (const block of view.blocks) {
    const before = typed[block.block_id];
    if (before) fresh[block.block_id] = before;
  }
  return fresh;
}

function isMissing(block, values) {
  if (block.type !== "input" || block.optional) return false;
  const { type, ...given } = values[block.block_id]?.[block.element.action_id] ?? {};
  return !Object.values(given).some((value) => (Array.isArray(value) ? value.length : value));
}
