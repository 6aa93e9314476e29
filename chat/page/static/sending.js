// Files on their way to the server: gathered from a drop, folders and all, and sent some at a time.
const MOST = 100; // files of one request
const LARGEST = 64 * 1024 * 1024; // bytes of one request, unless a single file has more

// Every file of a drop with its path, folders walked to the bottom.
export async function fromDrop(transfer) {
  const entries = [...transfer.items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.() || item.getAsFile());
  const found = [];
  for (const entry of entries) if (entry) await walk(entry, "", found);
  return found;
}

async function walk(entry, above, found) {
  if (entry instanceof File) return found.push({ file: entry, path: above + entry.name });
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return found.push({ file, path: above + entry.name });
  }
  if (entry.name.startsWith(".")) return undefined; // hidden folders are left out, as the command line does
  const reader = entry.createReader();
  for (;;) {
    // A folder's entries come a hundred at a time.
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return undefined;
    for (const each of some) await walk(each, `${above}${entry.name}/`, found);
  }
}

function* groups(files) {
  let group = [];
  let size = 0;
  for (const each of files) {
    if (group.length && (group.length >= MOST || size + each.file.size > LARGEST)) {
      yield group;
      [group, size] = [[], 0];
    }
    group.push(each);
    size += each.file.size;
  }
  if (group.length) yield group;
}

// Send everything and begin the addition; gives the job, or throws an Error with one line for a person.
export async function send(files, pages, collection, told, insteadOf = "") {
  const key = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`;
  let done = 0;
  for (const group of groups(files)) {
    const form = new FormData();
    form.append("key", key);
    for (const { file, path } of group) form.append("files", file, path);
    told(done);
    await asked("/page/adding/files", { method: "POST", body: form });
    done += group.length;
  }
  return asked("/page/adding/start", json({ key, pages, collection, instead_of: insteadOf }));
}

export const json = (data) => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(data) });

export async function asked(address, request) {
  let answer;
  try {
    answer = await fetch(address, request);
  } catch {
    throw new Error("The server could not be reached. Is Footnote still running? Nothing was lost: try again.");
  }
  const data = await answer.json().catch(() => ({}));
  if (answer.status === 413) throw new Error("A file is larger than 512 MB, which is the most that the page takes; add it with `footnote add`.");
  if (!answer.ok) throw new Error(data.error || `The server answered ${answer.status}.`);
  return data;
}
