// In the chat's pane this page has no need of tabs of its own, and its footnotes open there; keys go on to the chat.
if (window.parent !== window) {
  document.body.classList.add("fn-inside");
  const tell = (data) => window.parent.postMessage(data, location.origin);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-number]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    tell({ footnote: Number(link.dataset.number) });
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (["n", "p", "o", "x", "m", "f", "?", "/", "Escape"].includes(event.key)) tell({ key: event.key });
  });
}
