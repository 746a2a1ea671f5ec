// The list of findings stays under the hand: a line that was decided keeps its place until the pointer goes away, with
// what it was and that it is decided, and what is drawn anew above it moves nothing, so that the next press hits what it
// was aimed at. A press of the keyboard aims at no place: the list closes up at once.
"use strict";

(() => {
  const TALLEST = 320, FOLDED = 96; // px: a line that is taller had its details open, and leaves no such hole
  const WORDS = document.querySelector("meta[name=studio-decided]")?.content || ""; // in the language of the page
  let pressed = null; // the line of the last press: its node, its name, where it stood and what followed
  let places = []; // lines that are gone: how high they were, and the lines that followed, nearest first
  const list = () => document.querySelector("ul.inbox");
  const linesOf = (inbox) => [...inbox.querySelectorAll(":scope > .line")];
  const nameOf = (line) => line.className.match(/\bkind-\w+/)?.[0] || "";

  document.addEventListener("click", (event) => {
    const line = event.target.closest?.("button.press")?.closest("ul.inbox > .line");
    if (!line) return;
    if (!event.detail) { pressed = null; return; } // by the keyboard
    const names = linesOf(list()).map(nameOf);
    const { top, height } = line.getBoundingClientRect();
    const title = line.querySelector("h4")?.textContent || "";
    pressed = { line, name: nameOf(line), title, top, height, after: names.slice(names.indexOf(nameOf(line)) + 1) };
  }, true);

  // What was decided, where its line stood.
  function placeIn(inbox, { name, title, height, after }) {
    const free = document.createElement("li");
    free.className = `decided-here of-${name}`;
    free.style.height = `${height > TALLEST ? FOLDED : height}px`;
    const what = document.createElement("b"), words = document.createElement("span");
    what.textContent = title;
    words.textContent = WORDS;
    free.append(what, words);
    const lines = linesOf(inbox);
    const next = after.map((one) => lines.find((line) => nameOf(line) === one)).find(Boolean);
    inbox.insertBefore(free, next || null);
    return free;
  }

  document.addEventListener("studio:page", () => {
    const inbox = list();
    if (!inbox) { places = []; pressed = null; return; }
    for (const place of places) if (!inbox.querySelector(`.of-${place.name}`)) placeIn(inbox, place);
    if (!pressed || pressed.line.isConnected) return;
    let here = linesOf(inbox).find((line) => nameOf(line) === pressed.name);
    if (!here) {
      places.push(pressed);
      here = placeIn(inbox, pressed);
    }
    const aim = Math.max(pressed.top, 0); // the head of a tall line may have been above the window
    const moved = here.getBoundingClientRect().top - aim;
    const before = window.scrollY;
    window.scrollBy({ top: moved, behavior: "instant" });
    const left = moved - (window.scrollY - before); // the page's upper end: what is above has become shorter
    if (left < 0) inbox.style.marginTop = `${-left}px`;
    pressed = null;
  });

  // Away from the list nothing can be hit by mistake: the free places close.
  function close(event) {
    if (!places.length || (event.type === "pointermove" && event.pointerType !== "mouse")) return;
    const inbox = list();
    if (inbox?.contains(event.target)) return;
    places = [];
    if (!inbox) return;
    inbox.style.marginTop = "";
    inbox.querySelectorAll(":scope > .decided-here").forEach((free) => free.remove());
  }
  document.addEventListener("pointermove", close, { passive: true });
  document.addEventListener("pointerdown", close, { passive: true });
})();
