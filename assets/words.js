// The list of words lies over the page: Escape or a press beside it closes it, and the keyboard goes back to its name.
// While it is closed it is no part of the page, so that nobody who searches the page finds words that cannot be seen.
"use strict";

(() => {
  const kept = new WeakMap(); // the list of each closed name
  const listOf = (words) => words.querySelector(".words-list");
  const opened = () => document.querySelector("details.words[open]");

  function fold(words) {
    const list = listOf(words);
    if (words.open && !list && kept.has(words)) words.append(kept.get(words));
    if (words.open || !list) return;
    kept.set(words, list);
    list.remove();
  }

  document.addEventListener("studio:page", () => document.querySelectorAll("details.words").forEach(fold));
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.("details.words")) fold(event.target);
  }, true);
  document.addEventListener("keydown", (event) => {
    const words = event.key === "Escape" && opened();
    if (!words) return;
    words.open = false;
    words.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    const words = opened();
    if (words && !words.contains(event.target)) words.open = false;
  });
})();
