// Block Kit as Slack draws it: one function a block, named as Slack names it.
// Interactive elements are in controls.js, where *host* is described.

import { control, textObject } from "./controls.js";
import { el, freshId, icon } from "./dom.js";
import { EMOJI } from "./emoji.js";
import { markdown } from "./markdown.js";
import { dateText, link, mention, ping } from "./mrkdwn.js";

/** Render a message's or view's blocks. An unknown kind is shown as such, never left out silently. */
export function renderBlocks(blocks, host) {
  return blocks.map((block) => (BLOCKS[block.type] ?? unknown)(block, host));
}

const unknown = ({ type }) => el("div", { class: "block unknown" }, `A “${type}” block: Slack draws it, this practice workspace does not.`);

function header({ text, level }, { names }) {
  return el("div", { class: "block header", role: "heading", "aria-level": level ?? 3 }, textObject(text, names));
}

function section(block, host) {
  const { text, fields, accessory } = block;
  return el("div", { class: "block section" },
    el("div", { class: "section-words" },
      text && foldable(el("div", { class: "text" }, textObject(text, host.names)), text.text, block.expand),
      fields && el("div", { class: "fields" }, fields.map((field) => el("div", { class: "text" }, textObject(field, host.names))))),
    accessory && el("div", { class: `accessory accessory-${accessory.type}` }, element(accessory, block, host)));
}

/** An element of a section, context or actions block: a picture or a control. */
function element(one, block, host) {
  if (one.type === "image") return picture(one, host, "thumb");
  const label = block.label?.text ?? (block.type === "section" ? block.text?.text : undefined);
  return control(one, { block, host, label: one.accessibility_label ?? plain(label), acts: true }) ?? unknown(one);
}

// A control is named by the text next to it, without the marks of mrkdwn.
const plain = (text) => text?.replace(/<[^|>]*\|?([^>]*)>/g, "$1").replace(/[*_~`]/g, "").slice(0, 75);

// Slack folds a section that is longer than about this, unless it says `expand`.
const FOLD_CHARACTERS = 700;
const FOLD_LINES = 5;

function foldable(node, text, expand) {
  if (expand || (text.length <= FOLD_CHARACTERS && text.split("\n").length <= FOLD_LINES)) return node;
  node.id = freshId("folded");
  node.classList.add("folded");
  const button = el("button", {
    type: "button", class: "see-more", "aria-expanded": "false", "aria-controls": node.id,
    onclick: () => {
      const open = !node.classList.toggle("folded");
      button.setAttribute("aria-expanded", String(open));
      button.textContent = open ? "See less" : "See more";
    },
  }, "See more");
  return [node, button];
}

/** A picture, or a frame with its words where it cannot or must not be loaded. */
function picture({ image_url: url, slack_file: file, alt_text: alt }, host, className) {
  const source = url ?? file?.url ?? "";
  const frame = (note) => el("span", { class: `picture-frame ${className}`, role: "img", "aria-label": alt, title: note }, icon("picture"), el("span", { class: "picture-alt" }, alt));
  if (!host.mayLoad(source)) return frame(`${alt} — not loaded: pictures from elsewhere stay there (${source})`);
  const image = el("img", { src: source, alt, title: alt, class: `picture ${className}`, loading: "lazy", referrerpolicy: "no-referrer" });
  image.addEventListener("error", () => image.replaceWith(frame(`${alt} — could not be loaded (${source})`)), { once: true });
  return image;
}

function image(block, host) {
  return el("figure", { class: "block image" },
    block.title && el("figcaption", {}, textObject(block.title, host.names)),
    picture(block, host, "large"));
}

function context(block, host) {
  const one = (item) => (item.type === "image" ? picture(item, host, "tiny") : el("span", { class: "text" }, textObject(item, host.names)));
  return el("div", { class: "block context" }, block.elements.map(one));
}

const actions = (block, host) =>
  el("div", { class: `block ${block.type}` }, block.elements.map((one) => element(one, block, host)));

function input(block, host) {
  const label = block.label.text;
  const hint = block.hint && el("div", { class: "hint" }, textObject(block.hint, host.names));
  const optional = block.optional && el("span", { class: "optional" }, " (optional)");
  const place = { block, host, label: block.optional ? `${label} (optional)` : label, acts: block.dispatch_action === true };
  return el("div", { class: "block input", "data-block": block.block_id },
    el("div", { class: "label" }, textObject(block.label, host.names), optional),
    control(block.element, place) ?? unknown(block.element), hint,
    el("div", { class: "error", role: "alert" }));
}

const divider = () => el("hr", { class: "block divider" });

const markdownBlock = ({ text }) => el("div", { class: "block markdown text" }, markdown(text));

const richText = ({ elements }, { names }) =>
  el("div", { class: "block rich-text text" }, elements.map((one) => RICH[one.type]?.(one, names) ?? unknown(one)));

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code" };

/** Wrap *node* in every style it has. */
const styled = (node, style = {}) => Object.entries(STYLES).reduce((inner, [name, tag]) => (style[name] ? el(tag, {}, inner) : inner), node);

const PARTS = {
  text: ({ text }) => text.split("\n").flatMap((line, i) => (i ? [el("br"), line] : [line])),
  link: ({ url, text }) => link(url, text ?? url),
  user: ({ user_id: id }, names) => mention("@", names.user(id) ?? id),
  channel: ({ channel_id: id }, names) => mention("#", names.channel(id) ?? id),
  usergroup: ({ usergroup_id: id }) => mention("@", id),
  broadcast: ({ range }) => ping(range),
  emoji: ({ name, unicode }) => (unicode ? String.fromCodePoint(...unicode.split("-").map((code) => parseInt(code, 16))) : EMOJI[name] ?? `:${name}:`),
  date: ({ timestamp, format, fallback }) => el("time", { class: "date", title: fallback }, dateText(timestamp, format)),
  color: ({ value }) => el("code", {}, value),
};

const parts = (elements, names) => elements.flatMap((one) => {
  const node = PARTS[one.type]?.(one, names) ?? `[${one.type}]`;
  return one.style ? styled(node, one.style) : node;
});

const RICH = {
  rich_text_section: ({ elements }, names) => el("div", {}, parts(elements, names)),
  rich_text_quote: ({ elements }, names) => el("blockquote", {}, parts(elements, names)),
  rich_text_preformatted: ({ elements }, names) => el("pre", {}, parts(elements, names)),
  rich_text_list: ({ style, elements, indent = 0, offset = 0 }, names) =>
    el(style === "ordered" ? "ol" : "ul", { class: `indent-${indent}`, start: offset ? offset + 1 : undefined },
      elements.map((item) => el("li", {}, parts(item.elements, names)))),
};

/** Blocks under a title, which folds and unfolds them; a redraw leaves them as the reader has them. */
function container(block, host) {
  const { title, rich_text_title: rich, subtitle, is_collapsible: folds, default_collapsed: folded, child_blocks: inside } = block;
  const id = freshId("container");
  host.folding ??= new Map();
  let open = host.folding.get(block.block_id ?? block) ?? !(folds && folded);
  const words = el("span", { class: "container-words" }, rich ? richText(rich, host) : el("span", { class: "container-title" }, textObject(title, host.names)),
    subtitle && el("span", { class: "container-subtitle" }, textObject(subtitle, host.names)));
  const body = el("div", { class: "container-body", id, hidden: !open }, renderBlocks(inside, host));
  if (!folds) return el("div", { class: "block container" }, el("div", { class: "container-head" }, words), body);
  const button = el("button", {
    type: "button", class: "container-head", "aria-expanded": String(open), "aria-controls": id,
    onclick: () => {
      open = !open;
      host.folding.set(block.block_id ?? block, open);
      body.hidden = !open;
      button.setAttribute("aria-expanded", String(open));
    },
  }, icon("right"), words);
  return el("div", { class: "block container" }, button, body);
}

const BLOCKS = {
  container,
  header, section, divider, image, context, actions, input,
  context_actions: actions,
  markdown: markdownBlock,
  rich_text: richText,
};
