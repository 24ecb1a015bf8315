// Where one writes: Enter sends, Shift+Enter breaks the line, "/" offers commands, arrow-up recalls.

import { el, freshId, icon } from "./dom.js";
import { Uploads } from "./uploads.js";

const REMEMBERED = 50;

export class Composer {
  /** `send(text, files)` resolves to whether it was taken; `commands()` are the workspace's slash commands. */
  constructor(form, { label, commands, send }) {
    this.commands = commands;
    this.send = send;
    this.sent = [];
    this.at = 0; // where in `sent` we are; its length means: at the draft
    this.active = 0;
    this.listId = freshId("commands");
    this.field = el("textarea", {
      class: "composer-field", rows: 1, disabled: true, role: "combobox", "aria-label": label, placeholder: label, "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": this.listId, spellcheck: "true", enterkeyhint: "send",
      oninput: () => this.typed(), onkeydown: (event) => this.key(event), onblur: () => this.offer([]),
    });
    this.list = el("div", { class: "commands", role: "listbox", id: this.listId, "aria-label": "Commands", hidden: true });
    this.usage = el("div", { class: "usage", hidden: true });
    this.button = el("button", { type: "submit", class: "send", "aria-label": "Send", title: "Send (Enter)" }, icon("send"));
    const slash = el("button", { type: "button", class: "icon-button slash", "aria-label": "Run a command", title: "Run a command", onclick: () => this.fill("/") }, "/");
    const keys = el("span", { class: "keys", "aria-hidden": "true" }, el("b", {}, "Enter"), " to send, ", el("b", {}, "Shift+Enter"), " for a new line");
    this.uploads = new Uploads(form, () => this.typed());
    form.append(this.list, this.usage, this.uploads.list, this.field, el("div", { class: "composer-bar" }, this.uploads.button, this.uploads.picker, slash, keys, this.button));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.typed();
  }

  /** Say where one writes; before that there is nowhere to send to. */
  rename(label) {
    this.field.disabled = false;
    this.field.placeholder = label;
    this.field.setAttribute("aria-label", label);
    this.fit();
  }

  /** As high as its text; a hidden field has no height, so this is said again when it is shown. */
  fit() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
  }

  /** Put text into the field, ready to be sent or changed. */
  fill(text) {
    this.field.value = text;
    this.field.focus();
    this.field.setSelectionRange(text.length, text.length);
    this.typed();
  }

  typed() {
    const { value } = this.field;
    this.button.disabled = !value.trim() && !this.uploads.files.length;
    this.fit();
    const found = /^\/\S*$/.test(value) ? this.commands().filter(({ command }) => command.startsWith(value.toLowerCase())) : [];
    this.offer(found);
    this.hint(value);
  }

  /** While a command's words are typed, its usage stands above the field. */
  hint(value) {
    const used = this.commands().find(({ command }) => value.startsWith(`${command} `));
    this.usage.hidden = !used?.usage_hint;
    if (used) this.usage.replaceChildren(el("b", {}, used.command), ` ${used.usage_hint ?? ""}`);
  }

  offer(found) {
    this.found = found;
    this.list.hidden = !found.length;
    this.field.setAttribute("aria-expanded", String(found.length > 0));
    this.list.replaceChildren(...found.map((one) => el("div", {
      class: "command", role: "option", id: freshId("command"),
      // Not click: the field must not lose the focus, which would close the list first.
      onmousedown: (event) => { event.preventDefault(); this.take(one); },
    }, el("div", {}, el("b", {}, one.command), " ", el("span", { class: "command-hint" }, one.usage_hint ?? "")), el("div", { class: "command-what" }, one.description ?? ""))));
    this.activate(0);
  }

  activate(index) {
    const rows = [...this.list.children];
    this.active = rows.length ? (index + rows.length) % rows.length : 0;
    rows.forEach((row, i) => row.setAttribute("aria-selected", String(i === this.active)));
    this.field.setAttribute("aria-activedescendant", rows[this.active]?.id ?? "");
  }

  take({ command }) {
    this.fill(`${command} `);
  }

  key(event) {
    if (event.isComposing) return; // Enter belongs to the input method, e.g. while writing Chinese
    const done = this.found.length ? this.keyInList(event) : this.keyInText(event);
    if (done) event.preventDefault();
  }

  keyInList({ key, shiftKey }) {
    if (key === "ArrowDown") this.activate(this.active + 1);
    else if (key === "ArrowUp") this.activate(this.active - 1);
    else if (key === "Escape") this.offer([]);
    else if (key === "Tab" && !shiftKey) this.take(this.found[this.active]);
    else if (key === "Enter" && !shiftKey) this.enterInList();
    else return false;
    return true;
  }

  enterInList() {
    const one = this.found[this.active];
    if (one.command === this.field.value) this.submit();
    else this.take(one);
  }

  keyInText({ key, shiftKey }) {
    if (key === "Enter" && !shiftKey) this.submit();
    else if (key === "ArrowUp" && this.mayRecall()) this.recall(this.at - 1);
    else if (key === "ArrowDown" && this.at < this.sent.length) this.recall(this.at + 1);
    else return false;
    return true;
  }

  /** Arrow-up recalls from an empty field or a recalled, unchanged text; elsewhere it moves the cursor. */
  mayRecall() {
    return this.at > 0 && (!this.field.value || this.field.value === this.sent[this.at]);
  }

  recall(index) {
    this.at = index;
    this.fill(this.sent[index] ?? "");
    this.offer([]);
  }

  async submit() {
    const text = this.field.value.trim();
    if (!text && !this.uploads.files.length) return;
    this.sent = [...this.sent.filter((one) => one !== text), ...(text ? [text] : [])].slice(-REMEMBERED);
    this.at = this.sent.length;
    this.fill("");
    const files = this.uploads.empty();
    const taken = await this.send(text, files);
    if (taken) return;
    if (!this.field.value) this.fill(text); // give it back, as Slack does
    this.uploads.take(files);
  }
}
