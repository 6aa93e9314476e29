// The page's only script: footnotes open the reader beside the chat, cards say what a footnote holds,
// keys move between them. Text from documents is only ever set as textContent.
"use strict";
(() => {
  const WIDE = 1100;
  const SIDEBAR = 1200;
  const WAIT = 150;
  const STORED = "footnote-reader-width";
  const wide = () => window.innerWidth >= WIDE;
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  let current = null; // the footnote that the reader shows
  let asked = 0; // questions on the page when it was last looked at
  let waiting = false; // an answer is expected whose first footnote opens by itself
  let anchored = false; // the last question is held at the top of the page
  let previewed = false;
  let timer = 0;
  let carded = null;

  function make(tag, properties = {}, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  function parsed(link) {
    const parts = link.hash.slice(4).split("~");
    if (parts.length !== 5) return null;
    const [number, id, version, start, end] = parts;
    const span = Number(end) > Number(start) ? `/${Number(start)}-${Number(end)}` : "";
    return { number: Number(number), path: `/library/${id}${span}`, query: `?v=${Number(version)}`, quoted: span !== "" };
  }

  const address = (target) => target.path + target.query;

  // ---- the reader -------------------------------------------------------------------------------------

  function reader() {
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
    const width = Number(localStorage.getItem(STORED));
    if (width) resize(width);
    return pane;
  }

  function show(path, caption) {
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

  function open(link) {
    const target = parsed(link);
    if (!target) return;
    hideCard();
    all(".fn-now").forEach((mark) => mark.classList.remove("fn-now"));
    current = link;
    link.classList.add("fn-now");
    show(address(target) + (wide() ? "" : "&view=text")); // a page's picture is too small for a phone
    const marks = siblings(link);
    const row = marks.indexOf(link);
    const many = marks.length > 1;
    one("#fn-which").textContent = row < 0 ? "Document" : `Footnote ${row + 1} of ${marks.length}`;
    one("#fn-previous").hidden = one("#fn-next").hidden = !many;
    one("#fn-previous").disabled = row <= 0;
    one("#fn-next").disabled = row + 1 >= marks.length;
    // A sheet covers the lower part of a phone: keep its footnote in sight above it.
    if (!wide()) window.setTimeout(() => link.scrollIntoView({ block: "center" }), 60);
  }

  function close() {
    document.body.classList.remove("fn-open");
    all(".fn-now").forEach((mark) => mark.classList.remove("fn-now"));
    if (current && current.isConnected) current.focus();
  }

  const siblings = (link) => all(".fn-mark", link.closest(".message-row") || document.createElement("div"));

  function step(by) {
    const marks = current && current.isConnected ? siblings(current) : all(".message-row:last-of-type .fn-mark");
    const next = marks[marks.indexOf(current) + by];
    if (!next) return;
    open(next);
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  function resize(width) {
    const most = window.innerWidth - 420;
    const fitting = Math.max(380, Math.min(width, most));
    document.documentElement.style.setProperty("--fn-reader", `${fitting}px`);
    return fitting;
  }

  function widen() {
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

  // ---- the card over a footnote -----------------------------------------------------------------------

  async function card(link) {
    const target = parsed(link);
    if (!target || !target.quoted) return;
    const answer = await fetch(`${target.path}/quote${target.query}`);
    const told = await answer.json().catch(() => ({}));
    if (carded !== link) return;
    one("#fn-card")?.remove();
    const box = make("div", { id: "fn-card" });
    box.setAttribute("role", "tooltip");
    if (told.quote) {
      const facts = [told.title, told.place, told.published].filter(Boolean).join(" · ");
      const words = make("p", { dir: "auto" }, `${told.before} `, make("b", { textContent: told.quote }), ` ${told.after}`);
      box.append(words, make("p", { className: "fn-small", textContent: facts }));
    } else {
      box.append(make("p", { textContent: told.note || "The source could not be reached." }));
    }
    document.body.append(box);
    const place = link.getBoundingClientRect();
    const left = Math.min(Math.max(8, place.left - 24), window.innerWidth - box.offsetWidth - 8);
    const above = place.top - box.offsetHeight - 8;
    box.style.left = `${left}px`;
    box.style.top = `${above > 52 ? above : place.bottom + 8}px`;
  }

  function hideCard() {
    window.clearTimeout(timer);
    carded = null;
    one("#fn-card")?.remove();
  }

  function hover(event) {
    const link = event.target.closest?.("a.fn-mark");
    if (!link || link === carded) return;
    hideCard();
    if (link === current && document.body.classList.contains("fn-open")) return;
    carded = link;
    timer = window.setTimeout(() => card(link), WAIT);
  }

  function leave(event) {
    if (event.target.closest?.("a.fn-mark")) hideCard();
  }

  // ---- what links of ours do --------------------------------------------------------------------------

  function clicked(event) {
    const link = event.target.closest?.('a[href^="#fn-"]');
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    const action = { "#fn-edit": edit, "#fn-add": add, "#fn-copy": copy }[link.hash];
    if (action) return action(link);
    const target = parsed(link);
    if (target && (event.ctrlKey || event.metaKey)) window.open(address(target), "_blank", "noopener");
    else open(link);
  }

  function edit() {
    document.body.classList.add("fn-editing");
    const field = one("#fn-standalone textarea");
    if (!field) return;
    field.focus();
    field.select();
  }

  function add() {
    one("#fn-upload")?.click();
  }

  async function copy(link) {
    const row = link.closest(".message-row");
    const lines = [];
    const marks = new Map();
    for (const text of all(".fn-text", row)) {
      const words = text.cloneNode(true);
      const numbers = all(".fn-mark", text);
      one(".fn-marks", words)?.remove();
      numbers.forEach((mark) => marks.set(mark.textContent, mark));
      lines.push([words.textContent.trim(), ...numbers.map((mark) => `[${mark.textContent}]`)].join(" "));
    }
    const notes = await Promise.all([...marks].map(async ([number, mark]) => {
      const target = parsed(mark);
      const told = await fetch(`${target.path}/quote${target.query}`).then((answer) => answer.json());
      const facts = [told.title, told.place, told.published].filter(Boolean).join(", ");
      return `[${number}] ${told.quote ? `“${told.quote}” ${facts}` : told.note}`;
    }));
    await navigator.clipboard.writeText(`${lines.join("\n")}\n\n${notes.join("\n")}\n`);
    link.textContent = "Copied";
    window.setTimeout(() => { link.textContent = "Copy with footnotes"; }, 2000);
  }

  // ---- keys -------------------------------------------------------------------------------------------

  function key(name) {
    const keys = { n: () => step(1), p: () => step(-1), o: widen, "/": () => one("#fn-box textarea")?.focus(), Escape: back };
    return keys[name];
  }

  function back() {
    if (one("#fn-card")) hideCard();
    else if (document.body.classList.contains("fn-editing")) document.body.classList.remove("fn-editing");
    else if (document.body.classList.contains("fn-open")) close();
  }

  function pressed(event) {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable=true]");
    if (event.ctrlKey || event.metaKey || event.altKey || (typing && event.key !== "Escape")) return;
    const action = key(event.key);
    if (!action) return;
    if (event.key !== "Escape") event.preventDefault();
    action();
  }

  function told(event) {
    const frame = one("#fn-frame");
    if (event.origin !== location.origin || !frame || event.source !== frame.contentWindow) return;
    if (typeof event.data?.key === "string") key(event.data.key)?.();
  }

  // ---- what changes as answers come -------------------------------------------------------------------

  function look() {
    for (const mark of all(".fn-mark:not([aria-label])")) mark.setAttribute("aria-label", mark.title);
    for (const mark of all(".fn-mark[title]")) mark.removeAttribute("title");
    for (const node of all('[data-testid="bot"][aria-label], [data-testid="user"][aria-label]')) node.removeAttribute("aria-label");
    if (current && !current.isConnected) current = all(".fn-mark").find((mark) => mark.href === current.href) || current;
    const rows = all(".message-row.user-row");
    if (rows.length > asked) {
      waiting = anchored = true;
      document.body.classList.remove("fn-editing");
    }
    asked = rows.length;
    if (anchored) follow(rows.at(-1));
    if (waiting) first(all(".message-row").at(-1));
    for (const proof of all(".fn-receipts:not(.fn-seen)")) { // the reader must not go on showing what was removed
      proof.classList.add("fn-seen");
      one("#fn-frame")?.contentWindow.location.reload();
    }
    if (!previewed && wide() && one("#fn-first .fn-example")) preview();
  }

  // Holds the question at the top while its answer comes, until the answer is whole or the person scrolls.
  function follow(row) {
    row?.scrollIntoView({ block: "start", behavior: "instant" });
    const last = all(".message-row").at(-1);
    if (last && one(".fn-bar, .fn-none, .fn-notice", last)) anchored = false;
  }

  function first(row) {
    if (!row || row.classList.contains("user-row")) return;
    const mark = one(".fn-sentence .fn-mark:not(.fn-mark-removed)", row);
    if (mark) {
      waiting = false;
      if (wide()) open(mark);
    } else if (one(".fn-none", row)) {
      waiting = false;
      document.body.classList.remove("fn-open");
    }
  }

  async function preview() {
    previewed = true;
    const answer = await fetch("/library/first");
    if (!answer.ok || all(".message-row").length) return;
    const told = await answer.json();
    show(told.address, "Every footnote opens here.");
    one("#fn-which").textContent = told.title;
    one("#fn-previous").hidden = one("#fn-next").hidden = true;
  }

  function settle() {
    const toggle = one(".sidebar .toggle-button");
    if (!toggle) return void window.setTimeout(settle, 50);
    if (window.innerWidth < SIDEBAR && one(".sidebar.open")) toggle.click();
    toggle.setAttribute("aria-label", "Documents and conversations");
    document.body.classList.add("fn-ready");
  }

  let planned = false;
  new MutationObserver(() => {
    if (planned) return;
    planned = true;
    requestAnimationFrame(() => { planned = false; look(); });
  }).observe(document.documentElement, { childList: true, subtree: true });

  document.addEventListener("click", clicked, true);
  document.addEventListener("mouseover", hover);
  document.addEventListener("mouseout", leave);
  document.addEventListener("focusin", hover);
  document.addEventListener("focusout", leave);
  document.addEventListener("keydown", pressed);
  for (const name of ["wheel", "touchmove"]) window.addEventListener(name, () => { anchored = false; }, { passive: true });
  window.addEventListener("message", told);
  window.addEventListener("scroll", hideCard, { passive: true });
  settle();
})();
