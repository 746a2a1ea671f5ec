// The page's own script, static and small: the address bar, the zoom of the plot, and saving files.
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
    if (project) wanted.set("project", project); else wanted.set("new", "1");
    if (run) wanted.set("run", run);
    const tab = document.querySelector(".mounted")?.className.match(/\btab-(\w+)/)?.[1];
    if (tab && tab !== "examples") wanted.set("tab", tab);
    const address = `${location.pathname}?${wanted}`;
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

  // The table's frame carries a name but no role, which screen readers may not read out.
  function nameFrames() {
    for (const frame of document.querySelectorAll("div.wrapper[aria-label]:not([role])")) frame.setAttribute("role", "group");
    for (const log of document.querySelectorAll("[role='log']:not([tabindex])")) log.tabIndex = 0; // scrolls by keyboard
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

  function look() {
    followScreen();
    nameFrames();
    waiting = 0;
    followAddress();
    saveOffered();
    keepZoom();
    document.dispatchEvent(new Event("studio:page"));
  }

  let waiting = 0;
  new MutationObserver(() => {
    if (!waiting) waiting = requestAnimationFrame(look);
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
})();
