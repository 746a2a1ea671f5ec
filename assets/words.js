// The list of words lies over the page: Escape or a press beside it closes it, and the keyboard goes back to its name.
"use strict";

(() => {
  const list = () => document.querySelector("details.words[open]");
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && list();
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    const open = list();
    if (open && !open.contains(event.target)) open.open = false;
  });
})();
