// The reader beside a page, the card over a footnote, and the keys that move between footnotes: for the chat
// and for every other page. A footnote is a link of class fn-mark; those inside the nearest `.message-row` or
// `[data-footnotes]` belong together. Text from documents is only ever set as textContent.
const WIDE = 1100;
const WAIT = 150;
const STORED = "footnote-reader-width";
const QUOTED = /^\/library\/([^/]+)\/(\d+)-(\d+)$/;
const WHOLE = /^\/library\/([^/]+)$/;

export const wide = () => window.innerWidth >= WIDE;
export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

let current = null; // the footnote that the reader shows
let timer = 0;
let carded = null; // the footnote that the card is over
let extend = null;

export function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

// What a footnote points at, from `#fn-NUMBER~ID~VERSION~START~END` or from the reader's own address.
export function parsed(link) {
  if (link.hash.startsWith("#fn-")) {
    const parts = link.hash.slice(4).split("~");
    return parts.length === 5 ? target(parts[0], ...parts.slice(1)) : null;
  }
  if (link.origin !== location.origin) return null;
  const [, id, start, end] = QUOTED.exec(link.pathname) || WHOLE.exec(link.pathname) || [];
  return id ? target(link.textContent, id, new URLSearchParams(link.search).get("v"), start, end) : null;
}

function target(number, id, version, start, end) {
  const quoted = Number(end) > Number(start);
  return {
    number: Number(number), id, version: Number(version), start: Number(start), end: Number(end), quoted,
    path: `/library/${id}${quoted ? `/${Number(start)}-${Number(end)}` : ""}`,
    query: Number(version) ? `?v=${Number(version)}` : "",
  };
}

export const address = (to) => to.path + to.query;
export const now = () => current;
export const isOpen = () => document.body.classList.contains("fn-open");

// ---- the reader ---------------------------------------------------------------------------------------

export function reader() {
  let pane = one("#fn-reader");
  if (pane) return pane;
  const button = (id, text, label, action) => {
    const made = make("button", { id, type: "button", textContent: text, title: label, onclick: action });
    made.setAttribute("aria-label", label);
    return made;
  };
  const tab = make("a", { id: "fn-tab", textContent: "Own tab", target: "_blank", rel: "noopener", title: "Open the source in its own tab" });
  const bar = make("div", { className: "fn-reader-bar" },
    button("fn-previous", "‹", "Previous footnote (p)", () => step(-1)),
    make("span", { id: "fn-which" }),
    button("fn-next", "›", "Next footnote (n)", () => step(1)),
    make("span", { className: "fn-space" }), tab,
    button("fn-wide", "Wider", "Wider or narrower (o)", widen),
    button("fn-close", "Close", "Close the source (Esc)", close));
  const frame = make("iframe", { id: "fn-frame", title: "Source of the footnote" });
  const split = make("div", { id: "fn-split", tabIndex: 0 });
  split.setAttribute("role", "separator");
  split.setAttribute("aria-label", "Width of the source");
  split.setAttribute("aria-orientation", "vertical");
  pane = make("aside", { id: "fn-reader" }, split, bar, make("p", { id: "fn-caption", hidden: true }), frame);
  pane.setAttribute("aria-label", "Source");
  document.body.append(pane);
  dragging(split);
  swiping(bar);
  resize(Number(localStorage.getItem(STORED)) || Math.max(440, Math.round(window.innerWidth * 0.38)));
  return pane;
}

export function show(path, caption) {
  const pane = reader();
  const frame = one("#fn-frame", pane);
  const url = new URL(path, location.origin).href;
  if (frame.src && frame.contentWindow) frame.contentWindow.location.replace(url);
  else frame.src = url;
  one("#fn-tab", pane).href = url;
  const line = one("#fn-caption", pane);
  line.hidden = !caption;
  line.textContent = caption || "";
  document.body.classList.add("fn-open");
}

export function named(text, many = false) {
  one("#fn-which").textContent = text;
  one("#fn-previous").hidden = one("#fn-next").hidden = !many;
}

export function open(link) {
  const to = parsed(link);
  if (!to) return;
  hideCard();
  all(".fn-now").forEach((mark) => mark.classList.remove("fn-now"));
  current = link;
  link.classList.add("fn-now");
  const query = new URLSearchParams(to.query.slice(1));
  if (!wide()) query.set("view", "text"); // a page's picture is too small for a phone
  show(to.path + (query.size ? `?${query}` : ""));
  count();
  // A sheet covers the lower part of a phone: keep its footnote in sight above it.
  if (!wide()) window.setTimeout(() => window.scrollBy({ top: link.getBoundingClientRect().top - window.innerHeight * 0.27, behavior: "instant" }), 60);
  document.dispatchEvent(new CustomEvent("footnote:opened", { detail: link }));
}

// Says which of its answer's footnotes is open; there may be more of them by and by.
function count() {
  const marks = siblings(current);
  const row = marks.indexOf(current);
  const text = row < 0 ? "Document" : `Footnote ${row + 1} of ${marks.length}`;
  if (one("#fn-which").textContent !== text) named(text, marks.length > 1);
  one("#fn-previous").disabled = row <= 0;
  one("#fn-next").disabled = row + 1 >= marks.length;
}

export function close() {
  document.body.classList.remove("fn-open");
  all(".fn-now").forEach((mark) => mark.classList.remove("fn-now"));
  if (current && current.isConnected) current.focus();
}

// An answer's footnotes in their order; of one that stands in it twice, the open mark or else the first.
function footnotes(group) {
  const found = new Map();
  for (const mark of all(".fn-mark", group)) {
    const key = mark.href || mark;
    if (!found.has(key) || mark === current) found.set(key, mark);
  }
  return [...found.values()];
}

function siblings(link) {
  const group = link.closest(".message-row, [data-footnotes]");
  return group ? footnotes(group) : [];
}

export function step(by) {
  const last = all(".message-row:has(.fn-mark), [data-footnotes]:has(.fn-mark)").at(-1);
  const marks = current && current.isConnected ? siblings(current) : last ? footnotes(last) : [];
  const next = marks[marks.indexOf(current) + by];
  if (!next) return;
  open(next);
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

// After a page has drawn its footnotes anew, the open one is the one of the same address.
export function refind() {
  if (current && !current.isConnected) {
    current = all("a.fn-mark").find((mark) => mark.href === current.href) || current;
    current.classList.add("fn-now");
  }
  if (current?.isConnected && isOpen() && one("#fn-which").textContent.startsWith("Footnote ")) count();
}

function resize(width) {
  const most = Math.max(380, window.innerWidth - 420);
  const fitting = Math.round(Math.max(380, Math.min(width, most)));
  document.documentElement.style.setProperty("--fn-reader", `${fitting}px`);
  const split = one("#fn-split");
  if (split) for (const [name, value] of [["min", 380], ["max", most], ["now", fitting]]) split.setAttribute(`aria-value${name}`, value);
  return fitting;
}

export function widen() {
  document.body.classList.toggle("fn-wide");
}

function dragging(split) {
  split.addEventListener("pointerdown", (down) => {
    down.preventDefault();
    split.setPointerCapture(down.pointerId);
    document.body.classList.add("fn-dragging");
    const move = (event) => localStorage.setItem(STORED, String(resize(window.innerWidth - event.clientX)));
    const up = () => {
      document.body.classList.remove("fn-dragging");
      split.removeEventListener("pointermove", move);
    };
    split.addEventListener("pointermove", move);
    split.addEventListener("pointerup", up, { once: true });
    split.addEventListener("pointercancel", up, { once: true });
  });
  split.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: 40, ArrowRight: -40 }[event.key];
    if (by) localStorage.setItem(STORED, String(resize(reader().offsetWidth + by)));
  });
}

function swiping(bar) {
  let from = null;
  bar.addEventListener("touchstart", (event) => { from = event.changedTouches[0]; }, { passive: true });
  bar.addEventListener("touchend", (event) => {
    if (!from) return;
    const to = event.changedTouches[0];
    const across = to.clientX - from.clientX;
    const down = to.clientY - from.clientY;
    if (down > 70 && Math.abs(across) < down) close();
    else if (Math.abs(across) > 60) step(across < 0 ? 1 : -1);
  });
}

// ---- the card over a footnote -------------------------------------------------------------------------

async function card(link) {
  const to = parsed(link);
  if (!to || !to.quoted) return;
  const answer = await fetch(`${to.path}/quote${to.query}`);
  const told = await answer.json().catch(() => ({}));
  if (carded !== link) return;
  one("#fn-card")?.remove();
  const box = make("div", { id: "fn-card" });
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", link.getAttribute("aria-label") || "Footnote");
  const said = make("div", { id: "fn-card-said" });
  box.append(said);
  if (told.quote) {
    const facts = [told.title, told.place, told.published, told.dated, told.speaker, told.copies].filter(Boolean).join(" · ");
    const words = make("p", { dir: "auto" }, `${told.before} `, make("b", { textContent: told.quote }), ` ${told.after}`);
    said.append(words, make("p", { className: "fn-small", dir: "auto", textContent: facts }));
    extend?.(link, box);
  } else {
    said.append(make("p", { textContent: told.note || "The source could not be reached." }));
  }
  box.addEventListener("mouseleave", hideCard);
  document.body.append(box);
  link.setAttribute("aria-describedby", said.id);
  const place = link.getBoundingClientRect();
  const left = Math.min(Math.max(8, place.left - 24), window.innerWidth - box.offsetWidth - 8);
  const above = place.top - box.offsetHeight - 8;
  box.style.left = `${left}px`;
  box.style.top = `${above > 52 ? above : place.bottom + 8}px`;
}

export function hideCard() {
  window.clearTimeout(timer);
  carded?.removeAttribute("aria-describedby");
  carded = null;
  one("#fn-card")?.remove();
}

function hover(event) {
  const link = event.target.closest?.("a.fn-mark");
  if (!link || link === carded) return;
  hideCard();
  if (link === current && isOpen()) return;
  carded = link;
  timer = window.setTimeout(() => card(link), WAIT);
}

// The pointer may go on into the card, to what can be done there.
function leave(event) {
  if (!event.target.closest?.("a.fn-mark, #fn-card")) return;
  window.clearTimeout(timer);
  if (event.relatedTarget?.closest?.("#fn-card")) return;
  if (event.type === "focusout" || !one("#fn-card")) return hideCard();
  timer = window.setTimeout(() => { if (!one("#fn-card:hover, #fn-card :focus")) hideCard(); }, WAIT);
}

// ---- links and keys -----------------------------------------------------------------------------------

// `actions` are a page's own links by their fragment, `keys` its own keys; both may be empty. `card` is called
// with a footnote and the card over it, and may add to the card.
export function start({ actions = {}, keys = {}, card: more = null } = {}) {
  extend = more;
  const known = { n: () => step(1), p: () => step(-1), o: widen, ...keys, Escape: () => back(keys.Escape) };

  function clicked(event) {
    const link = event.target.closest?.('a[href^="#fn-"], a.fn-mark');
    if (!link || (event.button ?? 0) !== 0) return;
    const action = actions[link.hash];
    const to = action ? null : parsed(link);
    if (!action && !to) return;
    event.preventDefault();
    event.stopPropagation();
    if (action) action(link);
    else if (event.ctrlKey || event.metaKey) window.open(address(to), "_blank", "noopener");
    else open(link);
  }

  function pressed(event) {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable=true]");
    if (event.ctrlKey || event.metaKey || event.altKey || (typing && event.key !== "Escape")) return;
    const action = known[event.key];
    if (!action || one("dialog[open]")) return;
    if (event.key === " " && event.target.closest?.("a:not(.fn-mark), button, summary, [role=button], [role=option]")) return;
    if (event.key !== "Escape") event.preventDefault();
    action();
  }

  function told(event) {
    const frame = one("#fn-frame");
    if (event.origin !== location.origin || !frame || event.source !== frame.contentWindow) return;
    if (typeof event.data?.key === "string") known[event.data.key]?.();
    else document.dispatchEvent(new CustomEvent("footnote:told", { detail: event.data })); // by a page in the pane
  }

  document.addEventListener("click", clicked, true);
  document.addEventListener("mouseover", hover);
  document.addEventListener("mouseout", leave);
  document.addEventListener("focusin", hover);
  document.addEventListener("focusout", leave);
  document.addEventListener("keydown", pressed);
  window.addEventListener("message", told);
  window.addEventListener("scroll", hideCard, { passive: true });
  catchUp(actions);
}

// A link clicked before this script was there only changed the address: its action is done now, if no other
// link has the same. Without a click, or as the page was opened, the address is a stranger's and does nothing.
function catchUp(actions) {
  const { hash, href, pathname, search } = location;
  const links = actions[hash] ? all(`a[href="${hash}"]`) : [];
  if (links.length !== 1 || !navigator.userActivation?.hasBeenActive || performance.getEntriesByType("navigation")[0]?.name === href) return;
  history.replaceState(history.state, "", pathname + search);
  actions[hash](links[0]);
}

function back(more) {
  if (one("#fn-card")) hideCard();
  else if (more?.()) return;
  else if (isOpen()) close();
}
