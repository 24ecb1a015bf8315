// The `markdown` block, simply: what a digest is likely to hold, not all of Markdown.

import { el } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { link } from "./mrkdwn.js";

const SPANS = /(`[^`]+`)|\*\*(.+?)\*\*|~~(.+?)~~|(?<![\w*])[*_]([^*_\s](?:[^*_]*[^*_\s])?)[*_](?![\w*])|!?\[([^\]]*)\]\(([^()\s]+)\)/;

const KINDS = [
  [/^#{1,6}\s+(.*)$/, "heading"],
  [/^\s*(?:[-*+])\s+(.*)$/, "ul"],
  [/^\s*\d+[.)]\s+(.*)$/, "ol"],
  [/^>\s?(.*)$/, "blockquote"],
  [/^(?:-{3,}|\*{3,})$/, "hr"],
];

/** Render Markdown text. All headings look alike and images become links, as in Slack. */
export function markdown(text) {
  const out = document.createDocumentFragment();
  text.split(/^```\w*\n([\s\S]*?)\n```$/m).forEach((piece, i) => {
    if (i % 2) out.append(el("pre", {}, piece));
    else out.append(...paragraphs(piece));
  });
  return out;
}

function paragraphs(text) {
  const out = [];
  let last = null;
  for (const line of text.split("\n")) {
    const [kind, content] = classify(line);
    if (kind === "hr") out.push(el("hr"));
    if (kind === "heading") out.push(el("p", {}, el("strong", {}, spans(content))));
    if (kind === "hr" || kind === "heading" || kind === "blank") last = null;
    else last = continued(out, last, kind, content);
  }
  return out;
}

/** Add a line to the paragraph, list or quote it continues, or begin one. */
function continued(out, last, kind, content) {
  const entry = last?.kind === kind ? last : { kind, node: el(kind) };
  if (entry !== last) out.push(entry.node);
  if (kind === "ul" || kind === "ol") entry.node.append(el("li", {}, spans(content)));
  else entry.node.append(...(entry === last ? [el("br")] : []), ...spans(content));
  return entry;
}

function classify(line) {
  if (!line.trim()) return ["blank", ""];
  for (const [pattern, kind] of KINDS) {
    const found = line.match(pattern);
    if (found) return [kind, found[1] ?? ""];
  }
  return ["p", line];
}

function spans(text) {
  const found = text.match(SPANS);
  if (!found) return text ? [withEmoji(text)] : [];
  const [whole, code, bold, strike, italic, label, url] = found;
  const node = code ? el("code", {}, code.slice(1, -1))
    : bold ? el("strong", {}, spans(bold))
    : strike ? el("s", {}, spans(strike))
    : italic ? el("em", {}, spans(italic))
    : link(url, label || url);
  return [...spans(text.slice(0, found.index)), node, ...spans(text.slice(found.index + whole.length))];
}
