// The page's own script, static and small: presses and keys of the inbox, the address bar, the zoom of the plot, saving.
"use strict";

(() => {
  const saved = new Set();
  let zoom = null; // the ranges that the person chose, by axis; null while she sees the whole curve

  // `?project=…&run=…` follows what the page looks at, so that a reload or a bookmark comes back to it.
  function followAddress() {
    const place = document.querySelector(".address .at");
    if (!place) return;
    const [project, run] = place.textContent.trim().split(" ");
    const wanted = new URLSearchParams();
    if (project) wanted.set("project", project);
    else if (place.classList.contains("anew")) wanted.set("new", "1"); // else she has none: one that comes is shown
    if (run) wanted.set("run", run);
    const tab = document.querySelector(".mounted")?.className.match(/\btab-(\w+)/)?.[1];
    if (tab && tab !== "examples") wanted.set("tab", tab);
    const address = location.pathname + (wanted.size ? `?${wanted}` : "");
    if (`${location.pathname}${location.search}` !== address) history.replaceState(null, "", address);
  }

  // A link that the page offers for saving is pressed once by itself.
  function saveOffered() {
    for (const link of document.querySelectorAll("a[href*='/studio/files/']")) {
      const address = link.getAttribute("href");
      if (saved.has(address)) continue;
      saved.add(address);
      link.removeAttribute("target");
      link.click();
    }
  }

  // Every new point draws the plot anew; the ranges that she had zoomed to are put back.
  function keepZoom() {
    for (const plot of document.querySelectorAll(".curve .js-plotly-plot")) {
      if (plot.dataset.watched || typeof plot.on !== "function") continue;
      plot.dataset.watched = "yes";
      plot.on("plotly_relayout", (change) => {
        const ranges = Object.fromEntries(Object.entries(change).filter(([name]) => /^[xy]axis\d?\.range\[/.test(name)));
        if (Object.keys(ranges).length) zoom = { ...(zoom || {}), ...ranges };
        else if (Object.keys(change).some((name) => /autorange$/.test(name))) zoom = null;
      });
      if (zoom && window.Plotly) window.Plotly.relayout(plot, zoom);
    }
  }

  const DRAWING = document.querySelector("meta[name=studio-drawing]")?.content || "…"; // in the place of Gradio's sign

  // The frames of a table and of an empty part carry a name but no role, which screen readers may not read out.
  function nameFrames() {
    for (const frame of document.querySelectorAll(":is(div.wrapper, div.empty)[aria-label]:not([role])")) frame.setAttribute("role", "group");
    for (const hint of document.querySelectorAll(".drop-hint:not(:empty)")) hint.textContent = ""; // tables take no file
    for (const plot of document.querySelectorAll(".empty:not([data-drawing])")) plot.dataset.drawing = DRAWING;
    for (const log of document.querySelectorAll("[role='log']:not([tabindex])")) log.tabIndex = 0; // scrolls by keyboard
  }

  // Gradio names a message by its source, marks and buttons included: a screen reader is given its words alone.
  const inWords = new WeakMap();
  function nameMessages() {
    for (const one of document.querySelectorAll(".message-row [aria-label*='<'], .message-row [aria-label*='&']")) {
      const name = one.getAttribute("aria-label");
      if (inWords.get(one) === name) continue;
      const { body } = new DOMParser().parseFromString(name, "text/html"); // inert: nothing in it is loaded or run
      body.querySelectorAll("button").forEach((button) => button.remove());
      const words = body.textContent.replace(/\s+/g, " ").trim();
      inWords.set(one, words);
      one.setAttribute("aria-label", words);
    }
  }

  // A deciding screen takes the place of the list: whoever pressed a button that went away goes on at its first one.
  let screenOpen = false;
  function followScreen() {
    const screen = [...document.querySelectorAll(".screen")].find((one) => one.offsetParent);
    const active = document.activeElement;
    if (Boolean(screen) !== screenOpen && (!active || active === document.body || !active.offsetParent)) {
      const next = (screen || document.querySelector(".findings"))?.querySelector("button");
      if (next) next.focus();
    }
    screenOpen = Boolean(screen);
  }

  // A box for her words that has just opened is brought into view, and typed into once its draft had time to come back.
  let boxOpen = false;
  function followBox() {
    const box = [...document.querySelectorAll(".feedback-box")].find((one) => one.offsetParent);
    if (box && !boxOpen) {
      box.scrollIntoView({ block: "center" });
      setTimeout(() => box.querySelector("textarea")?.focus({ preventScroll: true }), 250);
    }
    boxOpen = Boolean(box);
  }

  // The question's box stays in view below: whoever asks reads what is answered, so the answers come into view above it.
  const showAnswers = () => document.querySelector(".pane")?.scrollIntoView({ block: "start" });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.(".ask-buttons button.primary")) showAnswers();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && event.target.closest?.(".ask .question")) showAnswers();
  });

  // While nobody has scrolled, that box is one line on a low window (studio.css): the first boxes of the page are seen.
  const tellScrolled = () => document.documentElement.classList.toggle("scrolled", window.scrollY > 8);
  window.addEventListener("scroll", tellScrolled, { passive: true });

  // Buttons of our own HTML: each press goes as one message into the tab's hidden field, which the server hears.
  // A tab that is just being mounted may not hear yet: the message is put there again until it was seen to be sent. The
  // server carries it out once, however often it comes. One that nobody heard says so, and can be pressed again.
  const AGAIN_AFTER = 400; // milliseconds
  const TRIES = 25;
  const unsent = new Set(); // by nonce
  window.addEventListener("studio:sent", ({ detail: body }) => {
    for (const nonce of unsent) if (body.includes(nonce)) settle(nonce);
  });
  const tell = (name, detail) => window.dispatchEvent(new CustomEvent(name, { detail })); // working.js says that it goes on
  function settle(nonce) {
    unsent.delete(nonce);
    tell("studio:answered", nonce);
  }
  const shownTab = () => document.querySelector(".mounted")?.className.match(/\btab-\w+/)?.[0];
  function send(message, nonce, tab, tries) {
    if (!unsent.has(nonce)) return;
    if (tries > TRIES || (shownTab() || tab) !== tab) {
      settle(nonce);
      sayUnheard(document.querySelector("meta[name=studio-unheard]")?.content);
      return;
    }
    const field = document.querySelector(".presses textarea");
    if (field) {
      field.value = message + " ".repeat(tries % 2); // only another text is a change
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    setTimeout(() => send(message, nonce, tab, tries + 1), AGAIN_AFTER);
  }

  function sayUnheard(words = "") {
    let line = document.querySelector(".unheard-line");
    if (!line && !words) return;
    if (!line) {
      line = document.createElement("div");
      line.className = "connection-line unheard-line";
      line.setAttribute("role", "alert");
      document.body.append(line);
    }
    line.textContent = words;
    line.hidden = !words;
  }

  function press(button) {
    sayUnheard(); // of an earlier press
    const line = button.closest(".line");
    const picked = Object.fromEntries([...(line || document).querySelectorAll("input[type=radio]:checked")].map((one) => [one.name, one.value]));
    place = { key: keyOf(line), at: line ? lines().indexOf(line) : -1, focus: Boolean(line) };
    const nonce = crypto.randomUUID();
    unsent.add(nonce);
    tell("studio:asked", nonce);
    send(JSON.stringify({ press: button.value, seen: button.name, picked: line ? picked : {}, nonce }), nonce, shownTab(), 0);
    if (button.value.startsWith("rows ")) document.querySelector(".table-card")?.scrollIntoView({ block: "start" });
  }

  // The inbox is drawn anew after each act: its unfolded parts, and where she was in it, stay as they were.
  const unfolded = new Set();
  let place = { key: "", at: -1, focus: false };
  const lines = () => [...document.querySelectorAll(".inbox .line")];
  const KEPT = "details[class*=kept-], .line details.more"; // by its name, and by the finding that it stands in
  const projectOf = () => document.querySelector(".address .at")?.textContent.trim().split(" ")[0] || ""; // not another's
  const partOf = (part) => `${projectOf()} ${keyOf(part.closest(".line"))} ${part.className.match(/\bkept-[\w-]+|\bmore\b/)[0]}`;
  const keyOf = (line) => line?.className.match(/\bkind-\w+/)?.[0] || "";
  function keepInbox() {
    for (const part of document.querySelectorAll(KEPT)) if (!part.open && unfolded.has(partOf(part))) part.open = true;
    const active = document.activeElement;
    if (!place.focus || (active && active !== document.body && active.isConnected)) return;
    const all = lines();
    const next = all.find((line) => keyOf(line) === place.key) || all[Math.min(place.at, all.length - 1)];
    if (next) next.focus({ preventScroll: true });
  }
  document.addEventListener("toggle", (event) => {
    const part = event.target;
    if (!part.matches?.(KEPT) || !part.isConnected) return;
    if (part.open) unfolded.add(partOf(part)); else unfolded.delete(partOf(part));
  }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button.press");
    if (button && button.ariaBusy !== "true" && !pressedJustNow(button)) press(button);
  });
  const pressedAt = new WeakMap(); // a double click is one press
  function pressedJustNow(button) {
    const again = performance.now() - (pressedAt.get(button) || -1e9) < 700;
    if (!again) pressedAt.set(button, performance.now());
    return again;
  }
  document.addEventListener("keydown", (event) => {
    const all = lines();
    const active = document.activeElement;
    if (!all.length || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (active?.closest("input, textarea, select, [contenteditable], [role=listbox], .rows, .modal")) return;
    const at = all.indexOf(active?.closest(".line"));
    if (event.key === "j" || event.key === "k") {
      const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + (event.key === "j" ? 1 : -1)))];
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && active?.matches(".line")) {
      active.querySelector("button.main")?.click();
    } else if (event.key === "u") {
      document.querySelector("button.undo")?.click();
    } else return;
    event.preventDefault();
  });

  // An event of a part that another tab has just replaced has nobody to hear it any more, and comes to nothing. Gradio
  // calls that an error.
  const complain = console.error;
  console.error = (...words) => (words.some((one) => String(one).includes("No endpoint matching")) ? console.debug : complain)(...words);

  // A table of rows takes no file: Gradio would take one for the table's new cells, and refuse it in its own words.
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      if (!event.target.closest?.(".rows, .table-wrap") || !event.dataTransfer?.types.includes("Files")) return;
      event.stopImmediatePropagation();
      event.preventDefault(); // nor does the browser open it in the page's place
      event.dataTransfer.dropEffect = "none";
    }, true);
  }

  // A field that is taken away loses its focus, and would send a last event for which there is no listener any more: a
  // focus that goes nowhere is told a moment later, and only by a field that is still there.
  addEventListener("blur", (event) => {
    const field = event.target;
    if (!event.isTrusted || event.relatedTarget || !(field instanceof Element)) return;
    event.stopImmediatePropagation();
    setTimeout(() => field.isConnected && field.dispatchEvent(new FocusEvent("blur")));
  }, true);

  // The first page says which model is best here as soon as it is known; asked once for each load.
  let best = null;
  function sayBest() {
    const place = document.querySelector(".best-here:not([data-known])");
    if (!place) return;
    place.dataset.known = "";
    best ||= fetch("studio/best").then((answer) => (answer.ok ? answer.json() : { text: "" }));
    best.then(({ text }) => { place.textContent = text; }).catch(() => { best = null; place.textContent = ""; });
  }

  // Another tab, and another step of the first one, begin at their upper end.
  let step = "";
  function beginAtTop() {
    const mounted = document.querySelector(".mounted");
    if (!mounted) return;
    const now = [shownTab(), ...[".start", ".confirm"].filter((one) => mounted.querySelector(one))].join(" ");
    if (step && now !== step) window.scrollTo({ top: 0, behavior: "instant" });
    step = now;
  }

  // What all say to one question stands beside each other, also where one answer is longer or has a correction under it.
  const columns = () => [...document.querySelectorAll(".panes .pane .bubble-wrap")];
  function alignTurns() {
    const all = columns();
    if (all.length < 2) return;
    const turns = all.map((one) => [...one.querySelectorAll(".message-row")].reverse()); // who came later lacks the first
    turns.flat().forEach((row) => { row.style.minHeight = ""; });
    const top = (one) => one.closest(".pane").getBoundingClientRect().top;
    if (Math.abs(top(all[0]) - top(all[1])) > 2) return; // one under another, on a small screen
    const heights = turns.map((rows) => rows.map((row) => row.getBoundingClientRect().height));
    turns.forEach((rows) => rows.forEach((row, at) => {
      row.style.minHeight = `${Math.max(...heights.map((ones) => ones[at] || 0))}px`;
    }));
  }
  document.addEventListener("scroll", ({ target }) => {
    const all = columns();
    if (!all.includes(target) || !target.matches(":hover, :focus-within")) return; // led by a hand, not by this line
    all.forEach((one) => { if (one !== target && one.scrollTop !== target.scrollTop) one.scrollTop = target.scrollTop; });
  }, { capture: true, passive: true });

  function look() {
    beginAtTop();
    sayBest();
    followScreen();
    followBox();
    keepInbox();
    nameFrames();
    nameMessages();
    waiting = 0;
    followAddress();
    saveOffered();
    keepZoom();
    alignTurns();
    document.dispatchEvent(new Event("studio:page"));
  }

  let waiting = 0;
  new MutationObserver(() => {
    if (!waiting) waiting = requestAnimationFrame(look);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
