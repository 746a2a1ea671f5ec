// What takes longer than a moment says so in our own words, in the button that was pressed, until the answer is there.
// transport.js tells of each request and of its answer; Gradio's own counters are never shown.
"use strict";

(() => {
  // Milliseconds. Silence is counted from her press, however many requests follow from it: each with a clock of its own,
  // three of them were silent for a second. An answer is drawn after it came, so the words stay until that is over.
  // A button says it at once, since Gradio's work on the page may hold every clock up; the line above, after a moment.
  const SAY_AFTER = 150, BELONGS_WITHIN = 700, FOLLOWS_WITHIN = 300, STAYS = 150;
  const FILE_STAYS = 5000; // a file is sent and then read, and a busy page asks for either late
  const WORKING = document.querySelector("meta[name=studio-working]")?.content || "…"; // in the language of the page
  const pending = new Map(); // by request: the act that it belongs to
  const said = new Set(); // acts whose words stand on the page
  const actAt = (at, pressed, brings = false) => ({ at, pressed, brings, asked: 0, requests: 0, ended: -Infinity, clock: 0, left: false });
  const stays = (one) => (one.brings && one.asked < 2 ? FILE_STAYS : STAYS);
  let act = actAt(-Infinity, null), last = act; // what she did last; what was answered last: what that sets off belongs to it

  const note = (event) => {
    const isFile = event.target instanceof Element && event.target.matches("input[type=file]");
    if (!(event.isTrusted || isFile) || !(event.target instanceof Element)) return; // a program may hand a file in for her
    if (event.target.closest("[role='tab']")) leave(); // the plan is worked out, say, and she looks at something else
    if (isFile && event.type === "input") return; // its change follows at once
    const brings = event.type === "drop" ? Boolean(event.dataTransfer?.files.length) : isFile && event.type === "change";
    act = actAt(event.timeStamp, event.target.closest(".mounted button, .mounted [role='button']"), brings);
    if (!brings) return;
    act.pressed = null; // what was pressed gives its place to the file's name
    act.ended = performance.now();
    last = act;
    said.add(act); // before anything is asked: a large file is read first
    show();
    look(act);
  };
  for (const name of ["click", "change", "input", "drop"]) window.addEventListener(name, note, true);

  function leave() {
    for (const one of pending.values()) one.left = true;
    for (const one of said) one.left = true;
    said.clear();
    show();
  }

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
    for (const button of document.querySelectorAll("button.working"))
      if (![...said].some((one) => one.pressed === button)) button.classList.remove("working");
    for (const { pressed } of said) {
      if (!pressed) continue;
      pressed.dataset.working = WORKING; // the style puts it in the place of the button's own words
      pressed.classList.add("working");
    }
    document.body.classList.toggle("bringing", [...said].some((one) => one.brings)); // what was said of the last file goes
    const beside = ({ pressed }) => pressed?.isConnected && pressed.offsetParent;
    const words = [...said].some((one) => !beside(one)) ? WORKING : "";
    if (words || document.querySelector(".working-line")) {
      if (line().textContent !== words) line().textContent = words;
      line().hidden = !words;
    }
  }

  // The words appear and go as the act stands by then: it may have been answered, or have set off something more.
  function look(one) {
    clearTimeout(one.clock);
    const now = performance.now();
    const due = one.requests ? one.at + (one.pressed || one.brings ? 0 : SAY_AFTER) : one.ended + stays(one);
    if (now < due) {
      one.clock = setTimeout(look, due - now, one);
      return;
    }
    const before = said.size;
    if (one.requests && !one.left) said.add(one); else said.delete(one);
    if (said.size !== before) show();
  }

  window.addEventListener("studio:asked", ({ detail: key }) => {
    const now = performance.now();
    const one = now - act.at < (act.brings ? FILE_STAYS : BELONGS_WITHIN) ? act : now - last.ended < Math.max(FOLLOWS_WITHIN, stays(last)) ? last : null;
    if (!one) return; // the page's own doing: nobody waits for it
    one.requests += 1;
    one.asked += 1;
    one.pressed?.setAttribute("aria-busy", "true");
    pending.set(key, one);
    look(one);
  });

  window.addEventListener("studio:answered", ({ detail: key }) => {
    const one = pending.get(key);
    if (!one) return;
    pending.delete(key);
    one.requests -= 1;
    one.ended = performance.now();
    last = one;
    if (![...pending.values()].some((other) => other.pressed === one.pressed)) one.pressed?.removeAttribute("aria-busy");
    look(one);
  });

  document.addEventListener("studio:page", () => { if (said.size) show(); }); // its button may just have been taken away
})();
