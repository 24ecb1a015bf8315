// A file that hangs on a message, to be saved: no browser shows what is in it.

import { el, icon } from "./dom.js";

export const sizeOf = (bytes) => (bytes < 1024 ? `${bytes} bytes` : bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`);

/** *address* leads to its bytes. */
export function fileCard({ id, name, what, size }, address) {
  return el("a", { class: "file-card", href: address, download: name }, icon("page"),
    el("span", { class: "file-name" }, name), el("span", { class: "file-what" }, `${what}, ${sizeOf(size)}`));
}
