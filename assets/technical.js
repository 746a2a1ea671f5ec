// What only technicians need is hidden until the switch “For technicians” is on; this browser remembers it.
"use strict";

(() => {
  const KEY = "studio-technical";
  const ON = () => localStorage.getItem(KEY) === "yes";
  const LABELS = () => (document.querySelector("meta[name=studio-technical]")?.content || "").split("|");

  const show = () => document.documentElement.toggleAttribute("data-technical", ON());
  show();
  document.addEventListener("change", (event) => {
    if (!event.target.closest?.(".technical-switch")) return;
    if (event.target.checked) localStorage.setItem(KEY, "yes"); else localStorage.removeItem(KEY);
    show();
    look();
  });

  // Figures and columns are known by their labels: they come as text, also while a run is watched.
  function mark(labels) {
    for (const what of document.querySelectorAll(".figure .counts"))
      what.closest(".figure").classList.toggle("technical", labels.includes(what.textContent.trim()));
    for (const head of document.querySelectorAll("table.plain th"))
      if (labels.includes(head.textContent.trim()))
        for (const row of head.closest("table").rows) row.cells[head.cellIndex]?.classList.add("technical");
  }

  // The lowest part of the curve is the size of the change; without it the others take its place.
  function fold(plot, on) {
    const at = plot.data?.findIndex((line) => line.meta === "grad_norm") ?? -1;
    const wanted = on ? "shown" : "hidden";
    if (at < 0 || !window.Plotly || plot.dataset.technical === wanted || (on && !plot.dataset.technical)) return;
    plot.dataset.technical = wanted;
    const [upper, middle] = on ? [[0.46, 1], [0.24, 0.37]] : [[0.32, 1], [0, 0.2]];
    window.Plotly.update(plot, { visible: on }, {
      "yaxis.domain": upper, "yaxis2.domain": middle, "yaxis3.visible": on, "xaxis.anchor": on ? "y3" : "y2",
    }, [at]);
  }

  function look() {
    for (const box of document.querySelectorAll(".technical-switch input")) if (box.checked !== ON()) box.checked = ON();
    mark(LABELS());
    for (const plot of document.querySelectorAll(".curve .js-plotly-plot")) fold(plot, ON());
  }
  document.addEventListener("studio:page", look);
})();
