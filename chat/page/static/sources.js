// The tabs of the pane beside the chat: the source of a footnote, and what else there is to see of its answer.
import { all, isOpen, make, named, now, one, open, parsed, reader, show } from "./pane.js";
import { answerOf } from "./marks.js";

const TABS = [["source", "Source"], ["footnotes", "All footnotes"], ["considered", "Considered"], ["withheld", "Withheld"], ["model", "What the model saw"]];
let answer = null; // the one whose tabs are shown

function tabs() {
  let list = one("#fn-tabs");
  if (list) return list;
  list = make("nav", { id: "fn-tabs" });
  list.setAttribute("aria-label", "What to see of the answer");
  for (const [name, text] of TABS) {
    const button = make("button", { type: "button", textContent: text, onclick: () => turnTo(name) });
    button.dataset.tab = name;
    list.append(button);
  }
  one(".fn-reader-bar", reader()).after(list);
  return list;
}

function mark(tab) {
  const list = tabs();
  list.hidden = answer === null;
  for (const button of list.children) {
    if (button.dataset.tab === tab) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
}

function marks() {
  const row = all("a.fn-link").map(answerOf).find((each) => each.conversation === answer?.conversation && each.turn === answer.turn)?.row;
  return row ? all("a.fn-mark", row) : [];
}

function turnTo(tab) {
  if (tab === "source") {
    const among = marks();
    const link = among.includes(now()) ? now() : among[0];
    if (link) open(link);
    return;
  }
  show(`/answers/${encodeURIComponent(answer.conversation)}/${answer.turn}?tab=${tab}`);
  named(TABS.find(([name]) => name === tab)[1]);
  mark(tab);
}

// Opens a part of the answer that a link stands under.
export function openPart(tab) {
  return (link) => {
    answer = answerOf(link);
    if (answer) turnTo(tab);
  };
}

// An answer that has become whole while its footnote is open gets its tabs.
export function settleTabs() {
  if (answer || !isOpen() || !now()?.isConnected) return;
  answer = answerOf(now());
  if (answer) mark("source");
}

document.addEventListener("footnote:opened", (event) => {
  answer = answerOf(event.detail);
  mark("source");
});

document.addEventListener("footnote:told", ({ detail }) => {
  if (typeof detail?.footnote !== "number") return;
  const link = marks().find((each) => parsed(each).number === detail.footnote);
  if (link) open(link);
});
