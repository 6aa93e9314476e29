// The library's page: rows are filtered while one types and opened beside, files are dropped and sent.
import { all, one, open } from "./pane.js";
import { follow, shown } from "./jobs.js";
import { released } from "./pressing.js";
import { fromDrop, send } from "./sending.js";

const PAUSE = 180; // milliseconds without a key before the table is asked for

// ---- the table ----------------------------------------------------------------------------------------

let asked = 0;

const named = (box) => `${box.name} ${box.value}`;

// Fetch the table of an address and put it where the old one is; whoever was in it stays there, with his ticks.
export async function table(address, keep = true) {
  const mine = (asked += 1);
  const url = new URL(address, location.origin);
  url.searchParams.set("part", "table");
  const answer = await fetch(url);
  const text = await answer.text();
  await released();
  if (!answer.ok || mine !== asked) return;
  const page = new DOMParser().parseFromString(text, "text/html");
  const place = one("#fn-table");
  const ticks = new Set(all("tbody input:checked", place).map(named));
  const focused = place.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  place.replaceChildren(document.importNode(one("form", page), true));
  for (const box of all("tbody input[type=checkbox]", place)) box.checked = ticks.has(named(box));
  if (focused) all("a", place).find((link) => link.getAttribute("href") === focused)?.focus();
  if (keep) history.replaceState(null, "", address);
  ticked();
}

function wanted() {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(one("#fn-filter"))) if (value) query.set(name, value);
  const now = new URLSearchParams(location.search);
  for (const name of ["sort", "way"]) if (now.get(name)) query.set(name, now.get(name));
  return `/library${query.size ? `?${query}` : ""}`;
}

function filtering(form) {
  let timer = 0;
  const soon = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => table(wanted()), PAUSE);
  };
  form.addEventListener("input", soon);
  form.addEventListener("submit", (event) => { event.preventDefault(); table(wanted()); });
}

function ticked() {
  const chosen = all("#fn-table tbody input:checked");
  const line = one("#fn-ticked");
  if (!line) return;
  line.textContent = chosen.length ? `${chosen.length} ticked` : "Tick rows to change them.";
  const names = new Set(chosen.map((box) => (box.name === "ids" ? "document" : "failed")));
  for (const button of all("[data-needs]")) button.disabled = !names.has(button.dataset.needs);
}

function inTable(place) {
  place.addEventListener("change", (event) => {
    if (event.target.id === "fn-all") for (const box of all("tbody input[type=checkbox]", place)) box.checked = event.target.checked;
    ticked();
  });
  place.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.button) return;
    if (link.classList.contains("fn-choose")) return one("#fn-files").focus();
    if (link.pathname !== "/library" || link.hash) return;
    event.preventDefault();
    const state = new URLSearchParams(link.search).get("state") || "";
    one("#fn-state").value = state;
    table(link.pathname + link.search);
  });
}

// ---- adding -------------------------------------------------------------------------------------------

function wrong(text) {
  const line = one("#fn-add-wrong");
  line.textContent = text;
  line.hidden = !text;
}

async function add(files, pages = "", insteadOf = "", into = one("#fn-into").value) {
  wrong("");
  const go = one("#fn-go");
  go.disabled = true;
  try {
    const told = (done) => { go.textContent = `Sending ${done} of ${files.length}`; };
    const job = await send(files, pages, into, told, insteadOf);
    follow(job, { fresh: () => table(location.pathname + location.search), add });
    one("#fn-add").reset();
  } catch (error) {
    wrong(error.message);
  } finally {
    go.disabled = false;
    go.textContent = "Add";
  }
}

function adding(form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const files = [...all("#fn-files, #fn-folder", form)].flatMap((input) => [...input.files]);
    add(files.map((file) => ({ file, path: file.webkitRelativePath || file.name })), one("#fn-pages").value);
  });
}

function dropping() {
  const veil = one("#fn-drop");
  let inside = 0;
  const carries = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  const over = (by) => {
    inside = Math.max(0, inside + by);
    one("#fn-drop-into").textContent = one("#fn-into").value || "default";
    veil.hidden = !inside;
  };
  document.addEventListener("dragenter", (event) => { if (carries(event)) { event.preventDefault(); over(1); } });
  document.addEventListener("dragleave", (event) => { if (carries(event)) over(-1); });
  document.addEventListener("dragover", (event) => { if (carries(event)) event.preventDefault(); });
  document.addEventListener("drop", async (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    inside = 0;
    veil.hidden = true;
    const files = await fromDrop(event.dataTransfer);
    if (files.length) add(files);
    else wrong("There was no file in what was dropped.");
  });
}

// ---- all of it ----------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.fn-document");
  if (!link || event.ctrlKey || event.metaKey || event.button) return;
  event.preventDefault();
  open(link);
});

if (one("#fn-table")) {
  filtering(one("#fn-filter"));
  inTable(one("#fn-table"));
  adding(one("#fn-add"));
  dropping();
  ticked();
  shown({ fresh: () => table(location.pathname + location.search), add });
}
