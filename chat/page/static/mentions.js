// Every mention: ticks that are kept, and moving through the list; n and p are the shared script's.
import { all, now, one, open, step } from "./pane.js";
import { told } from "./stream.js";

const list = one("#fn-mentions");

function count() {
  const boxes = all("input", list);
  one("#fn-seen").textContent = `${boxes.filter((box) => box.checked).length} of ${boxes.length} here ticked`;
}

async function tick(box) {
  const [document_id, ...numbers] = box.dataset.place.split("~");
  const [version, start, end] = numbers.map(Number);
  const answer = await fetch("/page/mentions/seen", {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify([{ document_id, version, start, end, seen: box.checked }]),
  });
  if (answer.ok) return count(); // a tick counts once it is kept
  box.checked = !box.checked;
  count();
  one("#fn-seen").textContent = await told(answer);
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
  list.addEventListener("change", (event) => tick(event.target));
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
