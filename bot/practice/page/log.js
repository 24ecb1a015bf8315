// The list of messages in a channel or a thread. Only what changed is drawn anew, so that
// focus, opened folds and the place in the list stay when something else moves.

import { asDate, dayName, el, icon } from "./dom.js";
import { messageNode } from "./message.js";

const GROUP_SECONDS = 300; // one person's messages within this share one name, as in Slack
const NEAR = 80; // this close to the end counts as being there

export class Log {
  /** `scroller` is the element that scrolls; `draw` = {host(message), user(id), onthread?, ondismiss}. */
  constructor(scroller, label, draw) {
    this.scroller = scroller;
    this.draw = draw;
    this.list = el("ol", { class: "log", "aria-label": label, onkeydown: (event) => this.step(event) });
    this.jump = el("button", { type: "button", class: "jump", hidden: true, onclick: () => this.toEnd("smooth") }, icon("down"), el("span", {}, "Jump to newest"));
    this.rows = new Map(); // key → {stamp, node}
    scroller.append(this.list);
    scroller.after(this.jump);
    scroller.addEventListener("scroll", () => this.showJump(), { passive: true });
    // A thread opening next to it makes all lines shorter: who was at the end stays there.
    new ResizeObserver(() => this.ended && this.toEnd()).observe(scroller);
  }

  /** Forget everything shown: another conversation comes. */
  clear(...intro) {
    this.opened = false;
    this.rows.clear();
    this.list.replaceChildren(...intro.map((node) => el("li", { class: "intro" }, node)));
    this.intro = this.list.lastChild;
    this.jump.hidden = true;
  }

  /** Show these messages, oldest first; `unreadFrom` puts the "New" line above the first later one. */
  show(messages, { unreadFrom, repliesAfterFirst = false } = {}) {
    const first = !this.opened;
    this.opened = true;
    const stuck = this.atEnd();
    const before = new Set(this.rows.keys());
    const rows = [...layout(messages, { unreadFrom, repliesAfterFirst })];
    this.patch(rows);
    this.rove();
    const added = rows.filter(({ key, message }) => message && !before.has(key));
    if (first) this.open();
    else if (added.length && stuck) this.reveal(this.rows.get(added[0].key).node);
    this.showJump(added.length > 0 && !stuck);
    return first ? [] : added.map(({ message }) => message);
  }

  patch(rows) {
    let cursor = this.intro ? this.intro.nextSibling : this.list.firstChild;
    const wanted = new Set(rows.map(({ key }) => key));
    for (const [key, { node }] of this.rows) {
      if (wanted.has(key)) continue;
      if (cursor === node) cursor = node.nextSibling;
      node.remove();
      this.rows.delete(key);
    }
    for (const row of rows) {
      const old = this.rows.get(row.key);
      const node = old?.stamp === row.stamp ? old.node : this.redraw(row, old?.node);
      if (old && old.node !== node && cursor === old.node) cursor = old.node.nextSibling;
      if (node === cursor) cursor = cursor.nextSibling;
      else this.list.insertBefore(node, cursor);
      if (old && old.node !== node) replaceKeepingFocus(old.node, node);
      this.rows.set(row.key, { stamp: row.stamp, node });
    }
  }

  redraw({ kind, text, message, grouped }) {
    if (kind) return el("li", { class: `rule ${kind}` }, el("span", {}, text));
    const { host, user, onthread, ondismiss } = this.draw;
    return el("li", {}, messageNode(message, host(message), {
      author: user(message.user),
      grouped,
      replyUsers: (message.reply_users ?? []).map(user),
      onthread: onthread && (() => onthread(message)),
      ondismiss: () => ondismiss(message),
    }));
  }

  atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  toEnd(behavior = "instant") {
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior });
  }

  /** Begin at the first unread message, else at the newest. */
  open() {
    const unread = this.list.querySelector(".rule.new");
    this.toEnd();
    if (unread) this.reveal(unread);
  }

  /** Go to the end, but never past the top of *node*: what is new is read from its beginning. */
  reveal(node) {
    const top = node.offsetTop - this.scroller.offsetTop;
    const end = this.scroller.scrollHeight - this.scroller.clientHeight;
    this.scroller.scrollTo({ top: Math.min(top, end), behavior: "instant" });
  }

  showJump(news = false) {
    const end = this.atEnd();
    this.ended = end;
    if (end || news) this.jump.classList.toggle("news", news && !end);
    this.jump.lastChild.textContent = this.jump.classList.contains("news") ? "New messages" : "Jump to newest";
    this.jump.hidden = end;
  }

  get articles() {
    return [...this.list.querySelectorAll("article")];
  }

  /** One message is in the tab order; arrow keys go through the others. */
  rove(to = this.articles.at(-1)) {
    for (const article of this.articles) article.tabIndex = article === to ? 0 : -1;
  }

  step(event) {
    if (event.target.tagName !== "ARTICLE") return;
    const articles = this.articles;
    const at = articles.indexOf(event.target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: articles.length - 1 }[event.key];
    if (to === undefined || !articles[to]) return;
    event.preventDefault();
    this.rove(articles[to]);
    articles[to].focus();
  }
}

/** What stands in the list, in order: date and "New" lines, messages, the count of replies. */
function* layout(messages, { unreadFrom, repliesAfterFirst }) {
  let last = null;
  let marked = unreadFrom === undefined;
  for (const [i, message] of messages.entries()) {
    const day = dayName(asDate(message.ts));
    const newDay = !last || dayName(asDate(last.ts)) !== day;
    if (newDay && !(repliesAfterFirst && i)) yield line("day", `day-${message.ts}`, day);
    if (!marked && Number(message.ts) > unreadFrom) {
      marked = true;
      yield line("new", "new", "New");
    }
    const grouped = !newDay && belongsTo(message, last) && !(repliesAfterFirst && i === 1);
    yield { key: `m-${message.ts}`, stamp: JSON.stringify([message, grouped]), message, grouped };
    if (repliesAfterFirst && i === 0 && messages.length > 1) {
      const count = messages.length - 1;
      yield line("count", "count", `${count} ${count === 1 ? "reply" : "replies"}`);
    }
    last = message;
  }
}

const line = (kind, key, text) => ({ kind, key, stamp: text, text });

function belongsTo(message, last) {
  return last && last.user === message.user && !last.ephemeral && !message.ephemeral && !last.reply_count
    && Number(message.ts) - Number(last.ts) < GROUP_SECONDS;
}

/** Put *node* in the old one's place; whoever stood in the old one stands at the same spot of the new. */
function replaceKeepingFocus(old, node) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  old.remove();
  if (!focused) return;
  const same = focused.dataset.action && node.querySelector(`[data-action="${CSS.escape(focused.dataset.action)}"]`);
  const article = node.querySelector("article");
  if (article) article.tabIndex = 0;
  (same || article)?.focus();
}
