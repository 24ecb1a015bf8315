// Builds DOM nodes. Text only ever becomes a text node: nothing on this page parses HTML.

/** Make an element; `onclick: f` listens, everything else is an attribute, absent values are left out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

// Drawn on a 20 × 20 grid with a round pen.
const ICONS = {
  hash: "M8 3 6.5 17M13.5 3 12 17M3.5 7.5h14M2.5 12.5h14",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  home: "M3.5 9.5 10 4l6.5 5.5M5.5 8.5V16h9V8.5",
  close: "m5 5 10 10M15 5 5 15",
  send: "M3.5 16.5 17 10 3.5 3.5l2 6.5zM5.5 10H10",
  down: "M10 4v11m-5-5 5 5 5-5",
  chevron: "m5.5 8 4.5 4.5L14.5 8",
  right: "m8 5.5 4.5 4.5L8 14.5",
  menu: "M3.5 5.5h13M3.5 10h13M3.5 14.5h13",
  dots: "M5 10h.01M10 10h.01M15 10h.01",
  theme: "M10 3.5a6.5 6.5 0 1 0 0 13zM10 3.5a6.5 6.5 0 0 1 0 13",
  thread: "M4 4.5h12v8.5H9.5L6 16v-3H4zM7 7.5h6M7 10h4",
  picture: "M3 4.5h14v11H3zM3 13l4-4 3.5 3.5L13 10l4 3.5M12.5 7.5h.01",
  warning: "M10 3.5 17.5 16.5h-15zM10 8.5v3.5M10 14.2h.01",
  eye: "M2.5 10S5.3 5 10 5s7.5 5 7.5 5-2.8 5-7.5 5-7.5-5-7.5-5zM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  tools: "M4 6h7m4 0h1M4 14h1m4 0h7M11 4v4M5 12v4",
  trash: "M4 5.5h12M8 5.5v-2h4v2M5.5 5.5l.7 11h7.6l.7-11M8.5 8.5v5M11.5 8.5v5",
  plus: "M10 4v12M4 10h12",
  page: "M5.5 2.5h6l3 3v12h-9zM11.5 2.5v3h3",
  up: "M4 9h2.5v7H4zM6.5 9l3-6c1.3 0 2 .8 2 2v3h4.5l-1.3 7-1.2 1h-7",
};

/** One of our own line icons; decoration only, so a name must stand next to it or on its button. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** The bot's own mark: lines of news, rounded up. */
export function mark() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 36 36");
  svg.setAttribute("class", "mark");
  svg.setAttribute("aria-hidden", "true");
  for (const d of ["M26.6 10.9A11 11 0 1 0 29 18", "M29.2 6.8 27 11.200l-4.6-1.4", "M13 14h10M13 18h10M13 22h6"]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

let counter = 0;

/** An id no other element of the page has, for labels and descriptions. */
export function freshId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

// An English page with another language's dates reads badly, so only English regions are followed.
const LOCALE = navigator.language?.startsWith("en") ? navigator.language : "en-GB";

/** Format a date for this reader: their zone, their region's habits. */
export function formatDate(date, options) {
  return new Intl.DateTimeFormat(LOCALE, options).format(date);
}

export const asDate = (ts) => new Date(Number(ts) * 1000);

const DAY = 24 * 60 * 60 * 1000;

/** Say "Today", "Yesterday" or "Friday, 1 May". */
export function dayName(date, now = new Date()) {
  const midnight = (d) => new Date(d.getFullYear(), d.getMonth(), d.getDate());
  const days = Math.round((midnight(now) - midnight(date)) / DAY);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return formatDate(date, { weekday: "long", day: "numeric", month: "long", year });
}
