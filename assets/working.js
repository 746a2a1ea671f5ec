// What takes longer than a moment says so in our own words, in the button that was pressed, until the answer is there.
// transport.js tells of each request and of its answer; Gradio's own counters are never shown.
"use strict";

(() => {
  const SAY_AFTER = 300, BELONGS_WITHIN = 700, FOLLOWS_WITHIN = 300; // milliseconds
  const WORKING = document.querySelector("meta[name=studio-working]")?.content || "…"; // in the language of the page
  const pending = new Map(); // by request: what was pressed, and the clock that says so
  let act = { at: -Infinity, pressed: null }; // the last thing that she did
  let ended = { at: -Infinity, pressed: undefined }; // what was answered last: what it sets off belongs to it

  const note = (event) => {
    if (!event.isTrusted || !(event.target instanceof Element)) return;
    act = { at: event.timeStamp, pressed: event.target.closest(".mounted button, .mounted [role='button']") };
  };
  for (const name of ["click", "change", "input", "drop"]) window.addEventListener(name, note, true);

  function line() {
    let found = document.querySelector(".working-line");
    if (!found) {
      found = document.createElement("div");
      found.className = "working-line";
      found.setAttribute("role", "status");
      document.body.append(found);
    }
    return found;
  }

  function show() {
    const late = [...pending.values()].filter((one) => one.late);
    for (const button of document.querySelectorAll("button.working"))
      if (!late.some((one) => one.pressed === button)) button.classList.remove("working");
    for (const one of late) {
      if (one.pressed) one.pressed.dataset.working = WORKING; // the style puts it in the place of the button's own words
      one.pressed?.classList.add("working");
    }
    const beside = (one) => one.pressed?.isConnected && one.pressed.offsetParent;
    const words = late.some((one) => !beside(one)) ? WORKING : "";
    if (words || document.querySelector(".working-line")) {
      line().textContent = words;
      line().hidden = !words;
    }
  }

  window.addEventListener("studio:asked", ({ detail: key }) => {
    const now = performance.now();
    let pressed;
    if (now - ended.at < FOLLOWS_WITHIN && ended.pressed !== undefined) pressed = ended.pressed;
    if (now - act.at < BELONGS_WITHIN) pressed = act.pressed;
    if (pressed === undefined) return; // the page's own doing: nobody waits for it
    const one = { pressed, late: false };
    one.clock = setTimeout(() => { one.late = true; show(); }, SAY_AFTER);
    pressed?.setAttribute("aria-busy", "true");
    pending.set(key, one);
  });

  window.addEventListener("studio:answered", ({ detail: key }) => {
    const one = pending.get(key);
    if (!one) return;
    clearTimeout(one.clock);
    pending.delete(key);
    ended = { at: performance.now(), pressed: one.pressed };
    if (![...pending.values()].some((other) => other.pressed === one.pressed)) one.pressed?.removeAttribute("aria-busy");
    if (one.late) show();
  });
})();
