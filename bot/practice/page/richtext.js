// Slack's rich text input: a field in which words keep their bold, links and lists, read as a rich_text block.

import { el } from "./dom.js";

const SHAPES = { STRONG: "bold", B: "bold", EM: "italic", I: "italic", S: "strike", DEL: "strike", STRIKE: "strike", CODE: "code" };
const HEADINGS = /^H[1-6]$/;
const LINES = /^(P|DIV|LI|TR|ARTICLE|SECTION|H[1-6]|BLOCKQUOTE|PRE|UL|OL)$/;
const TAGS = { bold: "strong", italic: "em", strike: "s", code: "code" };

const isAddress = (url) => /^(https?:|mailto:)/.test(url ?? "");

/** Gathers runs into sections and lists while a field, or what was pasted, is read from top to bottom. */
class Reader {
  constructor() {
    this.elements = [];
    this.runs = [];
  }

  add(text, style, url) {
    if (!text) return;
    const look = Object.keys(style).length ? { style } : {};
    this.runs.push(url ? { type: "link", url, text, ...look } : { type: "text", text, ...look });
  }

  breakLine() {
    const last = this.runs.at(-1);
    if (last && !(last.type === "text" && last.text.endsWith("\n"))) this.runs.push({ type: "text", text: "\n" });
  }

  /** End what is being read as an element of that kind. */
  end(type = "rich_text_section") {
    const { runs } = this;
    this.runs = [];
    while (runs.length && runs.at(-1).type === "text" && !runs.at(-1).text.trim()) runs.pop();
    if (runs.length) this.elements.push({ type, elements: runs });
  }

  read(node, style = {}, url = undefined, indent = 0) {
    for (const child of node.childNodes) this.readOne(child, style, url, indent);
  }

  readOne(node, style, url, indent) {
    if (node.nodeType === Node.TEXT_NODE) return this.add(node.data.replace(/[\u00a0]/g, " "), style, url);
    if (node.nodeType !== Node.ELEMENT_NODE || /^(SCRIPT|STYLE|TITLE|META)$/.test(node.tagName)) return undefined;
    const { tagName } = node;
    if (tagName === "BR") return this.runs.push({ type: "text", text: "\n" });
    if (tagName === "UL" || tagName === "OL") return this.list(node, indent);
    const own = SHAPES[tagName] ? { ...style, [SHAPES[tagName]]: true } : HEADINGS.test(tagName) ? { ...style, bold: true } : style;
    const address = tagName === "A" && isAddress(node.getAttribute("href")) ? node.href : url;
    if (tagName === "BLOCKQUOTE" || tagName === "PRE") return this.apart(node, own, address, tagName === "PRE" ? "rich_text_preformatted" : "rich_text_quote");
    if (LINES.test(tagName)) this.breakLine();
    this.read(node, own, address, indent);
    if (tagName === "P" || HEADINGS.test(tagName)) this.breakLine();
    return LINES.test(tagName) ? this.breakLine() : undefined;
  }

  apart(node, style, url, type) {
    this.end();
    this.read(node, style, url);
    return this.end(type);
  }

  list(node, indent) {
    this.end();
    const list = () => ({ type: "rich_text_list", style: node.tagName === "OL" ? "ordered" : "bullet", indent, elements: [] });
    let current = list();
    for (const item of node.children) {
      const before = this.elements.length;
      const inner = [...item.children].filter(({ tagName }) => tagName === "UL" || tagName === "OL");
      const own = item.cloneNode(true);
      for (const nested of own.querySelectorAll("ul, ol")) nested.remove();
      this.read(own);
      this.end();
      current.elements.push(...this.elements.splice(before));
      if (!inner.length) continue;
      if (current.elements.length) this.elements.push(current);
      for (const nested of inner) this.list(nested, indent + 1);
      current = list();
    }
    if (current.elements.length) this.elements.push(current);
  }
}

/** What a field or a pasted page says, or null for nothing. */
function saidIn(node) {
  const reader = new Reader();
  reader.read(node);
  reader.end();
  return reader.elements.length ? { type: "rich_text", elements: reader.elements } : null;
}

const runNode = ({ type, text = "", url, style = {} }) => {
  const words = text.split("\n").flatMap((line, at) => (at ? [el("br"), line] : [line]));
  const inner = Object.entries(TAGS).reduce((node, [name, tag]) => (style[name] ? [el(tag, {}, node)] : node), words);
  return type === "link" ? el("a", { href: url }, text ? inner : url) : inner;
};

const DRAWN = {
  rich_text_section: ({ elements }) => el("div", {}, elements.map(runNode)),
  rich_text_quote: ({ elements }) => el("blockquote", {}, elements.map(runNode)),
  rich_text_preformatted: ({ elements }) => el("pre", {}, elements.map(runNode)),
  rich_text_list: ({ style, elements }) => el(style === "ordered" ? "ol" : "ul", {}, elements.map((item) => el("li", {}, item.elements.map(runNode)))),
};

const partNodes = (value) => (value?.elements ?? []).map((part) => DRAWN[part.type]?.(part)).filter(Boolean);

/** Keep of a pasted page what Slack keeps. It is parsed apart: nothing in it is loaded or run. */
function pasted(data) {
  const html = data.getData("text/html");
  if (html) return partNodes(saidIn(new DOMParser().parseFromString(html, "text/html").body));
  return [el("div", {}, data.getData("text/plain").split(/\r?\n/).flatMap((line, at) => (at ? [el("br"), line] : [line])))];
}

const BUTTONS = [["bold", "Bold", "B"], ["italic", "Italic", "I"], ["strikeThrough", "Strike", "S"], ["insertUnorderedList", "Bulleted list", "•"], ["insertOrderedList", "Numbered list", "1."]];

/** The control: `value` is what it starts with, `tell(richText)` hears of every change. */
export function richTextField({ value, label, placeholder, action, tell }) {
  const field = el("div", {
    class: "field rich", contenteditable: "true", role: "textbox", "aria-multiline": "true", "aria-label": label,
    "data-placeholder": placeholder, "data-action": action, oninput: () => tell(saidIn(field)),
    onpaste: (event) => {
      event.preventDefault();
      const chosen = getSelection().getRangeAt(0);
      chosen.deleteContents();
      const nodes = pasted(event.clipboardData);
      for (const node of nodes.toReversed()) chosen.insertNode(node);
      getSelection().collapseToEnd();
      tell(saidIn(field));
    },
  }, partNodes(value));
  const keep = (event) => event.preventDefault(); // the field keeps what is marked in it
  const press = (command) => () => {
    document.execCommand(command);
    tell(saidIn(field));
  };
  const bar = el("div", { class: "rich-bar", role: "toolbar", "aria-label": `Format ${label}` },
    BUTTONS.map(([command, name, sign]) => el("button", { type: "button", class: "icon-button", "aria-label": name, title: name, onmousedown: keep, onclick: press(command) }, sign)));
  return el("div", { class: "rich-input" }, bar, field);
}
