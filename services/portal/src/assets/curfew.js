// What makes pages pleasanter; each of them works without it.
"use strict";
(() => {
  const root = document.documentElement;
  const skew = Number(root.dataset.now) - Date.now();
  const now = () => Date.now() + skew;

  // The browser's time zone, until somebody chooses one.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const cookie = root.dataset.zoneCookie;
  if (zone && !document.cookie.split("; ").some((one) => one.startsWith(`${cookie}=`))) {
    const secure = cookie.startsWith("__Host-") ? "; secure" : "";
    document.cookie = `${cookie}=${zone}; path=/; max-age=31536000; samesite=lax${secure}`;
  }

  // Countdowns, to the second in the last hour.
  const two = (n) => String(n).padStart(2, "0");
  const left = (ms, over) => {
    if (ms <= 0) return over;
    const s = Math.floor(ms / 1000), h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
    if (h >= 24) return null;
    return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
  };
  const tick = () => {
    for (const clock of document.querySelectorAll("[data-until]")) {
      const ms = Date.parse(clock.dataset.until) - now();
      const text = left(ms, clock.dataset.over);
      if (text !== null && clock.textContent !== text) clock.textContent = text;
      clock.classList.toggle("soon", ms < 600000);
    }
  };
  setInterval(tick, 1000);
  tick();

  // Copying.
  const prepare = (part) => {
    for (const button of part.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
  };
  prepare(document);
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.previousElementSibling.textContent);
    const before = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = before; }, 2000);
  });

  // An open menu closes with Escape or a click elsewhere.
  const opened = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of opened()) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  document.addEventListener("click", (event) => {
    for (const menu of opened()) if (!menu.contains(event.target)) menu.open = false;
  });

  // "/" leads to asking, where nobody is writing.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const field = document.querySelector("#q");
    if (field) { event.preventDefault(); field.focus(); }
  });

  const fetched = async (address, options) => {
    const answer = await fetch(address, options);
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    return answer.text();
  };
  const later = (ms, action) => {
    let timer;
    return () => { clearTimeout(timer); timer = setTimeout(action, ms); };
  };

  // Asking: what is found and what would happen, while somebody types.
  const ask = document.querySelector("form[data-ask]");
  if (ask) {
    const put = (place, html) => { document.getElementById(place).innerHTML = html; };
    let searching = 0;
    const search = later(90, async () => {
      const turn = ++searching;
      const query = new URLSearchParams();
      for (const [name, value] of new FormData(ask)) if (["q", "pair", "for"].includes(name)) query.append(name, value);
      try {
        const html = await fetched(`/ask/found?${query}`);
        if (turn === searching) put("found", html);
      } catch { /* the button does the same */ }
    });
    let seeking = 0;
    const seek = later(120, async () => {
      const turn = ++seeking;
      try {
        const html = await fetched(`/ask/people?who=${encodeURIComponent(ask.elements.who.value)}`);
        if (turn === seeking) put("people", html);
      } catch { /* the button does the same */ }
    });
    let previewing = 0;
    const preview = later(350, async () => {
      const turn = ++previewing;
      const opened = [...document.querySelectorAll("#preview details")].map((one) => one.open);
      try {
        const html = await fetched("/ask/preview", { method: "POST", body: new URLSearchParams(new FormData(ask)) });
        if (turn !== previewing) return;
        put("preview", html);
        document.querySelectorAll("#preview details").forEach((one, at) => { one.open ||= Boolean(opened[at]); });
      } catch { /* the button does the same */ }
    });
    ask.addEventListener("input", (event) => {
      if (event.target.id === "q") return search();
      if (event.target.id === "who") return seek();
      if (event.target.id === "other" && event.target.value) {
        for (const chip of ask.querySelectorAll("[name=duration]")) chip.checked = false;
      }
      if (event.target.name === "duration") ask.elements.other.value = "";
      if (event.target.id === "start" && event.target.value) ask.querySelector("[name=when][value=later]").checked = true;
      preview();
    });
  }

  // A form is sent once, however often its button is pressed, and what takes long says that it is under way.
  const working = document.querySelector("[data-working]");
  let slow;
  const settled = () => {
    clearTimeout(slow);
    working.textContent = "";
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  };
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) return event.preventDefault();
    event.target.dataset.sent = "1";
    slow = setTimeout(() => {
      working.textContent = working.dataset.working;
      // Whoever stopped waiting for the answer may press again.
      slow = setTimeout(settled, 30000);
    }, 400);
  });
  addEventListener("pageshow", settled);

  // Live parts: told that something changed, the page reads itself again and takes over what differs.
  const live = () => document.querySelectorAll("[data-live]");
  if (live().length && window.EventSource && document.querySelector("details.menu")) {
    const lost = document.querySelector("[data-live-lost]");
    const refresh = later(60, async () => {
      try {
        const page = new DOMParser().parseFromString(await fetched(location.href, { headers: { "x-curfew-by-itself": "1" } }), "text/html");
        for (const part of live()) {
          const next = page.getElementById(part.id);
          if (!next) continue;
          const plain = (node) => node.innerHTML.replace(/<time class="countdown[\s\S]*?<\/time>/g, "");
          // What somebody is writing stays, unless there is nothing left to write to.
          const writes = [...part.querySelectorAll("textarea, input")].some((one) => one === document.activeElement || one.value !== one.defaultValue);
          if (plain(part) === plain(next) || writes && next.childElementCount) continue;
          part.replaceChildren(...document.adoptNode(next).childNodes);
          prepare(part);
        }
        tick();
      } catch { /* the next event tries again */ }
    });
    let source;
    const open = () => {
      source = new EventSource(`/live?at=${encodeURIComponent(location.pathname)}`);
      // Also the first time: something may have happened since the page was written.
      source.addEventListener("ready", () => {
        lost.textContent = "";
        refresh();
      });
      source.addEventListener("changed", refresh);
      source.onerror = () => { lost.textContent = lost.dataset.liveLost; };
    };
    open();
    addEventListener("pagehide", () => source.close());
    addEventListener("pageshow", (event) => { if (event.persisted) { open(); refresh(); } });
  }
})();
