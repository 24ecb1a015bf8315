// One message as the reader sees it: who, when, what, and what hangs below it.

import { renderBlocks } from "./blocks.js";
import { asDate, dayName, el, formatDate, icon, mark } from "./dom.js";
import { fileCard } from "./filecard.js";
import { mrkdwn } from "./mrkdwn.js";

const TINTS = 6;

/** A person's initials on a colour of their own, or the bot's mark. */
export function avatar(user, className = "") {
  if (user.is_bot) return el("span", { class: `avatar bot ${className}`, "aria-hidden": "true" }, mark());
  const name = user.real_name || user.name || "?";
  const initials = name.split(/\s+/).slice(0, 2).map((word) => [...word][0].toUpperCase()).join("");
  const tint = [...(user.id ?? name)].reduce((sum, char) => sum + char.codePointAt(0), 0) % TINTS;
  return el("span", { class: `avatar tint-${tint} ${className}`, "aria-hidden": "true" }, initials);
}

const timeOf = (ts) => formatDate(asDate(ts), { timeStyle: "short" });

/** What a message says: its blocks if it has any, else its text. */
export function content(message, host) {
  if (message.blocks?.length) return renderBlocks(message.blocks, host);
  return [el("div", { class: "block text" }, mrkdwn(message.text ?? "", { names: host.names, verbatim: message.bot }))];
}

/**
 * A whole message. Slack says "(edited)" only of words, not of blocks. `grouped` leaves out who said it, because the one above says so;
 * `onthread` and `ondismiss` put their buttons there.
 */
export function messageNode(message, host, { author, grouped = false, replyUsers = [], onthread, ondismiss } = {}) {
  const when = message.ts && formatDate(asDate(message.ts), { dateStyle: "full", timeStyle: "short" });
  const clock = message.ts && el("time", { class: "time", datetime: asDate(message.ts).toISOString(), title: when }, timeOf(message.ts));
  const classes = ["message", grouped && "grouped", message.ephemeral && "ephemeral"].filter(Boolean).join(" ");
  return el("article", { class: classes, "data-ts": message.ts, "aria-label": [author.name, when].filter(Boolean).join(", ") },
    message.ephemeral && onlyYou(ondismiss),
    el("div", { class: "gutter" }, grouped ? clock : avatar(author)),
    el("div", { class: "body" },
      !grouped && el("div", { class: "who" },
        el("span", { class: "name" }, author.name), author.is_bot && el("span", { class: "badge" }, "APP"), clock),
      el("div", { class: "content" }, content(message, host)),
      message.files?.map((file) => fileCard(file, host.fileAddress(file.id))),
      message.edited && !message.blocks?.length && el("span", { class: "edited" }, "(edited)"),
      message.reply_count > 0 && onthread && replyBar(message, replyUsers, onthread)),
    onthread && !message.ephemeral && el("div", { class: "tools" },
      el("button", { type: "button", class: "icon-button", "aria-label": "Reply in thread", title: "Reply in thread", onclick: onthread }, icon("thread"))));
}

function onlyYou(ondismiss) {
  return el("div", { class: "only-you" }, icon("eye"), el("span", {}, "Only visible to you"),
    ondismiss && el("button", { type: "button", class: "dismiss", onclick: ondismiss }, "Dismiss"));
}

function replyBar({ reply_count: count, latest_reply: latest }, users, onthread) {
  const last = latest && `Last reply ${dayName(asDate(latest)).toLowerCase()} at ${timeOf(latest)}`;
  return el("button", { type: "button", class: "replies", onclick: onthread },
    users.slice(0, 3).map((user) => avatar(user, "small")),
    el("span", { class: "reply-count" }, `${count} ${count === 1 ? "reply" : "replies"}`),
    el("span", { class: "reply-last" }, last), el("span", { class: "reply-open" }, "View thread"), icon("right"));
}
