// The chat's script: what its links and keys do, and what changes on the page as answers come.
import { all, named, one, open, parsed, refind, show, start, wide } from "./pane.js";
import { check, complain, dispute, object, onCard, pin, pinAll, showMarks } from "./marks.js";
import { released } from "./pressing.js";
import { openPart, settleTabs } from "./sources.js";
import { listKeys, tell } from "./telling.js";

const SIDEBAR = 1200;
const KEYS = [["/", "Ask: to the question box"], ["n, p", "Next, previous footnote"], ["Space", "Checked, or not"], ["x", "Disputed, with a note"],
  ["m", "Pin to the tray"], ["f", "Feedback on the footnote: wrong evidence, out of context"], ["o", "Source wide, or not"], ["Esc", "Close; back to the same footnote"], ["?", "These keys"]];
let asked = 0; // questions on the page when it was last looked at
let waiting = false; // an answer is expected whose first footnote opens by itself
let anchored = false; // the last question is held at the top of the page
let previewed = false;
let wanted = new URLSearchParams(location.search); // the conversation and turn that the address names

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

// Puts words into the question box as if they were typed.
function type(text) {
  const field = one("#fn-box textarea");
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
  field.setSelectionRange(text.length, text.length);
}

function resend(link) {
  type(one(".fn-question", link.closest(".message-row")).textContent.trim());
}

function askAgain() {
  one("#fn-standalone .submit-button")?.click(); // what was searched last, asked once more
}

async function signOut() {
  await fetch("/sign-out", { method: "POST", redirect: "manual" });
  location.assign("/sign-in");
}

async function copied(text) {
  await navigator.clipboard.writeText(text);
  tell("Copied");
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
  await copied(`${lines.join("\n")}\n\n${notes.join("\n")}\n`);
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
  for (const link of all('a.fn-action[href^="#"]:not([role])')) link.setAttribute("role", "button");
  for (const link of all('a[target][href^="/"]')) link.removeAttribute("target"); // Gradio opens ours elsewhere too
  for (const node of all('[data-testid="bot"][aria-label], [data-testid="user"][aria-label]')) node.removeAttribute("aria-label");
  refind();
  const rows = all(".message-row.user-row");
  if (rows.length > asked && !wanted.has("conversation")) {
    waiting = anchored = true;
    stopEditing();
  }
  asked = rows.length;
  if (wanted.has("conversation")) reach();
  else place();
  if (waiting) first(all(".message-row").at(-1)); // before the next: what opens or closes the pane moves the text
  if (anchored) follow(rows.at(-1));
  showMarks();
  settleTabs();
  const gone = one(".fn-now.fn-mark-removed:not(.fn-seen)"); // the reader must not go on showing what was removed
  if (gone) {
    gone.classList.add("fn-seen");
    one("#fn-frame")?.contentWindow.location.reload();
  }
  if (!previewed && wide() && one("#fn-first .fn-example")) preview();
}

// Goes to the turn that the address names, once its conversation is there.
function reach() {
  const last = all("a.fn-link").at(-1);
  if (!last && !one(".fn-notice")) return;
  const turn = wanted.get("turn");
  wanted = new URLSearchParams();
  const link = turn && all("a.fn-link").find((each) => new URL(each.href).searchParams.get("turn") === turn);
  const row = (link || last)?.closest(".message-row");
  if (!row) return;
  row.previousElementSibling?.scrollIntoView({ block: "start", behavior: "instant" });
  const mark = one(".fn-sentence .fn-mark:not(.fn-mark-removed)", row);
  if (mark && wide()) open(mark);
}

// The address names the conversation that is open, so that it can be kept and opened again.
function place() {
  const last = all("a.fn-link").at(-1);
  if (!last && all(".message-row").length) return; // its first answer is still on its way
  const query = new URLSearchParams(location.search);
  query.delete("turn");
  if (last) query.set("conversation", new URL(last.href).searchParams.get("conversation"));
  else query.delete("conversation");
  const search = query.size ? `?${query}` : "";
  if (location.search !== search) history.replaceState(history.state, "", location.pathname + search);
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
  const told = answer.ok && await answer.json();
  await released();
  if (!told || all(".message-row").length) return; // the first footnote of an answer that came meanwhile stays
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
  requestAnimationFrame(async () => {
    await released(); // what opens the pane or scrolls moves what is pressed
    planned = false;
    look();
  });
}).observe(document.documentElement, { childList: true, subtree: true });

for (const name of ["wheel", "touchmove"]) window.addEventListener(name, () => { anchored = false; }, { passive: true });
// What was added or removed on another page is looked at again when this one comes back into sight.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && !one("#fn-box .stop-button")) one("#fn-refresh")?.click();
});
document.addEventListener("footnote:told", ({ detail }) => {
  if (typeof detail?.ask === "string") type(`“${detail.ask.replace(/\s+/g, " ").trim()}” `);
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.fn-link");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  copied(link.href);
}, true);
start({
  actions: {
    "#fn-edit": edit, "#fn-add": add, "#fn-copy": copy, "#fn-resend": resend, "#fn-ask-again": askAgain, "#fn-pin-all": pinAll,
    "#fn-sign-out": signOut, "#fn-sources": openPart("footnotes"), "#fn-considered": openPart("considered"), "#fn-withheld": openPart("withheld"),
    "#fn-wrong-evidence": (link) => complain("Wrong evidence", link), "#fn-out-of-context": (link) => complain("Out of context", link),
    "#fn-missed-source": (link) => complain("Missed a source", link),
  },
  keys: {
    "/": () => one("#fn-box textarea")?.focus(), " ": () => check(), x: () => dispute(), m: () => pin(), f: () => object(), "?": () => listKeys(KEYS), Escape: stopEditing,
  },
  card: onCard,
});
settle();
look(); // what the address names may be on the page before this script is
