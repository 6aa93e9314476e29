// A new grid: how many cells it has and how long they take, which documents, a file of questions that is dropped.
import { all, one } from "./pane.js";
import { dropping, saying } from "./stream.js";

const form = one("#fn-many");
const box = one("#questions");
const most = Number(form.dataset.most);
const seconds = Number(form.dataset.seconds);
const each = () => one("[name=of]:checked", form).value === "each";

function size() {
  one("#fn-each").hidden = !each();
  one("#fn-whole").hidden = each();
  const questions = new Set(box.value.split("\n").map((line) => line.trim().replace(/\s+/g, " ")).filter(Boolean)).size;
  const documents = all("[name=document]:checked", form).length;
  const cells = questions * (each() ? documents : 1);
  const words = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
  let line = each() ? `${words(questions, "question")} by ${words(documents, "document")}: ${words(cells, "cell")}` : words(questions, "question");
  if (cells > most) line += `. That is too many: a grid has at most ${words(most, "cell")}. Take fewer questions or documents.`;
  else if (cells) line += seconds ? `, ${saying(seconds * cells / 2)}` : ". How long it takes shows after the first answers.";
  one("#fn-size").textContent = questions ? line : "";
  one("#fn-begin").disabled = cells > most;
}

function ticked(state) {
  for (const label of all(".fn-choice label")) if (!state || !label.hidden) one("input", label).checked = state;
  size();
}

async function take(files) {
  if (!files.length) return;
  const text = await files[0].text();
  box.value = box.value.trim() ? `${box.value.trimEnd()}\n${text}` : text;
  size();
  box.focus();
}

one("#narrow").addEventListener("input", (event) => {
  const words = event.target.value.toLowerCase();
  for (const label of all(".fn-choice label")) label.hidden = !label.textContent.toLowerCase().includes(words);
});
one("#narrow").addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
one("#fn-all").addEventListener("click", () => ticked(true));
one("#fn-none").addEventListener("click", () => ticked(false));
form.addEventListener("input", size);
dropping(form, take);
size();
