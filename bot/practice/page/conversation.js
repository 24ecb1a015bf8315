// A channel's or a thread's messages with the composer below them: the two panes are the same thing.

import { Composer } from "./composer.js";
import { Log } from "./log.js";
import { bring, read, tell } from "./server.js";

/** Slack's own words for what a command can come to. */
function commandError(command, error) {
  if (error === "unknown_command") {
    return `\`${command}\` is not a valid command. Messages that start with “/” are interpreted as commands. `
      + "If you are trying to send a message and not run a command, try preceding the “/” with an empty space.";
  }
  return `${command} failed with the error "${error}"`;
}

const TOO_LONG = "Your message was not sent: it is longer than 12,000 characters. Send it as a text file instead.";
const DISMISSED = "practice.dismissed";

export class Conversation {
  /** `page` is what the panes share: user(id), host(where), commands(), announce(text), openThread(message). */
  constructor({ scroller, form, label, page, inThread }) {
    this.page = page;
    this.inThread = inThread;
    this.notes = []; // what the page itself says here; only the reader has it
    this.hosts = new Map(); // one a message, so that what was chosen in it survives a redraw
    this.dismissed = new Set(JSON.parse(sessionStorage.getItem(DISMISSED) ?? "[]"));
    this.log = new Log(scroller, label, {
      host: (message) => this.host(message),
      user: page.user,
      onthread: inThread ? undefined : (message) => page.openThread(message),
      ondismiss: (message) => this.dismiss(message),
    });
    this.composer = new Composer(form, { label, commands: page.commands, send: (text, files) => this.send(text, files) });
  }

  /** Show this channel, or the thread below *thread*. */
  open(channel, { thread, label, unreadFrom, intro = [] }) {
    this.channel = channel;
    this.thread = thread;
    this.unreadFrom = unreadFrom;
    this.hosts.clear();
    this.log.clear(...intro);
    this.composer.rename(label);
    return this.refresh();
  }

  close() {
    this.channel = this.thread = undefined;
    this.log.clear();
  }

  concerns({ channel, ts, thread_ts: thread }) {
    return channel === this.channel && (!this.inThread || [ts, thread].includes(this.thread));
  }

  /** Read and draw anew; several calls in a row read only once more. */
  refresh() {
    this.stale = true;
    this.reading ??= this.readAll().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  async readAll() {
    while (this.stale && this.channel) {
      this.stale = false;
      const { channel, thread } = this;
      const { messages } = await read("messages", thread ? { channel, thread } : { channel });
      if (messages && channel === this.channel && thread === this.thread) this.show(messages);
    }
  }

  show(messages) {
    this.messages = messages;
    const notes = this.notes.filter((note) => note.channel === this.channel && note.thread_ts === (this.thread ?? null));
    const shown = [...messages, ...notes].filter(({ ts, channel }) => !this.dismissed.has(`${channel}/${ts}`))
      .sort((a, b) => Number(a.ts) - Number(b.ts));
    const added = this.log.show(shown, { unreadFrom: this.unreadFrom, repliesAfterFirst: this.inThread });
    for (const message of added) this.page.announce(message);
  }

  host({ channel, ts, local }) {
    if (!this.hosts.has(ts)) this.hosts.set(ts, this.page.host(local ? null : { channel, ts }));
    return this.hosts.get(ts);
  }

  dismiss({ channel, ts }) {
    this.dismissed.add(`${channel}/${ts}`);
    sessionStorage.setItem(DISMISSED, JSON.stringify([...this.dismissed]));
    this.show(this.messages);
    this.composer.field.focus();
  }

  /** Say something as the page, for this reader only. */
  note(text) {
    const ts = (Date.now() / 1000).toFixed(6);
    this.notes.push({ ts, channel: this.channel, thread_ts: this.thread ?? null, user: "practice", text, ephemeral: true, local: true });
    this.show(this.messages ?? []);
  }

  /** Send a message or run a command; false gives the text back to the composer. */
  async send(text, files = []) {
    if (files.length) return this.sendFiles(text, files);
    const command = text.match(/^\/\S+/)?.[0];
    if (command && this.inThread) {
      this.note(`${command} is not supported in threads. Sorry!`);
      return false;
    }
    this.log.toEnd();
    const { channel, thread } = this;
    const answer = await tell("send", { channel, thread_ts: thread, text });
    if (answer.ok) {
      this.page.sent(command);
      return true;
    }
    this.note(answer.error === "msg_too_long" ? TOO_LONG : command ? commandError(command, answer.error) : `Your message was not sent (${answer.error}).`);
    return false;
  }

  /** Send each file as a message of its own, the words with the first. */
  async sendFiles(text, files) {
    this.log.toEnd();
    const { channel, thread } = this;
    for (const [at, file] of files.entries()) {
      const answer = await bring(file, { channel, thread, text: at ? "" : text });
      if (answer.ok) continue;
      this.note(`${file.name} was not sent (${answer.error}).`);
      return false;
    }
    return true;
  }
}
