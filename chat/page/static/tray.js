// The tray without reloading: moving a quote keeps the focus where it is; Alt with an arrow moves it too.
import { released } from "./pressing.js";

const list = document.querySelector(".fn-tray");
const told = document.querySelector("#tray-told");

function number() {
  const rows = [...list.children];
  rows.forEach((row, place) => {
    const mark = row.querySelector(".fn-mark");
    mark.textContent = place + 1;
    mark.setAttribute("aria-label", `Open quote ${place + 1}`);
    for (const button of row.querySelectorAll(".fn-doings button")) button.setAttribute("aria-label", `${button.textContent}, quote ${place + 1}`);
    for (const form of row.querySelectorAll("form[data-by]")) {
      const to = place + 1 + Number(form.dataset.by);
      form.elements.to.value = Math.max(1, to);
      form.querySelector("button").disabled = to < 1 || to > rows.length;
    }
  });
}

async function move(row, by) {
  const form = row.querySelector(`form[data-by="${by}"]`);
  const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!form || !other) return; // of a search only some are there, and not in their order
  const focused = document.activeElement;
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
  if (answer.type !== "opaqueredirect" && !answer.ok) {
    location.reload(); // somebody took it off meanwhile: show what there is
    return;
  }
  await released();
  if (by < 0) other.before(row);
  else other.after(row);
  number();
  const same = row.contains(focused) && !focused.disabled ? focused : row.querySelector("form[data-by] button:not(:disabled)");
  (same || row).focus();
  told.textContent = `Quote moved to ${[...list.children].indexOf(row) + 1} of ${list.children.length}`;
}

list?.addEventListener("submit", (event) => {
  const by = event.target.dataset.by;
  if (!by) return;
  event.preventDefault();
  move(event.target.closest("li"), Number(by));
});
list?.addEventListener("keydown", (event) => {
  const by = event.altKey ? { ArrowUp: -1, ArrowDown: 1 }[event.key] : 0;
  if (!by) return;
  event.preventDefault();
  move(event.target.closest("li"), by);
});
