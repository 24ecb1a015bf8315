// Talks to the practice workspace's own server, and to nobody else.

import { who } from "./who.js";

async function ask(path, options) {
  try {
    const response = await fetch(`/practice/${path}`, options);
    return await response.json();
  } catch (error) {
    // Not reachable or not JSON: the reconnecting banner tells the reader, the caller needs a value.
    if (error instanceof TypeError || error instanceof SyntaxError) return { ok: false, error: "not_reachable" };
    throw error;
  }
}

/** Read one of the page's JSON documents. */
export function read(path, query = {}) {
  const search = new URLSearchParams(asWho(query)).toString();
  return ask(search ? `${path}?${search}` : path);
}

/** Do something; resolves to `{ok, error?, …}` once the bot has answered. */
export function tell(path, body = {}, method = "POST") {
  return ask(path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(asWho(body)) });
}

/** Send a file, with whatever is said beside it. */
export function bring(file, { channel, thread = "", text = "" }) {
  const query = new URLSearchParams(asWho({ channel, thread, text, name: file.name }));
  return ask(`upload?${query}`, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file });
}

/** Where a file can be saved from. */
export const fileAddress = (id) => `/practice/file/${id}?${new URLSearchParams(asWho({}))}`;

const asWho = (query) => (who ? { ...query, as: who } : query);

const RETRY = 1500;

/** Hear of every change; `online(bool)` tells when the line is lost and when it is back. */
export function listen(changed, online) {
  const source = new EventSource(`/practice/events?${new URLSearchParams(asWho({}))}`);
  source.addEventListener("open", () => online(true));
  source.addEventListener("message", (event) => changed(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    online(false);
    // The browser tries again by itself unless the answer was an error.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(changed, online), RETRY);
  });
}
