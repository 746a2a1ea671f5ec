// What was typed and not sent yet comes back: fields inside `.keep-draft`, per project. This browser tab keeps it at
// once; the server gets it when the typing pauses, for another tab, another browser, and after the tab was lost.
"use strict";

(() => {
  const PAUSE = 800; // milliseconds without a key
  const seen = new WeakSet(); // fields that stood in the page before: when one of them is empty, its text was sent
  const told = new Map(); // what the server has, by project: read once, when a field that keeps drafts is there
  const waiting = new Map(); // what it has to be told, by project and label
  const projectOf = () => new URLSearchParams(location.search).get("project") || "";
  const labelOf = (field) => field.closest(".keep-draft").textContent.trim(); // what is typed is no content
  // Where people share a browser, each has her own: the page's header says who is signed in.
  const whoOf = () => document.querySelector(".account")?.textContent.trim() || "";
  const nameOf = (field) => `draft/${whoOf()}/${projectOf()}/${labelOf(field)}`;

  function tell(field, text) {
    const sent = { project: projectOf(), field: labelOf(field), text };
    const name = nameOf(field);
    clearTimeout(waiting.get(name)?.timer);
    const go = () => {
      waiting.delete(name);
      const body = JSON.stringify(sent);
      fetch("studio/drafts", { method: "POST", body, headers: { "content-type": "application/json" }, keepalive: true })
        .catch(() => {}); // the tab has it, and the next pause tells it again
    };
    waiting.set(name, { timer: setTimeout(go, PAUSE), go });
  }

  addEventListener("pagehide", () => {
    for (const { timer, go } of [...waiting.values()]) {
      clearTimeout(timer);
      go();
    }
  });

  document.addEventListener("input", (event) => {
    if (!event.isTrusted || !event.target.closest?.(".keep-draft")) return;
    sessionStorage.setItem(nameOf(event.target), event.target.value);
    tell(event.target, event.target.value);
  }, true);

  function known(project) {
    if (!told.has(project)) {
      told.set(project, {});
      fetch(`studio/drafts?${new URLSearchParams({ project })}`)
        .then((answer) => (answer.ok ? answer.json() : { drafts: {} }))
        .then(({ drafts }) => {
          told.set(project, drafts);
          document.querySelectorAll(".keep-draft :is(textarea, input[type='text'])").forEach((field) => {
            if (projectOf() === project) fill(field, drafts[labelOf(field)]);
          });
        })
        .catch(() => told.delete(project)); // asked again when the next field appears
    }
    return told.get(project);
  }

  function fill(field, draft) {
    if (!draft || field.value || field === document.activeElement) return;
    field.value = draft;
    sessionStorage.setItem(nameOf(field), draft);
    field.dispatchEvent(new Event("input", { bubbles: true })); // Gradio reads it as if it had been typed
  }

  function look() {
    looking = 0;
    for (const field of document.querySelectorAll(".keep-draft :is(textarea, input[type='text'])")) {
      const name = nameOf(field), draft = sessionStorage.getItem(name);
      if (!seen.has(field)) {
        fill(field, draft || known(projectOf())[labelOf(field)]);
      } else if (!field.value && draft !== null) {
        sessionStorage.removeItem(name);
        delete known(projectOf())[labelOf(field)];
        tell(field, "");
      }
      seen.add(field);
    }
  }

  let looking = 0;
  new MutationObserver(() => {
    if (!looking) looking = requestAnimationFrame(look);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
