// What a person finds of an answer's footnotes: checked or disputed, pinned to the tray, wrong evidence. All of
// it is kept by the server; this browser keeps the initials, and no text.
import { all, make, now, one, parsed } from "./pane.js";
import { released } from "./pressing.js";
import { ask, tell } from "./telling.js";

const INITIALS = "footnote-initials";
const OF_FOOTNOTE = ["Wrong evidence", "Out of context"];
const kept = new Map(); // marks by `conversation turn number`
const loaded = new Set(); // conversations whose marks were asked for

async function post(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error || "That did not work.");
  return told;
}

// Says what went wrong, in the server's own words.
async function trying(action) {
  try {
    return await action();
  } catch (error) {
    tell(error.message);
    return null;
  }
}

// The saved answer that an element belongs to, by the link under it: { conversation, turn, row }; null before it.
export function answerOf(element) {
  const row = element?.closest?.(".message-row");
  const link = row && one("a.fn-link", row);
  if (!link) return null;
  const query = new URL(link.href).searchParams;
  return { conversation: query.get("conversation"), turn: Number(query.get("turn")), row };
}

const name = (answer, number) => `${answer.conversation} ${answer.turn} ${number}`;

function take(conversation, marks) {
  for (const mark of marks) kept.set(name({ conversation, turn: mark.turn }, mark.number), mark);
}

// Shows the marks of the answers that are on the page, asking for those of a conversation once.
export async function showMarks() {
  for (const link of all("a.fn-link")) {
    const answer = answerOf(link);
    if (!loaded.has(answer.conversation)) {
      loaded.add(answer.conversation);
      fetch(`/page/marks?conversation=${encodeURIComponent(answer.conversation)}`)
        .then((got) => (got.ok ? got.json() : { marks: [] }))
        .then(async (told) => { take(answer.conversation, told.marks); await released(); showMarks(); }, () => {});
    }
    draw(answer);
  }
}

function draw(answer) {
  const numbers = new Map();
  for (const link of all(".fn-sentence a.fn-mark", answer.row)) {
    const { number } = parsed(link);
    const mark = kept.get(name(answer, number));
    numbers.set(number, mark?.state);
    link.classList.toggle("fn-checked", mark?.state === "checked");
    link.classList.toggle("fn-disputed", mark?.state === "disputed");
    const label = (link.getAttribute("aria-label") || "").replace(/ · (checked|disputed)\b.*$/, "");
    const told = mark?.state ? `${label} · ${mark.state}${mark.initials ? ` by ${mark.initials}` : ""}` : label;
    if (link.getAttribute("aria-label") !== told) link.setAttribute("aria-label", told);
  }
  const states = [...numbers.values()];
  const count = (state) => states.filter((each) => each === state).length;
  const tally = one(".fn-tally", answer.row);
  const disputed = count("disputed");
  const text = `${count("checked")} of ${states.length} checked${disputed ? `, ${disputed} disputed` : ""}`;
  if (tally && tally.textContent !== text) tally.textContent = text;
}

async function initials() {
  const known = localStorage.getItem(INITIALS);
  if (known !== null) return known;
  const given = await ask("Who checks?", [{ name: "initials", label: "Your initials, kept in this browser (may stay empty)" }], "Go on");
  if (given) localStorage.setItem(INITIALS, given.initials);
  return given && given.initials;
}

async function set(link, state, note) {
  const answer = answerOf(link);
  if (!answer) return tell("A footnote can be marked once its answer is whole.");
  if (link.closest(".fn-nearest")) return tell("What is only near answers nothing, so there is nothing to check.");
  const who = state ? await initials() : "";
  if (who === null) return;
  const { number } = parsed(link);
  await trying(async () => {
    const told = await post("/page/marks", { conversation: answer.conversation, turn: answer.turn, number, state, initials: who, note: note || "" });
    kept.delete(name(answer, number));
    take(answer.conversation, told.marks);
    draw(answer);
    tell(state ? `Footnote ${number} is ${state}` : `Footnote ${number} is unchecked`);
  });
}

const stateOf = (link) => kept.get(name(answerOf(link) || {}, parsed(link).number));

// The footnote that keys act on: the one in focus, or else the one that the reader shows.
const meant = () => document.activeElement?.closest?.("a.fn-mark") || (now()?.isConnected ? now() : null);

export function check(link = meant()) {
  if (link) return set(link, stateOf(link)?.state === "checked" ? null : "checked");
}

export async function dispute(link = meant()) {
  if (!link) return;
  if (stateOf(link)?.state === "disputed") return set(link, null);
  const given = await ask(`What is wrong with footnote ${parsed(link).number}?`, [{ name: "note", label: "Note (may stay empty)", long: true }], "Dispute it");
  if (given) await set(link, "disputed", given.note);
}

async function pinned(link) {
  const { id, version, start, end } = parsed(link);
  const body = { document_id: id, version, start, end, conversation: answerOf(link)?.conversation || null };
  return post("/page/pins", body);
}

export function pin(link = meant()) {
  if (link) trying(async () => tell(`Pinned: ${(await pinned(link)).count} in the tray`));
}

export function pinAll(link) {
  const { row } = answerOf(link);
  const first = new Map(all(".fn-sentence a.fn-mark:not(.fn-mark-removed)", row).map((each) => [each.href, each]));
  trying(async () => {
    let told = null;
    for (const each of first.values()) told = await pinned(each); // one after another: the tray has an order
    if (told) tell(`Pinned ${first.size}: ${told.count} in the tray`);
  });
}

const NOTE = { name: "note", label: "What should be known about it (may stay empty)", long: true };

function keep(answer, kind, number, note) {
  return trying(async () => {
    await post("/page/feedback", { conversation: answer.conversation, turn: answer.turn, kind: kind.toLowerCase(), number, note });
    tell("Kept, with the evidence that was shown");
  });
}

// `link` is under an answer, or null with the footnote that is meant.
export async function complain(kind, link, mark = null) {
  const answer = answerOf(mark || link);
  const number = mark ? parsed(mark).number : null;
  const given = answer && await ask(`${kind}: ${number === null ? "this answer" : `footnote ${number}`}`, [NOTE], "Keep it");
  if (given) await keep(answer, kind, number, given.note);
}

// The same of the footnote that keys act on, with a choice of what is wrong.
export async function object(link = meant()) {
  const answer = answerOf(link);
  if (!answer || link.closest(".fn-nearest")) return;
  const { number } = parsed(link);
  const kinds = { name: "kind", label: "What is wrong", choices: OF_FOOTNOTE };
  const given = await ask(`Feedback on footnote ${number}`, [kinds, NOTE], "Keep it");
  if (given) await keep(answer, given.kind, number, given.note);
}

// What the card over a footnote offers of all this.
export function onCard(link, box) {
  if (!answerOf(link) || link.closest(".fn-nearest")) return;
  const tick = make("input", { type: "checkbox", checked: stateOf(link)?.state === "checked", onchange: () => check(link) });
  const row = make("div", { className: "fn-card-row" }, make("label", {}, tick, " Checked"));
  const offer = (text, action) => row.append(make("button", { type: "button", textContent: text, onclick: action }));
  offer(stateOf(link)?.state === "disputed" ? "Disputed: take back" : "Dispute", () => dispute(link));
  offer("Pin", () => pin(link));
  for (const kind of OF_FOOTNOTE) offer(kind, () => complain(kind, null, link));
  const told = stateOf(link);
  if (told?.note) box.append(make("p", { className: "fn-small", dir: "auto", textContent: `Note: ${told.note}` }));
  box.append(row);
}
