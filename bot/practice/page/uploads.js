// Files that wait in a composer until they are sent: chosen with the button, dropped on it, or pasted.

import { el, icon } from "./dom.js";
import { sizeOf } from "./filecard.js";

export class Uploads {
  /** `changed()` is told whenever there is more or less to send. */
  constructor(form, changed) {
    this.changed = changed;
    this.files = [];
    this.picker = el("input", { type: "file", hidden: true, "aria-label": "File to send", onchange: () => this.take([...this.picker.files]) });
    this.button = el("button", { type: "button", class: "icon-button attach", "aria-label": "Attach a file", title: "Attach a file", onclick: () => this.picker.click() }, icon("plus"));
    this.list = el("ul", { class: "attached", "aria-label": "Attached files", hidden: true });
    form.addEventListener("dragover", (event) => event.preventDefault());
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      this.take([...event.dataTransfer.files]);
    });
  }

  take(files) {
    this.files.push(...files);
    this.picker.value = "";
    this.draw();
  }

  /** Hand over what waits, and wait no more. */
  empty() {
    const { files } = this;
    this.files = [];
    this.draw();
    return files;
  }

  draw() {
    this.list.hidden = !this.files.length;
    this.list.replaceChildren(...this.files.map((file, at) => el("li", {}, icon("page"), el("span", {}, `${file.name}, ${sizeOf(file.size)}`),
      el("button", { type: "button", class: "icon-button", "aria-label": `Leave out ${file.name}`, title: "Leave out", onclick: () => {
        this.files.splice(at, 1);
        this.draw();
      } }, icon("close")))));
    this.changed();
  }
}
