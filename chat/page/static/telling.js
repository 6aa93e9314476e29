// What the page says for a moment, what it asks for, and the list of its keys: dialogs of the browser's own.
import { make, one } from "./pane.js";

let timer = 0;

// Says a line at the foot of the page, to screen readers too.
export function tell(text) {
  let line = one("#fn-told");
  if (!line) {
    line = make("p", { id: "fn-told" });
    line.setAttribute("role", "status");
    document.body.append(line);
  }
  line.textContent = text;
  window.clearTimeout(timer);
  timer = window.setTimeout(() => { line.textContent = ""; }, 4000);
}

function dialog(id, title) {
  one(`#${id}`)?.remove();
  const heading = make("h2", { id: `${id}-title`, textContent: title });
  const box = make("dialog", { id }, heading);
  box.setAttribute("aria-labelledby", heading.id);
  const back = document.activeElement;
  box.addEventListener("close", () => {
    box.remove();
    if (back?.isConnected) back.focus();
  });
  document.body.append(box);
  return box;
}

// Asks for some lines; `fields` are { name, label, value, long, choices }. Resolves to their values by name, or to null.
export function ask(title, fields, action) {
  const box = dialog("fn-asking", title);
  const form = make("form", { method: "dialog" });
  const inputs = fields.map(({ name, label, value, long, choices }) => {
    const input = choices ? make("select", { name }, ...choices.map((each) => make("option", { textContent: each }))) : make(long ? "textarea" : "input", { name, value: value || "", maxLength: long ? 1000 : 20, dir: "auto" });
    form.append(make("label", {}, `${label} `, input));
    return input;
  });
  form.append(make("p", { className: "fn-dialog-row" },
    make("button", { type: "submit", value: "yes", textContent: action, className: "fn-primary" }),
    make("button", { type: "button", textContent: "Cancel", onclick: () => box.close() })));
  box.append(form);
  return new Promise((resolve) => {
    box.addEventListener("close", () => {
      const values = Object.fromEntries(inputs.map((input) => [input.name, input.value.trim()]));
      resolve(box.returnValue === "yes" ? values : null);
    });
    box.showModal();
    inputs[0].focus();
  });
}

export function listKeys(rows) {
  const box = dialog("fn-keys", "Keys");
  const list = make("dl");
  for (const [key, what] of rows) list.append(make("dt", {}, make("kbd", { textContent: key })), make("dd", { textContent: what }));
  box.append(list, make("p", { className: "fn-dialog-row" },
    make("button", { type: "button", textContent: "Close", className: "fn-primary", onclick: () => box.close() })));
  box.showModal();
}
