// Every mention: ticks that are kept, and moving through the list; n and p are the shared script's.
import { all, now, one, open, step } from "./pane.js";
import { told } from "./stream.js";

const list = one("#fn-mentions");

let sending = Promise.resolve(); // ticks are sent one after the other, as they were made
const unkept = new Map(); // how many changes of a box are on their way

function count() {
  const boxes = all("input", list);
  const ticked = boxes.filter((box) => box.checked && !unkept.get(box)); // a tick counts once it is kept
  one("#fn-seen").textContent = `${ticked.length} of ${boxes.length} here ticked`;
}

async function tick(box, seen) {
  const [document_id, ...numbers] = box.dataset.place.split("~");
  const [version, start, end] = numbers.map(Number);
  let wrong = "";
  try {
    const answer = await fetch("/page/mentions/seen", {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify([{ document_id, version, start, end, seen }]),
    });
    if (!answer.ok) wrong = await told(answer);
  } catch {
    wrong = "Not kept: Footnote does not answer; is it still running?";
  }
  unkept.set(box, unkept.get(box) - 1);
  if (wrong && !unkept.get(box)) box.checked = !seen;
  count();
  if (wrong) one("#fn-seen").textContent = wrong;
}

function changed(box) {
  const seen = box.checked;
  unkept.set(box, (unkept.get(box) ?? 0) + 1);
  sending = sending.then(() => tick(box, seen));
}

function move(by) {
  const here = now();
  if (here && here.isConnected && list.contains(here)) return step(by);
  const first = all(".fn-mark", list).filter((mark) => mark.offsetParent).at(by > 0 ? 0 : -1);
  if (!first) return;
  open(first);
  first.focus({ preventScroll: true });
  first.scrollIntoView({ block: "nearest" });
}

if (list) {
  list.addEventListener("change", (event) => changed(event.target));
  one("#fn-after").addEventListener("click", () => move(1));
  one("#fn-before").addEventListener("click", () => move(-1));
  one("#fn-unseen").addEventListener("click", (event) => {
    const on = list.classList.toggle("fn-only-unseen");
    event.currentTarget.setAttribute("aria-pressed", String(on));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input:not([type=checkbox]), textarea, select")) return;
    const box = now()?.closest(".fn-mention") && one("input", now().closest(".fn-mention"));
    if (box) box.click();
  });
}
