// What was typed and not sent yet survives a reload: fields inside `.keep-draft`, kept per project in this browser tab.
"use strict";

(() => {
  const seen = new WeakSet(); // fields that stood in the page before: when one of them is empty, its text was sent
  const nameOf = (field) => {
    const project = new URLSearchParams(location.search).get("project") || "";
    return `draft/${project}/${field.closest(".keep-draft").textContent.trim()}`; // a label; what is typed is no content
  };

  document.addEventListener("input", (event) => {
    if (event.isTrusted && event.target.closest?.(".keep-draft")) sessionStorage.setItem(nameOf(event.target), event.target.value);
  }, true);

  function look() {
    waiting = 0;
    for (const field of document.querySelectorAll(".keep-draft :is(textarea, input[type='text'])")) {
      const name = nameOf(field), draft = sessionStorage.getItem(name);
      if (!seen.has(field) && draft && !field.value) {
        field.value = draft;
        field.dispatchEvent(new Event("input", { bubbles: true })); // Gradio reads it as if it had been typed
      } else if (seen.has(field) && !field.value) {
        sessionStorage.removeItem(name);
      }
      seen.add(field);
    }
  }

  let waiting = 0;
  new MutationObserver(() => {
    if (!waiting) waiting = requestAnimationFrame(look);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
