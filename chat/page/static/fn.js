// The chat's script: what its links and keys do, and what changes on the page as answers come.
import { all, named, one, open, parsed, refind, show, start, wide } from "./pane.js";

const SIDEBAR = 1200;
let asked = 0; // questions on the page when it was last looked at
let waiting = false; // an answer is expected whose first footnote opens by itself
let anchored = false; // the last question is held at the top of the page
let previewed = false;

// ---- what links of ours do ----------------------------------------------------------------------------

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
    const to = parsed(mark);
    const told = await fetch(`${to.path}/quote${to.query}`).then((answer) => answer.json());
    const facts = [told.title, told.place, told.published].filter(Boolean).join(", ");
    return `[${number}] ${told.quote ? `“${told.quote}” ${facts}` : told.note}`;
  }));
  await navigator.clipboard.writeText(`${lines.join("\n")}\n\n${notes.join("\n")}\n`);
  link.textContent = "Copied";
  window.setTimeout(() => { link.textContent = "Copy with footnotes"; }, 2000);
}

function stopEditing() {
  const editing = document.body.classList.contains("fn-editing");
  document.body.classList.remove("fn-editing");
  return editing;
}

// ---- what changes as answers come ---------------------------------------------------------------------

function look() {
  for (const mark of all(".fn-mark:not([aria-label])")) mark.setAttribute("aria-label", mark.title);
  for (const mark of all(".fn-mark[title]")) mark.removeAttribute("title");
  for (const node of all('[data-testid="bot"][aria-label], [data-testid="user"][aria-label]')) node.removeAttribute("aria-label");
  refind();
  const rows = all(".message-row.user-row");
  if (rows.length > asked) {
    waiting = anchored = true;
    stopEditing();
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
  named(told.title);
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

for (const name of ["wheel", "touchmove"]) window.addEventListener(name, () => { anchored = false; }, { passive: true });
start({
  actions: { "#fn-edit": edit, "#fn-add": add, "#fn-copy": copy },
  keys: { "/": () => one("#fn-box textarea")?.focus(), Escape: stopEditing },
});
settle();
