// SPDX-License-Identifier: Apache-2.0
// Puts the page together: which process, light or dark, keys, and what is drawn anew when.

const kKeys = [["/", "find a function in the flame graph"], ["← →", "an earlier, a later snapshot"], ["space", "play"],
  ["i", "from main, or from the allocation"], ["d", "one time, or A against B"], ["f", "fit to width"], ["1 … 9", "a finding"],
  ["n p", "the next, the previous finding"], ["s", "the table of sites"], ["t", "light or dark"], ["Esc", "the whole graph, no search"],
  ["↑ ↓ ← → ⏎ ⌫", "within the flame graph: move, zoom in, zoom out"]];

const page = JSON.parse(byId("data").textContent);
const processes = page.processes.map(json => new Watched(page, json));
let watched = null, atFinding = -1;

function drawAll() {
  watched = processes[state.process] || processes[0] || null;
  memoryPlots = [];
  drawPrograms(page);
  drawFoot(page, watched);
  if (!watched) return;
  document.title = `${watched.json.name}: ${afterName(watched.json.headline)}`;
  drawHero(watched);
  drawCards(watched);
  drawMemory(watched);
  drawChoices();
  drawScrubber(watched);
  drawFlame(watched);
  drawChanges(watched);
  drawSites(watched);
  drawBlocks(watched);
  drawThreads(watched);
  drawCost(watched);
}

function drawChoices() {
  for (const button of document.querySelectorAll("button[data-set]")) {
    button.setAttribute("aria-pressed", String(String(state[button.dataset.set]) === button.dataset.value));
  }
  for (const button of document.querySelectorAll("button[data-set=by]")) button.disabled = state.mode === "diff";
  byId("fit").checked = Boolean(state.fit);
  byId("fit").disabled = state.mode === "diff";
  if (byId("search").value !== state.search) byId("search").value = state.search;
  if (byId("site-filter").value !== state.filter) byId("site-filter").value = state.filter;
}

function showFinding(number) {
  const card = byId("finding-" + (number + 1));
  if (!card) return;
  atFinding = number;
  card.scrollIntoView({ block: "center" });
  card.focus({ preventScroll: true });
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  try { localStorage.setItem("leakwatch-theme", theme); } catch (error) { /* a page from a file may have no storage */ }
}

function isDark() {
  const theme = document.documentElement.dataset.theme;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function toggleKeys() {
  const keys = byId("keys");
  if (keys.open) return keys.close();
  fill(keys, h("h2", null, "Keys"), h("dl", null, kKeys.map(([key, what]) => [h("dt", null, h("kbd", null, key)), h("dd", null, what)])),
    h("button", { type: "button", onclick: () => keys.close() }, "Close"));
  keys.showModal();
}

const kActions = {
  "/": () => { byId("where").scrollIntoView(); byId("search").focus(); byId("search").select(); },
  "ArrowLeft": () => moveMoment(watched, -1),
  "ArrowRight": () => moveMoment(watched, 1),
  " ": () => { if (state.mode === "at") togglePlaying(watched); },
  "i": () => choose({ inverse: 1 - state.inverse, zoom: "" }),
  "d": () => choose({ mode: state.mode === "diff" ? "at" : "diff" }),
  "f": () => choose({ fit: 1 - state.fit }),
  "n": () => showFinding(Math.min(atFinding + 1, watched.json.findings.length - 1)),
  "p": () => showFinding(Math.max(atFinding - 1, 0)),
  "s": () => byId("sites").scrollIntoView(),
  "t": () => setTheme(isDark() ? "light" : "dark"),
  "?": toggleKeys,
  "Escape": () => choose({ zoom: "", search: "" }),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) return;
  const target = event.target, typing = target.matches("input, select, textarea");
  if (typing && event.key === "Escape" && target.type === "search") {
    if (target.id === "search") choose({ search: "" }); else choose({ filter: "" });
    return target.blur();
  }
  if (typing || (event.key === " " && target.matches("button, summary, a"))) return;
  if (/^[1-9]$/.test(event.key)) showFinding(Number(event.key) - 1);
  else if (!watched || !kActions[event.key]) return;
  else kActions[event.key]();
  event.preventDefault();
}

function listen() {
  onChange(["process"], () => { Object.assign(state, { moment: null, a: 0, b: null, zoom: "" }); openLines.clear(); allRows = false; drawAll(); });
  onChange(["mode"], () => drawScrubber(watched));
  onChange(["moment", "a", "b", "mode"], () => { labelScrubber(watched); drawCursors(watched); drawChanges(watched); });
  onChange(["moment", "a", "b", "mode", "by", "inverse", "fit", "zoom"], () => drawFlame(watched));
  onChange(["search"], markFound);
  onChange(["sort", "descending", "filter", "verdict"], () => drawSites(watched));
  onChange(["sizes"], () => drawSizes(watched));
  onChange(Object.keys(state), drawChoices);
  for (const button of document.querySelectorAll("button[data-set]")) {
    const value = button.dataset.value, key = button.dataset.set;
    button.addEventListener("click", () => choose({ [key]: typeof state[key] === "number" ? Number(value) : value, ...(key === "inverse" ? { zoom: "" } : {}) }));
  }
  byId("fit").addEventListener("change", event => choose({ fit: Number(event.target.checked) }));
  byId("search").addEventListener("input", event => choose({ search: event.target.value }));
  byId("site-filter").addEventListener("input", event => choose({ filter: event.target.value }));
  byId("theme").addEventListener("click", () => setTheme(isDark() ? "light" : "dark"));
  byId("keys-button").addEventListener("click", toggleKeys);
  for (const link of document.querySelectorAll("#sections a, .brand")) {
    link.addEventListener("click", event => { event.preventDefault(); byId(link.getAttribute("href").slice(1)).scrollIntoView(); });
  }
  window.addEventListener("keydown", onKey);
  listenToFlame();
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    requestAnimationFrame(drawAll);
  });
}

function chooseProcess() {
  const select = byId("process");
  select.hidden = processes.length < 2;
  fill(select, processes.map((one, number) => h("option", { value: number }, `${one.name}${one.json.findings.length ? ` · ${one.json.findings.length} finding${one.json.findings.length === 1 ? "" : "s"}` : ""}`)));
  select.value = String(watched ? processes.indexOf(watched) : 0);
  select.addEventListener("change", () => choose({ process: Number(select.value) }));
}

// A page that somebody serves shows what is there now; not while its reader is at work in it.
function reloadNowAndThen() {
  if (!page.reload_s) return;
  let quietSince = Date.now();
  for (const event of ["pointermove", "keydown", "wheel", "touchstart"]) window.addEventListener(event, () => { quietSince = Date.now(); }, { passive: true });
  setInterval(() => { if (Date.now() - quietSince >= 1000 * page.reload_s && !playing) location.reload(); }, 1000);
}

try {
  const theme = localStorage.getItem("leakwatch-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch (error) { /* see setTheme */ }
recall();
listen();
drawAll();
chooseProcess();
reloadNowAndThen();
document.documentElement.dataset.drawn = "yes";
