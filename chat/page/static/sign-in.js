// A link on another site opens this page without the session's cookie, which goes with our own requests only.
const next = document.querySelector("#fn-sign-in [name=next]").value;
const answer = await fetch("/sign-in/here");
if (answer.status === 204 && next !== "/" && !document.querySelector(".fn-error")) location.replace(next);
