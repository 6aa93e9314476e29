// Brings the quoted words into view; an address that ends in #120-180 goes on to the page that marks them.
"use strict";
(() => {
  const span = /^#(\d+)-(\d+)$/.exec(location.hash);
  const whole = /^\/library\/[^/]+$/.exec(location.pathname);
  if (span && whole) return void location.replace(`${location.pathname}/${span[1]}-${span[2]}${location.search}`);

  function look() {
    document.querySelector("#quote")?.scrollIntoView({ block: "center" });
  }
  const picture = document.querySelector(".sheet img");
  if (picture && !picture.complete) picture.addEventListener("load", look);
  look();

  document.addEventListener("keydown", (event) => {
    if (window.parent === window || event.ctrlKey || event.metaKey || event.altKey) return;
    if (["n", "p", "o", "/", "Escape"].includes(event.key)) window.parent.postMessage({ key: event.key }, location.origin);
  });
})();
