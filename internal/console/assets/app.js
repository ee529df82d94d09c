// The console works without this file: every action is a form. It adds copying, revealing, the theme, keys and live pages.
(() => {
  const root = document.documentElement, $ = (s, e = document) => e.querySelector(s), $$ = (s, e = document) => [...e.querySelectorAll(s)];
  const chinese = root.lang.startsWith("zh"), say = (zh, en) => (chinese ? zh : en);
  const remember = (name, value) => (document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=strict`);
  const recall = name => document.cookie.split("; ").find(c => c.startsWith(name + "="))?.slice(name.length + 1);

  let timer;
  const tell = text => {
    $("#toast").textContent = text;
    clearTimeout(timer);
    timer = setTimeout(() => ($("#toast").textContent = ""), 2600);
  };

  // ---- copy and reveal. A secret is fetched when it is asked for, and is in no page.
  const secret = async mark => {
    const r = await fetch("/api/v1/reveal", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ mark }) });
    if (!r.ok) throw new Error((await r.json()).message);
    return (await r.json()).secret;
  };
  const copy = async text => {
    try {
      await navigator.clipboard.writeText(await text);
      tell(say("已复制", "Copied"));
    } catch (e) {
      tell(e.name === "NotAllowedError" || !navigator.clipboard ? say("浏览器不允许复制，请手动选择", "The browser refused; select the text by hand") : e.message);
    }
  };
  const reveal = async b => {
    const at = $("[data-mark]", b.parentElement), shown = b.getAttribute("aria-pressed") === "true";
    try {
      at.textContent = shown ? at.dataset.mark : await secret(at.dataset.mark);
      b.setAttribute("aria-pressed", !shown);
    } catch (e) {
      tell(e.message);
    }
  };
  const environment = async suite => (await fetch("/api/v1/environment?format=shell&reveal=true&suite_id=" + encodeURIComponent(suite))).text();
  const turn = () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    remember("wecom_theme", root.dataset.theme);
  };

  document.addEventListener("click", e => {
    const b = e.target.closest("button");
    if (!b) return;
    const d = b.dataset;
    if (d.copy !== undefined) copy(d.copy || $("pre, code", b.parentElement).innerText);
    else if (d.copysecret !== undefined) copy(secret($("[data-mark]", b.parentElement).dataset.mark));
    else if (d.copyenv !== undefined) copy(environment(d.copyenv));
    else if (d.reveal !== undefined) reveal(b);
    else if (b.id === "theme") turn();
    else if (b.id === "pause") pause(b);
    else if (b.id === "more") refresh(true);
  });
  document.addEventListener("change", e => e.target.dataset.submit !== undefined && e.target.form.requestSubmit());

  // ---- filters that need no server: what does not have all the words is hidden.
  const filter = box => {
    const words = box.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const x of $$(box.dataset.filter)) {
      const text = (x.dataset.text || x.textContent).toLowerCase();
      x.hidden = !words.every(w => text.includes(w));
      if (!x.hidden) n++;
    }
    for (const h of $$(".pick h3")) {
      let any = false;
      for (let x = h.nextElementSibling; x && x.tagName !== "H3"; x = x.nextElementSibling) any ||= !x.hidden;
      h.hidden = !any;
    }
    if ($("#none")) $("#none").hidden = n > 0;
  };
  document.addEventListener("input", e => {
    if (e.target.dataset.filter) filter(e.target);
    const shown = e.target.dataset.edits && $(`[data-el="${e.target.dataset.edits}"]`);
    if (shown) shown.textContent = e.target.value;
  });

  // ---- live pages: after a change the page is fetched anew, and what differs is replaced. What is
  // in use (focused, open, revealed, a row under the pointer) stays as it is.
  const kinds = ["request", "push", "suite", "corp", "install", "token", "ticket", "clock", "fault", "choices", "order", "message", "customer", "kfaccount", "media", "agent", "gap"];
  const most = 200, interval = 300;
  let waiting = false, due = false, forcedNext = false, paused = false;

  const used = x => x.contains(document.activeElement) || x.matches(":active, :popover-open") || $("details[open], [data-reveal][aria-pressed=true]", x) !== null;
  const busy = x => used(x) || x.matches(":hover");
  const freshRow = row => { row.firstElementChild.classList.add("fresh"); return row; };

  // rows brings a log up to date. New rows wait while somebody reads.
  const rows = (now, next, forced) => {
    const known = new Set([...now.children].map(x => x.id)), fresh = [...next.children].filter(x => x.id && !known.has(x.id));
    const reading = paused || (!forced && (busy(now) || scrollY > 240));
    const more = $("#more");
    if (fresh.length && reading && more) {
      more.hidden = false;
      more.textContent = say(`${fresh.length} 条新记录`, `${fresh.length} new rows`);
      return;
    }
    if (more) more.hidden = true;
    for (const x of next.children) {
      const old = x.id && document.getElementById(x.id);
      if (old && !busy(old) && old.innerHTML.replace(' class="fresh"', "") !== x.innerHTML) old.replaceWith(document.importNode(x, true));
    }
    now.prepend(...fresh.map(x => freshRow(document.importNode(x, true))));
    for (const x of [...now.children].slice(most)) if (!busy(x)) x.remove();
  };

  const apply = (page, forced) => {
    if ($("[name=_csrf]", page)?.value !== $("[name=_csrf]")?.value) return location.reload(); // another run of the sandbox
    for (const now of $$("[data-live]")) {
      const next = now.id && page.getElementById(now.id);
      if (!next || now.isEqualNode(next)) continue;
      if (now.matches("ul.log") && next.matches("ul.log")) rows(now, next, forced);
      else if (forced || !used(now)) now.replaceWith(document.importNode(next, true));
    }
    const box = $("input[data-filter]");
    if (box?.value) filter(box);
  };

  const refresh = async forced => {
    if (waiting || (document.hidden && !forced)) {
      due = true;
      forcedNext ||= !!forced;
      return;
    }
    waiting = true;
    due = forcedNext = false;
    const begun = performance.now();
    try {
      const r = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (r.ok && !r.redirected) apply(new DOMParser().parseFromString(await r.text(), "text/html"), forced);
    } catch { /* the stream tells that the sandbox is gone */ }
    const rest = Math.max(interval, 2 * (performance.now() - begun)); // where pages take long, fewer of them
    setTimeout(() => { waiting = false; if (due) refresh(forcedNext); }, rest);
  };
  const pause = b => {
    paused = !paused;
    b.setAttribute("aria-pressed", paused);
    if (!paused) refresh(true);
  };

  // ---- the stream tells of changes. A page that nobody sees has none: a browser opens at most six
  // connections to a host, and tabs in the background must not use them up.
  let stream, gone, again, after;
  const lost = yes => { $("#lost").hidden = !yes; $("#live").hidden = yes; };
  const hush = () => {
    stream?.close();
    clearTimeout(gone);
    clearTimeout(again);
    gone = undefined;
  };
  const listen = () => {
    hush();
    stream = new EventSource("/events?after=" + after);
    for (const kind of kinds) stream.addEventListener(kind, e => { after = e.lastEventId; refresh(); });
    stream.onopen = () => {
      clearTimeout(gone);
      gone = undefined;
      if (!$("#lost").hidden) refresh();
      lost(false);
    };
    stream.onerror = () => {
      gone ??= setTimeout(() => lost(true), 2000); // errors come with each attempt, faster than that
      if (stream.readyState === EventSource.CLOSED) again = setTimeout(listen, 3000);
    };
  };
  const watch = () => {
    if (document.hidden) return hush();
    listen();
    if (due) refresh();
  };

  // ---- what runs out: data-left has the seconds that are left, as the page came.
  const left = s => {
    const units = [[86400, "天", "d"], [3600, "小时", "h"], [60, "分", "min"], [1, "秒", "s"]], i = Math.min(3, units.findIndex(u => s >= u[0]) === -1 ? 3 : units.findIndex(u => s >= u[0]));
    const [n, zh, en] = units[i], head = Math.floor(s / n), text = `${head} ${say(zh, en)}`;
    const rest = i < 3 && head < 10 ? Math.floor((s % n) / units[i + 1][0]) : 0;
    return rest ? `${text} ${rest} ${say(units[i + 1][1], units[i + 1][2])}` : text;
  };
  const count = () => {
    if (document.hidden) return;
    for (const x of $$("[data-left]")) {
      x.at ??= performance.now();
      const s = Math.max(0, x.dataset.left - (performance.now() - x.at) / 1000);
      if (x.tagName === "METER") x.value = s;
      else x.textContent = left(s).replaceAll(" ", "\u00a0");
    }
  };

  // ---- keys: off in fields, with modifiers, and where the help has switched them off.
  const pages = { o: "/", l: "/log", c: "/corps", m: "/inbox", b: "/orders", k: "/customers", s: "/kf", u: "/urls", p: "/push", f: "/faults", a: "/api" };
  let going = false;
  const move = by => {
    const all = $$("[data-row]").filter(x => !x.closest("[hidden]")), at = all.indexOf(document.activeElement);
    all[Math.max(0, Math.min(all.length - 1, at + by))]?.focus();
  };
  const keys = {
    g: () => { going = true; setTimeout(() => (going = false), 1200); },
    "/": e => { const f = $("input[type=search]"); if (f) { f.focus(); e.preventDefault(); } },
    "?": () => $("#keys")?.togglePopover(),
    j: () => move(1), k: () => move(-1), p: () => $("#pause")?.click(), t: turn,
  };
  document.addEventListener("keydown", e => {
    if (e.key === "Escape" && e.target.matches("input[type=search]")) return e.target.blur();
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.matches("input, select, textarea") || recall("wecom_keys") === "off") return;
    if (going && pages[e.key]) { going = false; location.href = pages[e.key]; return; }
    keys[e.key]?.(e);
  });

  addEventListener("DOMContentLoaded", () => {
    const on = $("#keyson");
    if (on) {
      on.checked = recall("wecom_keys") !== "off";
      on.addEventListener("change", () => remember("wecom_keys", on.checked ? "on" : "off"));
    }
    const here = new URL(location.href);
    if (here.searchParams.has("note")) { here.searchParams.delete("note"); history.replaceState(null, "", here); }
    const named = here.hash && document.getElementById(here.hash.slice(1)), folded = named && $("details", named);
    if (folded && named.closest(".log")) { folded.open = true; named.scrollIntoView(); }
    const chosen = $(".pick [aria-current]");
    if (chosen) chosen.closest(".pick").scrollTop = chosen.offsetTop - chosen.closest(".pick").offsetTop - 120;
    $$("input[data-filter]").forEach(box => box.value && filter(box));
    setInterval(count, 1000);
    after = document.body.dataset.after;
    if (!after) return;
    watch();
    document.addEventListener("visibilitychange", watch);
    addEventListener("pagehide", hush);
    addEventListener("pageshow", e => e.persisted && watch());
  });
})();
