// Draws the messages that `roundup preview --format html` put into the file. Nobody answers: buttons are for show.

import { el, icon } from "./dom.js";
import { messageNode } from "./message.js";

const BOT = { id: "bot", name: "Roundup", is_bot: true };

const nobody = { user: () => undefined, channel: () => undefined, people: () => [], rooms: () => [] };

const host = { names: nobody, live: false, mayLoad: (url) => /^(https?:|data:image\/)/.test(url) };

const draw = (message) => messageNode({ ...message, bot: true }, host, { author: BOT });

/** One room a channel, in posting order; a thread hangs below the message it belongs to. */
function rooms(messages) {
  const found = new Map();
  for (const message of messages) {
    if (!found.has(message.channel)) found.set(message.channel, []);
    const posts = found.get(message.channel);
    if (message.thread && posts.length) posts.at(-1).replies.push(message);
    else posts.push({ message, replies: [] });
  }
  return [...found].map(([channel, posts]) => room(channel, posts));
}

function room(channel, posts) {
  const name = channel.replace(/^#/, "");
  return el("section", { class: "room", "aria-label": channel },
    el("h2", {}, icon("hash"), name), posts.map(({ message, replies }) => [draw(message), replies.length > 0 && thread(replies)]));
}

function thread(replies) {
  const count = `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`;
  return el("details", { class: "in-thread", open: true }, el("summary", {}, `${count} in the thread`), replies.map(draw));
}

const messages = JSON.parse(document.getElementById("messages").textContent);
document.getElementById("preview").append(...rooms(messages));
