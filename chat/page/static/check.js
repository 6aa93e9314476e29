// A draft is checked sentence by sentence: laid out as it is, each sentence filled in as its verdict comes.
import { all, make, one } from "./pane.js";
import { download, dropping, lines, saying, told } from "./stream.js";

const WORDS = Object.fromEntries(all("[data-show]").slice(1).map((button) => [button.dataset.show, one(".fn-state", button).textContent]));
const form = one("#fn-draft");
const box = one("#draft");
let under = null; // what stops the check that runs
let checked = []; // the sentences in order, each with its element and, once it is there, its verdict
let text = "";
let shown = "";

function wrong(line) {
  const place = one("#fn-wrong");
  place.textContent = line || "";
  place.hidden = !line;
}

function lay(paragraphs) {
  const place = one("#fn-checked");
  place.replaceChildren();
  checked = [];
  for (const sentences of paragraphs) {
    const paragraph = make("div", { className: "fn-paragraph" });
    for (const sentence of sentences) {
      const row = make("div", { className: "fn-sentence fn-waiting", tabIndex: -1 },
        make("div", { className: "fn-text", dir: "auto" }, make("span", { textContent: sentence.text })),
        make("p", { className: "fn-state", textContent: "Waiting" }));
      checked.push({ ...sentence, row });
      paragraph.append(row);
    }
    place.append(paragraph);
  }
}

function mark(each) {
  const link = make("a", {
    className: `fn-mark fn-mark-${each.says === "supports" ? "supported" : "contradicted"}`, textContent: String(each.number),
    href: `/library/${encodeURIComponent(each.document_id)}/${each.start}-${each.end}?v=${each.version}`,
  });
  link.setAttribute("aria-label", `Footnote ${each.number}, ${each.says}: ${each.where}`);
  return link;
}

function fill(event) {
  const sentence = checked[event.number];
  Object.assign(sentence, event);
  const row = sentence.row;
  row.className = `fn-sentence fn-${event.verdict}`;
  one(".fn-state", row).textContent = WORDS[event.verdict];
  if (event.marks.length) {
    const marks = make("span", { className: "fn-marks" }, ...event.marks.map(mark));
    one(".fn-text", row).append(marks);
  }
  if (event.verdict !== "supported") row.append(make("p", { className: "fn-small", textContent: event.reason, dir: "auto" }));
  row.hidden = Boolean(shown) && shown !== event.verdict;
  count();
}

function count() {
  for (const button of all("[data-show]")) {
    const key = button.dataset.show;
    one("b", button).textContent = String(checked.filter((each) => each.verdict && (!key || each.verdict === key)).length);
  }
}

function filter(key) {
  shown = key;
  for (const button of all("[data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === key));
  for (const each of checked) each.row.hidden = Boolean(key) && each.verdict !== key;
}

function problem(by) {
  const rows = checked.filter((each) => each.verdict && each.verdict !== "supported" && !each.row.hidden).map((each) => each.row);
  if (!rows.length) return;
  const now = rows.indexOf(document.activeElement.closest?.(".fn-sentence"));
  const next = rows[now < 0 ? (by > 0 ? 0 : rows.length - 1) : (now + by + rows.length) % rows.length];
  next.focus();
  next.scrollIntoView({ block: "center" });
}

function working(is) {
  one("#fn-stop").hidden = !is;
  one("#fn-check").disabled = is;
  one("#fn-progress").hidden = !is;
}

async function check() {
  wrong("");
  text = box.value;
  if (!text.trim()) {
    wrong("There is nothing to check; paste a text, or drop a file.");
    box.focus();
    return;
  }
  under = new AbortController();
  working(true);
  const line = one("#fn-told");
  one("#fn-under-way").hidden = false;
  line.textContent = "Reading the draft…";
  const began = performance.now();
  let done = 0;
  let total = 0;
  try {
    const where = one("#collection")?.value;
    for await (const event of lines("/page/check", { text, collections: where ? [where] : [] }, under.signal)) {
      if (event.paragraphs) {
        total = event.total;
        lay(event.paragraphs);
        filter("");
        count();
        one("#fn-results").hidden = false;
        one("#fn-progress").max = total;
        continue;
      }
      fill(event);
      done = event.number + 1;
      one("#fn-progress").value = done;
      const left = done > 4 && done < total ? `, ${saying(((performance.now() - began) / done / 1000) * (total - done))} left` : "";
      if (done === total || done % 5 === 0 || done < 5) line.textContent = `Sentence ${done} of ${total}${left}`;
    }
    line.textContent = `Checked: ${total} ${total === 1 ? "sentence" : "sentences"}.`;
  } catch (error) {
    if (error.name === "AbortError") line.textContent = `Stopped after ${done} of ${total} sentences.`;
    else wrong(error.message);
    for (const each of checked) if (!each.verdict) one(".fn-state", each.row).textContent = "Not checked";
  } finally {
    working(false);
    under = null;
  }
}

async function take(files) {
  if (!files.length) return;
  wrong("");
  const file = files[0];
  const answer = await fetch(`/page/check/read?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
  if (!answer.ok) return wrong(await told(answer));
  box.value = (await answer.json()).text;
  box.focus();
}

const sent = (rows) => rows.map(({ document_id, version, start, end }) => ({ document_id, version, start, end }));

async function save(event) {
  event.preventDefault();
  wrong("");
  const sentences = checked.filter((each) => each.verdict).map((each) => ({
    start: each.start, end: each.end, support: each.support, reason: each.reason,
    supporting: sent(each.marks.filter((mark) => mark.says === "supports")),
    contradicting: sent(each.marks.filter((mark) => mark.says !== "supports")),
  }));
  try {
    await download("/page/check/export", { text, sentences, format: one("#format").value, kind: one("#kind").value });
  } catch (error) {
    wrong(error.message);
  }
}

form.addEventListener("submit", (event) => { event.preventDefault(); check(); });
box.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) check(); });
one("#fn-stop").addEventListener("click", () => under?.abort());
one("#file").addEventListener("change", (event) => take([...event.target.files]));
one("#fn-export").addEventListener("submit", save);
one("#fn-problem-next").addEventListener("click", () => problem(1));
one("#fn-problem-before").addEventListener("click", () => problem(-1));
for (const button of all("[data-show]")) button.addEventListener("click", () => filter(button.dataset.show));
dropping(form, take);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select")) return;
  if (event.key === "j") problem(1);
  else if (event.key === "k") problem(-1);
});
