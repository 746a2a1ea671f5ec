// What goes on is told by the server as it happens (studio/web/live): this opens one stream for what the page looks
// at, only while the page can be seen, and puts what comes into text, bars and the curve. Nothing here becomes markup.
"use strict";

(() => {
  const DRAW_EVERY = 2000, DRAW_SHARE = 0.02, DRAW_WITHIN = 4000; // drawing takes at most such a share of the
  // browser's time; no point waits longer, since a chart that stands still looks as if the learning did
  const SPEAK_EVERY = 10_000, AGAIN_AFTER = 5000, SHOW_AFTER = 100; // milliseconds
  const TOLD_AGAIN_AFTER = 500, TRIES = 20;
  const GOING = ".live-job, .live-headline"; // what the page shows of something that goes on
  const MOST_POINTS = 800; // of a curve; beyond that every second one goes
  let source = null, place = "", offset = "", showing = 0;
  let points = [], figures = null, answers = null;
  const work = new Map(); // by id: how far it is
  let revision = "", pressed = "", examining = false, drawn = 0, took = 0, drawing = 0, spoken = 0;

  const make = (name, kind, ...inside) => {
    const made = document.createElement(name);
    if (kind) made.className = kind;
    made.append(...inside);
    return made;
  };
  const acts = new Set(); // what was asked of the server and not answered yet
  window.addEventListener("studio:asked", ({ detail: key }) => acts.add(key));
  window.addEventListener("studio:answered", ({ detail: key }) => acts.delete(key));
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);
  const write = (element, text) => {
    if (!element || element.textContent === text) return;
    if (element.childNodes.length === 1 && element.firstChild.nodeType === Node.TEXT_NODE) element.firstChild.data = text;
    else element.textContent = text;
  };

  // ---- The stream

  function follow() {
    const [project = "", chosen = ""] = document.querySelector(".address .at")?.textContent.trim().split(" ") || [];
    const run = document.querySelector(".mounted .live-headline")?.className.match(/\brun-(\S+)/)?.[1] || chosen;
    const wanted = project && document.visibilityState === "visible" ? `${project} ${run}` : "";
    if (wanted === place) { // what is known is shown, too, in what was just put into the page
      showHeadlines(); // at once: an answer that was asked for earlier told how things stood before
      showSoon();
      return;
    }
    if (source) source.close();
    source = null;
    place = wanted;
    figures = answers = null; // told anew when somebody listens again
    work.clear();
    if (wanted) open(project, run);
  }

  let last = ""; // what the points and the offset belong to
  function open(project, run) {
    if (last !== `${project} ${run}`) {
      if (!last.startsWith(`${project} `)) revision = pressed = "";
      last = `${project} ${run}`;
      points = []; offset = "";
    }
    const address = new URLSearchParams({ project, run, after: offset });
    const stream = source = new EventSource(`studio/live?${address}`);
    const hear = (name, act) => stream.addEventListener(name, (event) => {
      if (stream !== source) return;
      if (event.lastEventId) offset = event.lastEventId;
      act(JSON.parse(event.data));
    });
    hear("curve", (told) => { points = told.points; drawSoon(); });
    hear("point", (told) => { add(told.points); drawSoon(); });
    hear("figures", (told) => { figures = told; show(); });
    hear("answers", (told) => { answers = told; show(); });
    hear("progress", (told) => { work.set(told.job, told); show(); });
    hear("changed", (told) => {
      change(told.revision);
      if (examining && !told.examining) each("button.refresh-examined", (one) => one.click());
      examining = told.examining;
    });
    stream.onerror = () => {
      if (stream.readyState !== EventSource.CLOSED || stream !== source) return;
      setTimeout(() => { if (stream === source) { place = ""; follow(); } }, AGAIN_AFTER); // refused: asked again later
    };
  }

  function add(fresh) {
    points.push(...fresh);
    if (points.length > MOST_POINTS) points = points.filter((one, number) => number % 2 === 0 || number === points.length - 1 || "eval_loss" in one);
  }

  // Something began, ended, or was changed elsewhere: the tab that is looked at is read again, once for each change.
  function change(now) {
    const before = revision;
    revision = now;
    if (before === now || pressed === now) return;
    // at first it is not known what the page was drawn from: it is read again where something goes on
    if (!before && ![...work.values()].some((one) => one.going) && !document.querySelector(GOING)) return;
    pressed = now;
    readAgain(now, 0);
  }

  // A tab that is just being mounted may not hear yet: it is told again until a request was seen to leave the page.
  // While an act of hers goes on its answer brings the news: what is read meanwhile would show how things stood before.
  function readAgain(now, tries) {
    if (acts.size && tries < TRIES) {
      setTimeout(() => { if (revision === now) readAgain(now, tries + 1); }, TOLD_AGAIN_AFTER);
      return;
    }
    let asked = false;
    const hear = () => { asked = true; };
    window.addEventListener("studio:asked", hear, { once: true });
    each(".mounted button.refresh", (one) => one.click());
    setTimeout(() => {
      window.removeEventListener("studio:asked", hear);
      if (asked || revision !== now) return;
      if (tries < TRIES) readAgain(now, tries + 1);
      else pressed = ""; // the next word of it begins anew
    }, TOLD_AGAIN_AFTER);
  }

  // ---- What is shown

  function showSoon() {
    if (!showing) showing = setTimeout(show, SHOW_AFTER);
  }
  function show() {
    clearTimeout(showing);
    showing = 0;
    if (figures) each(".live-figures", (box) => showFigures(box, figures));
    showHeadlines();
    if (answers) each(".live-answers", (box) => showAnswers(box, answers));
    for (const one of work.values()) each(`.job-${CSS.escape(one.job)}`, (box) => showProgress(box, one));
    speak();
  }

  function showFigures(box, { figures, notes }) {
    const cells = box.querySelectorAll(".figure");
    if (cells.length !== figures.length) {
      box.replaceChildren(...figures.map(([number, what]) =>
        make("div", "figure", make("span", "number", number), make("span", "counts", what))));
      return;
    }
    figures.forEach(([number, what], place) => {
      write(cells[place].querySelector(".number"), number);
      write(cells[place].querySelector(".counts"), what);
    });
  }

  function showHeadlines() {
    if (figures) each(`.live-headline.run-${CSS.escape(figures.run)}`, (box) => showHeadline(box, figures.headline));
  }

  function showHeadline(box, [title, lead, label, tone]) {
    write(box.querySelector(".live-title"), title);
    write(box.querySelector(".live-lead"), lead);
    const tag = box.querySelector(".tag");
    if (tag) {
      write(tag, label);
      tag.className = `tag ${tone}`.trim();
    }
  }

  function showAnswers(box, { headers, rows }) {
    if (headers.length < 3) return;
    const told = JSON.stringify([headers, rows]);
    if (box.dataset.told === told) return;
    box.dataset.told = told;
    const head = make("tr", "", ...headers.map((name) => make("th", "", name)));
    head.querySelectorAll("th").forEach((cell) => { cell.scope = "col"; });
    const body = rows.map((row) => make("tr", "", ...row.map((cell) => make("td", "", cell))));
    body.forEach((row) => [...row.cells].forEach((cell, at) => { cell.title = headers[at]; })); // as the server draws them
    box.replaceChildren(make("table", "plain", make("thead", "", head), make("tbody", "", ...body)));
  }

  function showProgress(box, { text, done, total: whole }) {
    write(box.querySelector(".live-text"), text);
    const share = box.querySelector(".share");
    if (share) share.style.transform = `scaleX(${whole ? Math.min(1, done / whole) : 0})`; // moves without a new layout
  }

  // For screen readers, seldom: what the sighted see all the time.
  function speak() {
    const now = Date.now();
    const line = document.querySelector(".mounted .live-text");
    let region = document.querySelector(".live-region");
    if (!line && region) write(region, ""); // what is over is not told on every page after it
    if (!line || now - spoken < SPEAK_EVERY) return;
    if (!region) {
      region = make("div", "live-region");
      region.setAttribute("role", "status");
      document.body.append(region);
    }
    spoken = now;
    write(region, line.textContent);
  }

  // ---- The curve: the drawn figure gets the points that the page knows of; her zoom is a part of the figure's layout.

  function drawSoon() {
    if (!drawing) drawing = setTimeout(draw, Math.max(0, drawn + Math.min(DRAW_WITHIN, Math.max(DRAW_EVERY, took / DRAW_SHARE)) - performance.now()));
  }
  // A picture without a point has words in the place of its scales (plots.py).
  function begun(layout) {
    if (!layout.annotations?.length) return layout;
    const scale = ([name, axis]) => [name, /^[xy]axis/.test(name) ? { ...axis, showgrid: true, showticklabels: true } : axis];
    return { ...Object.fromEntries(Object.entries(layout).map(scale)), annotations: [] };
  }
  // The axis of steps runs to the last one that is planned, which is known only after the picture was first drawn.
  function planned(layout) {
    const total = work.get(figures?.run)?.total, { autorange, range } = layout.xaxis || {};
    if (!total || (range && autorange === false)) return layout; // as the server drew it, or as she zoomed
    return { ...layout, xaxis: { ...layout.xaxis, range: [0, total], autorange: false } };
  }
  function draw() {
    drawing = 0;
    const plot = document.querySelector(".curve.live .js-plotly-plot");
    if (!plot?.data || !window.Plotly || !points.length) return;
    drawn = performance.now();
    const data = plot.data.map((trace) => {
      const own = trace.meta ? points.filter((point) => trace.meta in point) : null;
      return own ? { ...trace, x: own.map((point) => point.step), y: own.map((point) => point[trace.meta]) } : trace;
    });
    window.Plotly.react(plot, data, planned(begun(plot.layout)));
    took = performance.now() - drawn;
  }

  document.addEventListener("visibilitychange", follow);
  document.addEventListener("studio:page", follow); // page.js: something in the page is not as it was
  window.addEventListener("pagehide", () => { if (source) source.close(); source = null; place = ""; });
})();
