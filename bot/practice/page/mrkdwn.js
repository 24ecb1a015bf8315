// Slack's mrkdwn, read as Slack reads it, into DOM nodes.
// `names` knows people and channels: {user(id), channel(id)} → a name or undefined.

import { asDate, dayName, el, formatDate } from "./dom.js";
import { withEmoji } from "./emoji.js";

const LINKABLE = /^(https?:\/\/|mailto:|tel:)/i;
const WORD = /[\p{L}\p{N}]/u;
const MARKS = { "*": "strong", _: "em", "~": "s" };
const BARE_URL = /https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)\]}'"”’]/y;
const BARE_PING = /@(?:channel|here|everyone)\b/y;
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** Decode the three entities Slack knows, each once. */
function unescape(text) {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);
}

/** Render mrkdwn; `verbatim` leaves bare addresses and @channel alone, as Slack does. */
export function mrkdwn(text, { names, verbatim = false } = {}) {
  const out = document.createDocumentFragment();
  text.split(/```\n?([\s\S]+?)\n?```\n?/).forEach((piece, i) => {
    if (i % 2) out.append(el("pre", {}, codeText(piece)));
    else if (piece) out.append(...lines(piece, { names, verbatim }));
  });
  return out;
}

/** A link that opens elsewhere, or plain text if the address is of a kind that could do harm. */
export function link(url, label, className) {
  if (!LINKABLE.test(url)) return el("span", { class: className }, label);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: className }, label);
}

/** A mention that notifies many people: loud on purpose, so that nobody overlooks it in a preview. */
export function ping(range) {
  const why = `This would notify everybody in the channel (@${range})`;
  return el("strong", { class: "ping", title: why }, `@${range}`, el("span", { class: "ping-why" }, " notifies everybody"));
}

export function mention(prefix, name) {
  return el("span", { class: "mention" }, prefix + name);
}

/** Format Slack's date tokens in the reader's own zone. */
export function dateText(seconds, format) {
  const date = asDate(seconds);
  const days = { date_long: { weekday: "long" }, date: {}, date_short: { short: true }, date_num: { number: true } };
  return format.replace(/\{(date_num|date_slash|date_long_pretty|date_short_pretty|date_pretty|date_long|date_short|date|time_secs|time|ago)\}/g,
    (_, token) => {
      if (token === "time") return formatDate(date, { timeStyle: "short" });
      if (token === "time_secs") return formatDate(date, { timeStyle: "medium" });
      if (token === "ago") return ago(date);
      const kind = token.replace("_pretty", "");
      if (token.endsWith("_pretty") && /^(Today|Yesterday)$/.test(dayName(date))) return dayName(date).toLowerCase();
      return dayText(date, days[kind] ?? { number: true });
    });
}

function dayText(date, { weekday, short, number }) {
  if (number) return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  return formatDate(date, { weekday, day: "numeric", month: short ? "short" : "long", year: "numeric" });
}

function ago(date) {
  const minutes = Math.round((date - Date.now()) / 60000);
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  if (Math.abs(minutes) < 60) return relative.format(minutes, "minute");
  if (Math.abs(minutes) < 60 * 24) return relative.format(Math.round(minutes / 60), "hour");
  return relative.format(Math.round(minutes / 60 / 24), "day");
}

// In code a link is its words; everything else in angle brackets is meant literally.
const codeText = (text) => unescape(text.replace(/<((?:https?:|mailto:|tel:)[^<>|]*)(?:\|([^<>]*))?>/g, (_, target, label) => label ?? target));

/** Lines: runs of quoted ones become one quote, the rest stays a paragraph with breaks. */
function lines(text, how) {
  const out = [];
  let quote = null;
  let rest = false; // ">>>" quotes everything that follows
  text.split("\n").forEach((line, i, all) => {
    const [, depth, content] = (!rest && line.match(/^((?:&gt;|>){3}|&gt;|>) ?(.*)$/)) || [null, null, line];
    if (rest || depth) {
      rest ||= depth !== null && depth.replaceAll("&gt;", ">") === ">>>";
      if (quote) quote.append(el("br"));
      else out.push((quote = el("blockquote")));
      quote.append(...inline(content, how));
      return;
    }
    out.push(...inline(line, how));
    if (i < all.length - 1 && !quoted(all[i + 1])) out.push(el("br"));
    quote = null;
  });
  return out;
}

const quoted = (line) => /^(&gt;|>)/.test(line);

/** One line's spans: code, tokens in angle brackets, bold, italic, strike, emoji. */
function inline(text, how) {
  const out = [];
  let plain = "";
  const flush = () => {
    if (plain) out.push(withEmoji(unescape(plain)));
    plain = "";
  };
  for (let i = 0; i < text.length; ) {
    const found = span(text, i, how);
    if (found) {
      flush();
      out.push(found.node);
      i = found.end;
    } else {
      plain += text[i];
      i += 1;
    }
  }
  flush();
  return out;
}

/** What starts exactly at *i*, if anything does. */
function span(text, i, how) {
  const char = text[i];
  if (char === "`") return codeSpan(text, i);
  if (char === "<") return tokenSpan(text, i, how);
  if (char in MARKS) return markSpan(text, i, how);
  if (how.verbatim || WORD.test(text[i - 1] ?? " ")) return null;
  if (char === "h") return matched(BARE_URL, text, i, (url) => link(unescape(url), unescape(url)));
  if (char === "@") return matched(BARE_PING, text, i, (name) => ping(name.slice(1)));
  return null;
}

function matched(pattern, text, i, make) {
  pattern.lastIndex = i;
  const found = pattern.exec(text);
  return found && { node: make(found[0]), end: pattern.lastIndex };
}

function codeSpan(text, i) {
  const end = text.indexOf("`", i + 1);
  return end > i + 1 ? { node: el("code", {}, codeText(text.slice(i + 1, end))), end: end + 1 } : null;
}

/** A mark counts only at the edge of a word, as in Slack: 2*3*4 is not bold. */
function markSpan(text, i, how) {
  const mark = text[i];
  if (WORD.test(text[i - 1] ?? " ") || text[i - 1] === mark || /^$|\s/.test(text[i + 1] ?? "")) return null;
  for (let end = closing(text, mark, i + 1); end !== -1; end = closing(text, mark, end + 1)) {
    const before = text[end - 1];
    if (end === i + 1 || /\s/.test(before) || WORD.test(text[end + 1] ?? " ")) continue;
    return { node: el(MARKS[mark], {}, inline(text.slice(i + 1, end), how)), end: end + 1 };
  }
  return null;
}

/** Find the next *mark* that is not inside code or angle brackets. */
function closing(text, mark, from) {
  for (let i = from; i < text.length; i += 1) {
    if (text[i] === mark) return i;
    if (text[i] === "`" && mark !== "`") i = Math.max(i, text.indexOf("`", i + 1));
    if (text[i] === "<") i = Math.max(i, text.indexOf(">", i + 1));
  }
  return -1;
}

function tokenSpan(text, i, how) {
  const end = text.indexOf(">", i);
  if (end === -1) return null;
  const node = token(text.slice(i + 1, end), how);
  return node && { node, end: end + 1 };
}

/** What stands between < and >. Unknown things stay as they were written. */
function token(inside, { names }) {
  const bar = inside.indexOf("|");
  const target = bar === -1 ? inside : inside.slice(0, bar);
  const label = bar === -1 ? "" : withEmoji(unescape(inside.slice(bar + 1)));
  if (target.startsWith("@")) return mention("@", names?.user(target.slice(1)) ?? (label || target.slice(1)));
  if (target.startsWith("#")) return mention("#", names?.channel(target.slice(1)) ?? (label || target.slice(1)));
  if (target.startsWith("!")) return special(target.slice(1), label);
  if (!LINKABLE.test(target)) return null;
  return link(unescape(target), label || unescape(target.replace(/^(mailto|tel):/, "")));
}

function special(target, label) {
  const [kind, ...rest] = target.split("^");
  if (["channel", "here", "everyone"].includes(kind)) return ping(kind);
  if (kind === "subteam") return mention("@", label.replace(/^@/, "") || rest[0]);
  if (kind !== "date") return null;
  const [seconds, format, url] = rest;
  const shown = /^\d+$/.test(seconds) ? dateText(seconds, unescape(format ?? "")) : label;
  return el("time", { class: "date", title: label }, url ? link(unescape(url), shown) : shown);
}
