// Additions as they go: a card for each, with every source's latest, counters, and what can be done.
import { all, make, one } from "./pane.js";
import { released } from "./pressing.js";
import { asked, json } from "./sending.js";

const LOOK = 400; // milliseconds between looks at a job that runs
const LISTED = 200; // sources of one job that are shown by name
const WORDS = {
  sent: "waiting its turn", reading: "read", embedding: "being made searchable", ready: "added",
  waiting: "waiting for OCR", unchanged: "already there", failed: "not read",
};
const LOOKS = { ready: "fn-good", unchanged: "fn-good", failed: "fn-bad", waiting: "fn-later" };
const STATES = { waiting: "Waiting for its turn", running: "Adding", done: "Done", failed: "Stopped", cancelled: "Cancelled" };

const plural = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

// Show the additions that the server remembers and that are not over.
export async function shown(page) {
  const { jobs } = await asked("/page/jobs").catch(() => ({ jobs: [] }));
  const named = location.hash.replace("#job-", "");
  for (const job of jobs.toReversed()) if (!job.finished || job.id === named) follow(job, page);
}

export async function follow(job, page) {
  await released(); // the card moves what is below it
  one(`#job-${job.id}`)?.remove();
  const card = drawn(job, page);
  one("#fn-jobs").prepend(card.root);
  for (const name of job.names) card.step({ source: name, state: "sent" });
  look(job.id, card, 0, page);
}

async function look(id, card, after, page) {
  let last = after;
  try {
    const { job, steps } = await asked(`/page/jobs/${id}?after=${after}`);
    await released();
    for (const each of steps) {
      card.step(each);
      last = each.number;
    }
    card.tell(job);
    if (job.finished) return page.fresh();
  } catch (error) {
    card.say(error.message);
    if (!card.root.isConnected) return undefined;
    return window.setTimeout(() => look(id, card, last, page), 5 * LOOK);
  }
  if (card.root.isConnected) window.setTimeout(() => look(id, card, last, page), LOOK);
  return undefined;
}

function drawn(job, page) {
  const state = make("span", { className: "fn-small" });
  const title = make("h2", {}, make("span", { textContent: job.label, dir: "auto" }), state);
  const bar = make("progress", { max: 1000, value: 0 });
  bar.setAttribute("aria-label", `How far: ${job.label}`);
  const counters = make("p", { className: "fn-counters" });
  counters.setAttribute("role", "status");
  const line = make("p", { className: "fn-error", hidden: true });
  line.setAttribute("role", "alert");
  const steps = make("ul", { className: "fn-steps" });
  const more = make("p", { className: "fn-small", hidden: true });
  const button = (text, action, kind = "") => make("button", { type: "button", textContent: text, onclick: action, className: kind });
  const cancel = button("Cancel", async () => { cancel.disabled = true; card.tell((await asked(`/page/jobs/${job.id}`, { method: "DELETE" })).job); });
  const again = button("Try all failures again", () => retry(null), "");
  const close = button("Close", () => root.remove(), "fn-plain");
  const receipts = make("a", { className: "fn-button", textContent: "Receipts", hidden: true, href: `/collections/receipts/${job.id}` });
  const buttons = make("div", { className: "fn-row" }, cancel, again, receipts, close);
  const root = make("section", { className: "fn-card fn-job", id: `job-${job.id}` }, title, bar, counters, line, steps, more, buttons);
  const rows = new Map();
  const came = new Set();
  again.hidden = true;

  async function retry(sources) {
    try {
      follow(await asked("/page/retry", json({ sources })), page);
    } catch (error) {
      card.say(error.message);
    }
  }

  const card = {
    root,
    say(text) { line.textContent = text; line.hidden = !text; },
    step({ source, state: now, reason }) {
      came.add(source);
      let row = rows.get(source);
      if (!row && rows.size >= LISTED && now !== "failed") {
        more.hidden = false;
        more.textContent = `and ${plural(came.size - rows.size, "other source")}`;
        return;
      }
      if (!row) {
        row = make("li", {}, make("span", { textContent: source, dir: "auto" }), make("span", { className: "fn-did" }));
        rows.set(source, row);
        steps.append(row);
      }
      row.className = LOOKS[now] || "";
      one(".fn-did", row).textContent = WORDS[now] || now;
      one(".fn-why", row)?.remove();
      if (now === "failed") {
        row.append(why(reason));
        steps.prepend(row);
      }
    },
    tell(told) {
      state.textContent = STATES[told.state];
      bar.value = told.finished && told.state === "done" ? 1000 : Math.round((1000 * told.done) / Math.max(1, told.total));
      counters.textContent = counted(told);
      cancel.hidden = Boolean(told.finished);
      close.hidden = !told.finished;
      again.hidden = !told.finished || !told.failed.length;
      receipts.hidden = !told.removed;
      receipts.textContent = `${plural(told.removed, "document")} removed: receipts`;
      card.say(told.error || "");
      if (told.finished) for (const row of all("li", steps)) if (one(".fn-did", row).textContent === WORDS.sent) one(".fn-did", row).textContent = told.state === "done" ? "looked through" : "left out";
      for (const each of told.failed) {
        const row = rows.get(each.source);
        if (row && !one("button", row)) one(".fn-why", row)?.append(" ", choose(each, told.collection, button, retry, page));
      }
    },
  };
  return card;
}

// Why a source could not be read, and what to do, which follows the last semicolon.
function why(reason = "") {
  const cut = reason.lastIndexOf("; ");
  const box = make("span", { className: "fn-why", dir: "auto" });
  if (cut < 0) box.append(`${reason}.`);
  else box.append(`${reason.slice(0, cut)}. `, make("b", { textContent: `${reason[cut + 2].toUpperCase()}${reason.slice(cut + 3)}.` }));
  return box;
}

// What was sent is not kept where it could not be read: a mended file is chosen anew, anything else tried again.
function choose(failure, collection, button, retry, page) {
  if (/^([a-z]+:\/\/|\/)/i.test(failure.source)) {
    const made = button("Try again", () => retry([[failure.source, ""]]), "fn-plain");
    made.setAttribute("aria-label", `Try ${failure.source} again`);
    return made;
  }
  const input = make("input", { type: "file", hidden: true });
  input.setAttribute("aria-label", `A mended ${failure.source}`);
  const folder = failure.source.slice(0, failure.source.lastIndexOf("/") + 1);
  input.addEventListener("change", () => page.add([{ file: input.files[0], path: folder + input.files[0].name }], "", failure.source, collection));
  const made = button("Choose the mended file", () => input.click(), "fn-plain");
  return make("span", {}, made, input);
}

function counted(told) {
  const parts = [`${told.done.toLocaleString("en")} of ${plural(told.total, "source")}`];
  if (told.passages) parts.push(`${plural(told.passages, "passage")} made searchable`);
  if (!told.finished && told.rate) parts.push(`${Math.round(told.rate).toLocaleString("en")} a second`);
  if (!told.finished && told.remaining) parts.push(`about ${lasting(told.remaining)} left`);
  if (told.finished) {
    parts.push(`${told.added} added`);
    if (told.unchanged) parts.push(`${told.unchanged} already there`);
    if (told.waiting) parts.push(`${told.waiting} waiting for OCR`);
    if (told.failed.length) parts.push(`${told.failed.length} not read`);
  }
  return parts.join(" · ");
}

function lasting(seconds) {
  if (seconds < 60) return plural(Math.max(1, Math.round(seconds)), "second");
  return seconds < 5400 ? plural(Math.round(seconds / 60), "minute") : `${(seconds / 3600).toFixed(1)} hours`;
}
