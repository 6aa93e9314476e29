// Brings the quoted words into view, goes on from an address that ends in #120-180, and offers what can be done
// with selected words: they are named by their place in the document, and read from it again.
"use strict";
(() => {
  const span = /^#(\d+)-(\d+)$/.exec(location.hash);
  const whole = /^\/library\/[^/]+$/.exec(location.pathname);
  if (span && whole) return void location.replace(`${location.pathname}/${span[1]}-${span[2]}${location.search}`);

  const inside = window.parent !== window;
  const tell = (data) => window.parent.postMessage(data, location.origin);

  function look() {
    document.querySelector("#quote")?.scrollIntoView({ block: "center" });
  }
  const picture = document.querySelector(".sheet img");
  if (picture && !picture.complete) picture.addEventListener("load", look);
  look();

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && bar?.isConnected) return void drop();
    if (!inside || event.ctrlKey || event.metaKey || event.altKey) return;
    if (["n", "p", "o", "x", "m", "f", "?", "/", "Escape"].includes(event.key)) tell({ key: event.key });
  });

  // ---- selected words ---------------------------------------------------------------------------------

  const article = document.querySelector("article.text[data-document]");
  let bar = null;

  // The half-open span of a range in code points of the document: its words stand in the article's
  // paragraphs and hidden gaps, in order and once; what stands elsewhere in it is ours.
  function place(range) {
    const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
    let at = Number(article.dataset.start);
    let start = null;
    let end = null;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.parentNode === article || node.parentElement.closest(".more, .folio")) continue;
      const text = node.data;
      const length = [...text].length;
      if (range.intersectsNode(node)) {
        const from = node === range.startContainer ? range.startOffset : 0;
        const to = node === range.endContainer ? range.endOffset : text.length;
        const taken = text.slice(from, to);
        if (taken.trim()) {
          const left = from + taken.length - taken.trimStart().length;
          if (start === null) start = at + [...text.slice(0, left)].length;
          end = at + [...text.slice(0, from + taken.trimEnd().length)].length;
        }
      }
      at += length;
    }
    return start === null ? null : { start, end };
  }

  function drop() {
    bar?.remove();
    bar = null;
  }

  function button(text, action) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", async () => {
      const said = await action().catch(() => "That did not work");
      if (said && bar) bar.querySelector("output").textContent = said;
    });
    return made;
  }

  function offer() {
    const selection = window.getSelection();
    const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
    if (!article || !range || !range.intersectsNode(article)) return drop();
    const words = place(range);
    if (!words) return drop();
    drop();
    const { document: id, version } = article.dataset;
    const path = `/library/${id}/${words.start}-${words.end}`;
    const read = async () => (await fetch(`${path}/quote?v=${version}`)).json();
    bar = document.createElement("div");
    bar.id = "selected";
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", "The selected words");
    bar.append(
      button("Pin", async () => {
        const body = JSON.stringify({ document_id: id, version: Number(version), ...words });
        const answer = await fetch("/page/pins", { method: "POST", headers: { "content-type": "application/json" }, body });
        const told = await answer.json();
        return answer.ok ? `Pinned: ${told.count} in the tray` : told.error;
      }),
      button("Copy with citation", async () => {
        const told = await read();
        const facts = [told.title, told.place, told.published, told.speaker].filter(Boolean).join(", ");
        await navigator.clipboard.writeText(`“${told.quote}” ${facts} ${location.origin}/library/${id}?v=${version}#${words.start}-${words.end}`);
        return "Copied";
      }));
    if (inside) {
      bar.append(button("Ask about this", async () => {
        tell({ ask: (await read()).quote });
        drop();
        return "";
      }));
    }
    bar.append(document.createElement("output"));
    const box = range.getBoundingClientRect();
    document.body.append(bar);
    const top = box.top > 60 ? box.top - bar.offsetHeight - 8 : box.bottom + 8;
    bar.style.top = `${Math.max(8, top) + window.scrollY}px`;
    bar.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - bar.offsetWidth - 8))}px`;
  }

  let timer = 0;
  document.addEventListener("selectionchange", () => {
    if (bar?.contains(document.activeElement)) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(offer, 200);
  });
})();
