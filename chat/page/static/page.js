// What every page of ours but the chat does: footnotes open the reader, keys move between them.
import { one, start } from "./pane.js";

start({ keys: { "/": () => one("input[type=search], main textarea, main input[type=text]")?.focus() } });
