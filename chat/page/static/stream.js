// What the pages for work share: lines of JSON as they come, files that are dropped, downloads.
import { released } from "./pressing.js";

export async function told(answer) {
  const body = await answer.json().catch(() => ({}));
  return body.error || `The server answered ${answer.status}; try again.`;
}

// Yield each line that the server sends; an error, from the start or half-way, is thrown in its own words.
export async function* lines(address, body, signal) {
  const answer = await fetch(address, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal,
  });
  if (!answer.ok) throw new Error(await told(answer));
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    for (const part of parts) {
      const event = JSON.parse(part);
      if (event.error) throw new Error(event.error);
      await released(); // what it brings makes rows grow
      yield event;
    }
  }
  if (rest) throw new Error("The connection ended before all was done; go on from here.");
}

// Call `take` with the files that are dropped on an element, which shows that it takes them.
export function dropping(element, take) {
  const hasFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  element.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    element.classList.add("fn-dropping");
  });
  element.addEventListener("dragleave", () => element.classList.remove("fn-dropping"));
  element.addEventListener("drop", (event) => {
    element.classList.remove("fn-dropping");
    if (!hasFiles(event)) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
}

// Post what is to be written down, and have the browser keep the file that comes back.
export async function download(address, body) {
  const answer = await fetch(address, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await told(answer));
  const name = /filename="([^"]*)"/.exec(answer.headers.get("Content-Disposition") || "")?.[1] || "footnote";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

export const saying = (seconds) =>
  seconds < 8 ? "a few seconds" : seconds < 90 ? `about ${Math.round(seconds / 5) * 5} seconds`
    : seconds < 5400 ? `about ${Math.round(seconds / 60)} minutes` : `about ${Math.round(seconds / 3600)} hours`;
