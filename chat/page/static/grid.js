// A grid is filled as its answers come; it can be stopped, gone on with, and each failed cell tried again.
import { all, make, one, refind } from "./pane.js";
import { released } from "./pressing.js";
import { lines, saying, told } from "./stream.js";

const bar = one("#fn-running");
const cells = Number(bar.dataset.cells);
let stopping = null;

function wrong(line) {
  const place = one("#fn-wrong");
  place.textContent = line || "";
  place.hidden = !line;
}

function mark(each, support) {
  const link = make("a", { className: `fn-mark fn-mark-${each.removed ? "removed" : support}`, textContent: String(each.number), href: each.href });
  link.setAttribute("aria-label", `Footnote ${each.number}: ${each.where}`);
  return link;
}

function fill(event) {
  const cell = one(`[data-cell="${event.number}"]`);
  const parts = [make("p", { className: "fn-state", textContent: event.word })];
  for (const sentence of event.sentences) {
    parts.push(make("p", {}, make("span", { textContent: sentence.text, dir: "auto" }),
      make("span", { className: "fn-marks" }, ...sentence.marks.map((each) => mark(each, sentence.support)))));
  }
  if (event.state === "failed") {
    const again = make("button", { type: "button", textContent: "Try again" });
    again.dataset.again = String(event.number);
    parts.push(make("p", { className: "fn-small", textContent: event.reason, dir: "auto" }), again);
  }
  cell.className = `fn-${event.state}`;
  cell.replaceChildren(...parts);
  refind();
}

const answered = () => cells - all("td.fn-waiting, td.fn-failed").length;

function tell(rest = "") {
  const done = answered();
  one("#fn-progress").value = done;
  one("#fn-told").textContent = `${done} of ${cells} ${cells === 1 ? "cell" : "cells"} answered${rest}`;
}

function working(is) {
  one("#fn-stop").hidden = !is;
  one("#fn-go").hidden = is || answered() === cells;
  one("#fn-go").textContent = "Go on";
}

// What was under way when it was stopped, or is answered in another window, is not answered once more: it is fetched.
async function others() {
  const waiting = new Set(all("td.fn-waiting").map((cell) => Number(cell.dataset.cell)));
  if (!waiting.size) return;
  const answer = await fetch(`/page/many/${bar.dataset.grid}`);
  if (!answer.ok) throw new Error(await told(answer));
  const { cells: come } = await answer.json();
  await released();
  for (const cell of come) if (waiting.has(cell.number)) fill(cell);
}

async function run(numbers) {
  if (stopping) return;
  wrong("");
  stopping = new AbortController();
  working(true);
  const began = performance.now();
  let come = 0;
  try {
    for await (const event of lines(`/page/many/${bar.dataset.grid}/fill`, { cells: numbers }, stopping.signal)) {
      fill(event);
      come += 1;
      const left = cells - answered();
      tell(!numbers.length && come > 3 && left ? `, ${saying(((performance.now() - began) / come / 1000) * left)} left` : "");
    }
    await others();
    tell();
  } catch (error) {
    if (error.name === "AbortError") tell(", stopped");
    else wrong(error.message);
  } finally {
    stopping = null;
    working(false);
  }
}

one("#fn-go").addEventListener("click", () => run([]));
one("#fn-stop").addEventListener("click", () => stopping?.abort());
document.addEventListener("click", (event) => {
  const again = event.target.closest?.("[data-again]");
  if (again) run([Number(again.dataset.again)]);
});
if (bar.dataset.fresh) run([]);
