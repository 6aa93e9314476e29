// A click is a press and a release on the same thing: what would move or replace things waits until nothing is
// pressed, or a person's click that it comes between is lost.
const CLICK = 50; // milliseconds from a finger's release to the click that it makes; a mouse makes it at once
let pressed = false;
let timer = 0;
let waiting = [];

function begin(event) {
  if (event.button !== 0) return;
  window.clearTimeout(timer);
  pressed = true;
}

function end(event) {
  if (!pressed) return;
  window.clearTimeout(timer);
  timer = window.setTimeout(goOn, event.pointerType === "touch" ? CLICK : 0);
}

function goOn() {
  pressed = false;
  const resolves = waiting;
  waiting = [];
  for (const resolve of resolves) resolve();
}

// Resolves once nothing is pressed, and at once if nothing is.
export const released = () => (pressed ? new Promise((resolve) => { waiting.push(resolve); }) : Promise.resolve());

const PASSIVE = { capture: true, passive: true };
window.addEventListener("pointerdown", begin, PASSIVE);
for (const name of ["pointerup", "pointercancel", "contextmenu", "dragend"]) window.addEventListener(name, end, PASSIVE);
window.addEventListener("blur", end); // of the window itself: in the capturing phase, of everything in it
// What is let go of over a scroll bar, a menu or another window tells nothing until the pointer is back.
window.addEventListener("pointermove", (event) => { if (!event.buttons) end(event); }, PASSIVE);
