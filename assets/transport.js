// Stands between Gradio's client and the network: each request is numbered and repeated until it is answered, and the
// stream of messages goes on where it stopped when a connection is cut. Gradio itself never sees a broken connection,
// so it neither loses an event nor reloads the page. Loaded before any of Gradio's scripts; the server's side is in
// studio/web/idempotent.py and studio/web/resumable.py.
"use strict";

(() => {
  const network = window.fetch.bind(window);
  const FIRST_PAUSE = 200, LONGEST_PAUSE = 3000; // between two attempts, in milliseconds
  const PATIENCE = 10000; // for an answer; twice as long at each further attempt
  const SILENCE = 15000; // the server gives a sign of life every five seconds while there is something to wait for
  const GIVE_UP = 20 * 60 * 1000; // the server remembers its answers for longer
  const SAY_AFTER = 2000;
  const BUSY = new Set([429, 502, 503, 504]); // nothing was carried out
  const SAYS = {
    waiting: "The studio does not answer. Trying again…",
    locked: "The studio was started anew. Open the address that it printed.",
    missed: "This page missed something. Load it anew to see how things stand.",
    unreadable: "The file cannot be read any more. Choose it again.",
  };
  const locked = () => document.querySelector('meta[name="studio-locked"]')?.content || SAYS.locked; // where people sign in
  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const never = () => new Promise(() => {});
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // ---- One calm line while nobody answers; it goes away by itself.

  const failing = new Set(); // requests whose last attempt failed
  let saying = 0, final = false;

  function say(words) {
    let line = document.querySelector(".connection-line");
    if (!line) {
      line = document.createElement("div");
      line.className = "connection-line";
      line.setAttribute("role", "status");
      document.body.append(line);
    }
    line.textContent = words;
    line.hidden = !words;
  }
  function failed(request) {
    failing.add(request);
    if (!saying && !final) saying = setTimeout(() => say(SAYS.waiting), SAY_AFTER);
  }
  function answered(request) {
    failing.delete(request);
    if (final || failing.size || !saying) return;
    clearTimeout(saying);
    saying = 0;
    if (document.querySelector(".connection-line")) say("");
  }
  function end(words) { // nothing more can be done here; what was typed stays on the page
    final = true;
    clearTimeout(saying);
    say(words);
    return never();
  }

  // ---- Requests with an answer

  const joined = new Map(); // by Gradio's session: how many events the server said that it took
  const heard = new Map(); // by Gradio's session: the number of the last message
  const sessionIn = (body) => (typeof body === "string" && body.match(/"session_hash":"(\w+)"\}$/)?.[1]) || "";

  async function whole(address, init, patience) {
    const gate = new AbortController();
    const clock = setTimeout(() => gate.abort(), patience);
    const stop = () => gate.abort();
    init.signal?.addEventListener("abort", stop);
    try {
      const response = await network(address, { ...init, signal: gate.signal });
      const body = await response.arrayBuffer(); // an answer that was cut in the middle is none
      const { status, statusText, headers } = response;
      // Cut among its headers it looks like a whole one that says nothing: Chromium forgives that. Only a file may be empty.
      const isFile = address.pathname.includes("/gradio_api/file=");
      if (status === 200 && !body.byteLength && !isFile) throw new TypeError("The answer was cut.");
      return new Response([204, 205, 304].includes(status) ? null : body, { status, statusText, headers });
    } finally {
      clearTimeout(clock);
      init.signal?.removeEventListener("abort", stop);
    }
  }

  const isReadable = (file) => file.slice(0, 1).arrayBuffer().then(() => true, () => false); // or changed since

  // What is asked and answered is told to the page (working.js): a request until its answer, and an event of Gradio's
  // from its request until its last message, which may come before the request's own answer.
  const tell = (name, detail) => window.dispatchEvent(new CustomEvent(name, { detail }));
  const running = new Set(), finished = new Set(); // ids of Gradio's events
  const isAct = (address) => /\/(queue\/join|upload)$/.test(address.pathname);

  async function untilAnswered(address, init) {
    if (!isAct(address)) return untilReceived(address, init);
    const key = newKey();
    tell("studio:asked", key);
    if (typeof init?.body === "string") tell("studio:sent", init.body);
    let event = "";
    try {
      const response = await untilReceived(address, init);
      if (response.ok && address.pathname.endsWith("/queue/join")) event = (await response.clone().json()).event_id || "";
      return response;
    } finally {
      if (!event || finished.delete(event)) tell("studio:answered", key);
      else {
        running.add(event);
        keys.set(event, key);
      }
    }
  }
  const keys = new Map(); // by event
  function noteEnd(data) {
    const event = data.includes('"process_completed"') && data.match(/"event_id": ?"(\w+)"/)?.[1];
    if (!event) return;
    if (!running.delete(event)) return finished.add(event);
    tell("studio:answered", keys.get(event));
    keys.delete(event);
  }

  // Gradio's tabs tell of each change, also of one that nobody made: only the tab that was pressed last leads anywhere.
  let pressedTab = "";
  document.addEventListener("click", (event) => {
    pressedTab = event.target.closest?.("[data-tab-id]")?.dataset.tabId || pressedTab;
  }, true);

  let asked = 0;
  async function untilReceived(address, init) {
    const request = {}, since = Date.now();
    const headers = new Headers(init.headers);
    const session = sessionIn(init.body);
    if (init.method === "POST") {
      headers.set("X-Request-Key", newKey());
      if (pressedTab) headers.set("X-Tab-Pressed", pressedTab);
      headers.set("X-Request-Number", ++asked); // by which the server knows which of two was pressed later
    }
    if (session && heard.has(session)) headers.set("Last-Event-ID", heard.get(session));
    const files = init.body instanceof FormData ? [...init.body.values()].filter((one) => one instanceof Blob) : [];
    const patience = PATIENCE + files.reduce((sum, file) => sum + file.size, 0) / 1000; // one second a megabyte
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await whole(address, { ...init, headers }, patience * 2 ** Math.min(attempt, 5));
        if (response.status === 401) return end(locked());
        if (!BUSY.has(response.status)) {
          answered(request);
          if (session && response.ok && address.pathname.endsWith("/queue/join"))
            joined.set(session, (joined.get(session) || 0) + 1);
          return response;
        }
      } catch (error) {
        if (init.signal?.aborted) {
          answered(request);
          throw error;
        }
        if (!(await Promise.all(files.map(isReadable))).every(Boolean)) return new Response(SAYS.unreadable, { status: 400 });
      }
      if (Date.now() - since > GIVE_UP) return end(SAYS.missed);
      failed(request);
      await pause(Math.min(FIRST_PAUSE * 2 ** attempt, LONGEST_PAUSE));
    }
  }

  // ---- The stream of messages

  function unbroken(address, signal) {
    const session = address.searchParams.get("session_hash");
    let open = true;
    const body = new ReadableStream({
      start: (sink) => { carry(address, session, sink, () => open && !signal?.aborted); },
      cancel: () => { open = false; },
    });
    return stream(body);
  }

  async function carry(address, session, sink, wanted) {
    const request = {}, encoder = new TextEncoder();
    for (let attempt = 0; wanted(); attempt++) {
      let rest = ""; // the last word of a stream on which nothing more will be told
      try {
        for await (const { event, id, data } of messages(address, heard.get(session) || 0, () => { answered(request); })) {
          attempt = 0;
          if (!wanted()) return;
          if (event === "gap") return end(SAYS.missed);
          rest = event === "rest" ? data : "";
          if (rest) continue;
          if (id && id <= (heard.get(session) || 0)) continue;
          if (id) heard.set(session, id);
          noteEnd(data);
          sink.enqueue(encoder.encode(`data: ${data}\n\n`));
        }
        if (rest && wanted() && JSON.parse(rest).joined >= (joined.get(session) || 0)) { // it knew of the newest press
          sink.enqueue(encoder.encode(`data: ${rest}\n\n`));
          sink.close();
          return;
        }
      } catch (error) {
        if (error === SAYS.locked) return end(locked());
        if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
        failed(request);
      }
      await pause(Math.min(FIRST_PAUSE * 2 ** attempt, LONGEST_PAUSE));
    }
    answered(request);
  }

  async function* messages(address, after, reached) {
    const gate = new AbortController();
    let clock = 0;
    const alive = () => {
      clearTimeout(clock);
      clock = setTimeout(() => gate.abort(), SILENCE);
    };
    alive();
    try {
      const headers = { Accept: "text/event-stream", "Last-Event-ID": after };
      const response = await network(address, { headers, signal: gate.signal });
      if (response.status === 401) throw SAYS.locked;
      if (!response.ok) throw new TypeError(`The stream was answered by ${response.status}.`);
      reached();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        alive();
        const blocks = (text + part.value).split("\n\n");
        text = blocks.pop();
        for (const block of blocks) {
          const fields = Object.fromEntries(block.split("\n").map((line) => line.match(/^(\w*): ?(.*)$/s).slice(1)));
          if (fields.data !== undefined) yield { event: fields.event, id: Number(fields.id || 0), data: fields.data };
        }
      }
    } finally {
      clearTimeout(clock);
      gate.abort();
    }
  }

  const stream = (body) => new Response(body, { headers: { "content-type": "text/event-stream" } });

  // What only decorates the page may end early: how far an upload is.
  async function forgiving(input) {
    try {
      const response = await network(input);
      if (!response.ok) return stream("");
      const reader = response.body.getReader();
      const body = new ReadableStream({
        async pull(sink) {
          const part = await reader.read().catch(() => ({ done: true }));
          if (part.done) sink.close(); else sink.enqueue(part.value);
        },
        cancel: () => reader.cancel(),
      });
      return stream(body);
    } catch {
      return stream("");
    }
  }

  window.fetch = (input, init = {}) => {
    const address = new URL(input instanceof Request ? input.url : input, document.baseURI);
    const method = (init.method || (input instanceof Request ? input.method : "GET")).toUpperCase();
    if (address.origin !== location.origin) return network(input, init);
    if (method === "GET" && address.pathname.endsWith("/gradio_api/queue/data"))
      return Promise.resolve(unbroken(address, init.signal || input.signal));
    if (method === "GET" && address.pathname.endsWith("/gradio_api/upload_progress")) return forgiving(input);
    if (method === "GET" && address.pathname.includes("/gradio_api/heartbeat/")) return Promise.resolve(stream("data: ALIVE\n\n"));
    if (input instanceof Request || !address.pathname.includes("/gradio_api/")) return network(input, init);
    return untilAnswered(address, { ...init, method });
  };

  // The server need not go on for a page that is closed.
  window.addEventListener("pagehide", () => {
    for (const session of joined.keys())
      network(`gradio_api/queue/data?session_hash=${session}`, { method: "DELETE", keepalive: true }).catch(() => {});
  });

  // A page that the browser kept and shows again was closed for the server.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  // ---- Gradio counts the seconds that an answer takes, frame by frame, and for ever when the part that counts was
  // replaced meanwhile: 8% of a core for an idle page. Its counters are never shown here, so they do not count either.

  const nextFrame = window.requestAnimationFrame.bind(window);
  const COUNTS_SECONDS = /^\(\)\s*=>\s*\{[^;]{0,80}performance\.now\(\)\s*-[^;]{0,40}\/\s*1e3/;
  window.requestAnimationFrame = (act) => (COUNTS_SECONDS.test(Function.prototype.toString.call(act)) ? 0 : nextFrame(act));

  // ---- One press is one act: a second click of a double click, and a key that is held down, are not further presses.

  const TOGETHER = 600;
  let pressed = -Infinity;
  const button = (event) => event.target instanceof Element && event.target.closest("button, [role='button']");
  const swallow = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener("click", (event) => {
    if (!button(event)) return;
    if (event.detail > 1 && event.timeStamp - pressed < TOGETHER) swallow(event);
    pressed = event.timeStamp;
  }, true);
  window.addEventListener("keydown", (event) => {
    if (event.repeat && (event.key === "Enter" || event.key === " ") && button(event)) swallow(event);
  }, true);
})();
