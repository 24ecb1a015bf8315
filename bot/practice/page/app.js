// The practice workspace's page: channels on the left, a conversation in the middle, a thread on the right.
// It keeps no messages of its own: after every change it reads again from the server, which is this machine.

import { renderBlocks } from "./blocks.js";
import { Conversation } from "./conversation.js";
import { el, icon, mark } from "./dom.js";
import { avatar } from "./message.js";
import { Modal } from "./modal.js";
import { fileAddress, listen, read, tell } from "./server.js";
import { drawPeople } from "./who.js";

const $ = (id) => document.getElementById(id);

const READ = "practice.read"; // {channel: ts of the last message seen}
const THEME = "practice.theme"; // "light" or "dark"; absent: as the system has it
const TRIED = "practice.tried"; // the reader has run a command: no more suggestions
const HOME = "home";

let workspace = null; // /practice/state
let room = null; // the channel shown, or HOME
const unread = {}; // channel → count
const seen = JSON.parse(localStorage.getItem(READ) ?? "{}");

// --- who and where

const PRACTICE = { id: "practice", name: "Practice workspace", real_name: "Practice workspace" };

// The one command of Slack's own that is needed here.
const INVITE = { command: "/invite", usage_hint: "@roundup", description: "Let the bot into this channel" };

const userOf = (id) => {
  const found = workspace.users[id];
  if (id === PRACTICE.id || !found) return { ...PRACTICE, name: id === PRACTICE.id ? PRACTICE.name : id };
  return { ...found, name: found.real_name || found.name };
};

const channelOf = (id) => workspace.channels.find((channel) => channel.id === id);
const labelOf = ({ kind, name }) => (kind === "dm" ? workspace.app.name : name);
const titleOf = (channel) => (channel.kind === "dm" ? labelOf(channel) : `#${labelOf(channel)}`);

const names = {
  user: (id) => workspace.users[id]?.name,
  channel: (id) => channelOf(id)?.name,
  people: () => Object.values(workspace.users).map(({ id, name }) => [id, name]),
  rooms: () => workspace.channels.filter(({ kind }) => kind !== "dm").map(({ id, name }) => [id, name]),
};

/** What blocks need of the page around them; *where* is {channel, ts} or {view_id}, null for nowhere. */
function host(where) {
  return {
    names,
    live: where !== null,
    fileAddress,
    act: async (action) => (await tell("action", { ...where, ...action })).error,
    options: (query) => tell("options", { ...where, ...query }),
    // The banner promises that nothing leaves this machine, so pictures from elsewhere stay there.
    mayLoad: (url) => url.startsWith("data:image/") || new URL(url, location.href).origin === location.origin,
  };
}

const page = {
  names,
  host,
  user: userOf,
  commands: () => [...(workspace?.commands ?? []), INVITE],
  openThread: (message) => go(message.channel, message.thread_ts ?? message.ts),
  sent: (command) => {
    if (!command) return;
    localStorage.setItem(TRIED, "yes");
    $("tries").hidden = true;
  },
  announce: (message) => {
    if (message.user === workspace.me.id) return;
    const only = message.ephemeral ? ", only visible to you" : "";
    $("announcer").textContent = `${userOf(message.user).name}${only}: ${message.text}`;
  },
};

// --- the panes

const channelPane = new Conversation({ scroller: $("channel-scroller"), form: $("composer"), label: "Message", page, inThread: false });
const threadPane = new Conversation({ scroller: $("thread-scroller"), form: $("thread-composer"), label: "Reply…", page, inThread: true });
const modal = new Modal(page);

const hashOf = (id, thread) => `#/${id}${thread ? `/${thread}` : ""}`;

/** Go to a channel, and to a thread in it; the address keeps the place. */
function go(id, thread) {
  const hash = hashOf(id, thread);
  if (location.hash === hash) route();
  else location.hash = hash;
}

async function route() {
  const [, id, thread] = location.hash.split("/");
  const target = id === HOME ? HOME : (channelOf(id)?.id ?? firstRoom());
  showNav(false);
  if (target !== room) await enter(target);
  await showThread(target === HOME ? undefined : thread);
}

/** Where a newcomer begins: the first channel with something in it. */
function firstRoom() {
  const channels = workspace.channels.filter(({ kind, archived }) => kind !== "dm" && !archived);
  return (channels.find(({ id }) => busy.has(id)) ?? channels[0] ?? workspace.channels[0]).id;
}

async function enter(id) {
  room = id;
  const home = id === HOME;
  $("home").hidden = !home;
  $("channel-stage").hidden = $("channel-foot").hidden = home;
  if (channelOf(id)?.kind === "dm" && !workspace.messages_tab) $("channel-foot").hidden = true;
  drawHead();
  if (home) {
    channelPane.close();
    drawNav();
    await tell("home");
    return showHome();
  }
  const channel = channelOf(id);
  await channelPane.open(id, { label: `Message ${titleOf(channel)}`, unreadFrom: unread[id] ? Number(seen[id] ?? 0) : undefined, intro: [introOf(channel)] });
  markRead();
  drawTries();
  return undefined;
}

function introOf(channel) {
  const what = channel.kind === "dm"
    ? `This is where ${labelOf(channel)} writes to you alone.`
    : `The beginning of ${titleOf(channel)}, in a practice workspace. Post, press and ask whatever you like.`;
  return el("div", {}, el("h2", {}, channel.kind === "dm" ? avatar({ is_bot: true }) : icon(channel.kind === "private" ? "lock" : "hash"), titleOf(channel).replace(/^#/, "")), el("p", {}, what));
}

function drawHead() {
  const channel = room === HOME ? null : channelOf(room);
  const symbol = !channel || channel.kind === "dm" ? avatar({ is_bot: true }, "small") : icon(channel.kind === "private" ? "lock" : "hash");
  const name = channel ? labelOf(channel) : workspace.app.name;
  $("room-name").replaceChildren(symbol, el("span", {}, name));
  $("room-note").textContent = noteOf(channel);
  document.title = `${channel ? titleOf(channel) : name} · Practice workspace`;
}

function noteOf(channel) {
  if (!channel) return "Home";
  if (channel.archived) return "archived";
  if (!channel.member) return `${workspace.app.name} is not in this channel: /invite @roundup`;
  return "";
}

async function showThread(ts) {
  const open = Boolean(ts);
  const changed = threadPane.thread !== ts || threadPane.channel !== room;
  $("thread").hidden = !open;
  $("panes").classList.toggle("with-thread", open);
  if (!open) return threadPane.close();
  if (!changed) return undefined;
  $("thread-note").textContent = titleOf(channelOf(room));
  await threadPane.open(room, { thread: ts, label: "Reply…" });
  $("thread-scroller").scrollTo({ top: 0 }); // a thread is read from its beginning
  return threadPane.composer.field.focus();
}

function closeThread() {
  const { thread } = threadPane;
  go(room);
  const parent = thread && $("channel-scroller").querySelector(`[data-ts="${CSS.escape(thread)}"]`);
  (parent?.querySelector(".replies") ?? channelPane.composer.field).focus({ preventScroll: true });
}

async function showHome() {
  const asked = ++homeAsked;
  const { view } = await read("home");
  if (room !== HOME || asked !== homeAsked) return; // an answer that was overtaken knows no better
  const empty = el("p", { class: "home-empty" }, `${workspace.app.name} has not published a home yet.`);
  homeHost ??= host(null);
  if (view) Object.assign(homeHost, host({ view_id: view.id }));
  $("home").replaceChildren(el("div", { class: "home-page" }, view ? renderBlocks(view.blocks, homeHost) : empty));
}

let homeHost = null;
let homeAsked = 0;

// --- the sidebar

function drawNav() {
  const rows = (kinds) => workspace.channels.filter(({ kind }) => kinds.includes(kind)).map(navRow);
  const homeRow = navLink(HOME, icon("home"), `${workspace.app.name} home`);
  $("nav").replaceChildren(
    el("div", { class: "team" }, el("span", { class: "team-name" }, workspace.team.name)),
    navGroup("Channels", rows(["channel", "private"])),
    navGroup("Direct messages", rows(["dm"])),
    navGroup("Apps", [homeRow]));
}

const navGroup = (title, rows) => el("section", { "aria-label": title }, el("h2", {}, title), el("ul", {}, rows.map((row) => el("li", {}, row))));

function navRow(channel) {
  const symbol = channel.kind === "dm" ? avatar({ is_bot: true }, "tiny") : icon(channel.kind === "private" ? "lock" : "hash");
  return navLink(channel.id, symbol, labelOf(channel), { count: unread[channel.id], faded: channel.archived });
}

function navLink(id, symbol, text, { count = 0, faded = false } = {}) {
  const current = id === room;
  const classes = [count && !current && "unread", faded && "faded"].filter(Boolean).join(" ");
  return el("a", { href: hashOf(id), class: classes, "aria-current": current && "page" }, symbol, el("span", { class: "nav-name" }, text),
    count > 0 && !current && el("span", { class: "count" }, String(count), el("span", { class: "announcer" }, " unread")));
}

function showNav(open) {
  $("panes").classList.toggle("with-nav", open);
  $("open-nav").setAttribute("aria-expanded", String(open));
}

// --- what was read

const busy = new Set(); // channels with something in them

async function countUnread(id) {
  const { messages = [] } = await read("messages", { channel: id });
  if (messages.length) busy.add(id);
  unread[id] = messages.filter(({ ts, user }) => Number(ts) > Number(seen[id] ?? 0) && user !== workspace.me.id).length;
}

/** What is on the screen counts as read. */
function markRead() {
  if (room === HOME || !room || document.hidden) return;
  const last = channelPane.messages?.at(-1)?.ts;
  if (last) seen[room] = last;
  localStorage.setItem(READ, JSON.stringify(seen));
  unread[room] = 0;
  drawNav();
}

// --- first steps, status, theme

/** Commands worth trying, until the reader has run one. */
function drawTries() {
  const command = workspace.commands[0]?.command;
  $("tries").hidden = !command || Boolean(localStorage.getItem(TRIED));
  const tries = ["Fliggy", "fligy", "飞猪", '"Labor Day"', "help"].map((words) => `${command} ${words}`);
  $("tries").replaceChildren(el("span", {}, "Try"), ...tries.map((text) => el("button", { type: "button", onclick: () => {
    channelPane.composer.fill(text);
    channelPane.composer.submit();
  } }, text)));
}

let online = true;

function drawStatus() {
  const { connected, app } = workspace;
  $("status").replaceChildren(el("span", { class: connected && online ? "dot on" : "dot" }), connected ? `${app.name} is listening` : `${app.name} is not connected`);
  $("offline").hidden = online && connected;
  $("offline").replaceChildren(icon("warning"), online
    ? `${app.name} is not connected: commands and buttons get no answer until the bot is started.`
    : "Reconnecting… The practice workspace does not answer; it may have been stopped.");
}

function drawTheme() {
  const theme = localStorage.getItem(THEME);
  if (theme) document.documentElement.dataset.theme = theme;
  const dark = getComputedStyle(document.documentElement).colorScheme === "dark"
    || (!theme && matchMedia("(prefers-color-scheme: dark)").matches);
  $("theme").setAttribute("aria-label", dark ? "Switch to light" : "Switch to dark");
  $("theme").title = $("theme").getAttribute("aria-label");
  return dark;
}

// --- what the server tells

async function changed(event) {
  if (event.type === "view") return modal.refresh();
  if (event.type === "home") return showHome();
  if (event.type === "state") return readState();
  if (threadPane.channel && threadPane.concerns(event)) threadPane.refresh();
  if (event.channel === room) {
    await channelPane.refresh();
    return markRead();
  }
  await countUnread(event.channel);
  return drawNav();
}

async function readState() {
  const state = await read("state");
  if (!state.channels) return false;
  workspace = state;
  drawPeople($("people"), workspace.users, workspace.me.id);
  drawStatus();
  if (room) {
    drawHead();
    drawNav();
  }
  return true;
}

/** Whatever happened before the line stood, or while it was broken, was not told: look at everything. */
async function lineChanged(isOnline) {
  online = isOnline;
  drawStatus();
  if (!online) return;
  await readState();
  await Promise.all([channelPane.refresh(), threadPane.refresh(), modal.refresh(), room === HOME && showHome()]);
}

// --- starting

function wire() {
  $("open-nav").append(icon("menu"));
  $("theme").append(icon("theme"));
  $("close-thread").append(icon("close"));
  $("banner-mark").append(mark());
  $("close-thread").addEventListener("click", closeThread);
  $("open-nav").addEventListener("click", () => showNav(!$("panes").classList.contains("with-nav")));
  $("main").addEventListener("click", () => showNav(false));
  $("nav").addEventListener("keydown", (event) => event.key === "Escape" && showNav(false));
  $("theme").addEventListener("click", () => {
    localStorage.setItem(THEME, drawTheme() ? "light" : "dark");
    drawTheme();
  });
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address holds the channel
    channelPane.composer.field.focus();
  });
  $("thread").addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) closeThread();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawTheme);
  document.addEventListener("visibilitychange", () => workspace && markRead());
  addEventListener("hashchange", route);
}

const PATIENCE = 1000;

async function start() {
  wire();
  drawTheme();
  while (!(await readState())) await new Promise((resolve) => setTimeout(resolve, PATIENCE));
  await Promise.all(workspace.channels.map(({ id }) => countUnread(id)));
  await route();
  listen(changed, lineChanged);
  await modal.refresh();
  if (matchMedia("(hover: hover)").matches && !threadPane.thread) channelPane.composer.field.focus({ preventScroll: true });
}

start();
