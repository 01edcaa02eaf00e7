// SPDX-License-Identifier: Apache-2.0
// The table of sites: a row for each line of code that allocates, its stacks behind it.

const kRowsShown = 60, kStacksShown = 12, kFramesOfStack = 14;
let allRows = false;
const openLines = new Set();

const kColumns = [
  { key: "verdict", title: "verdict", value: row => -row.urgency },
  { key: "alive", title: "alive", number: true, value: row => row.alive },
  { key: "growth", title: "growth", number: true, value: row => row.growth },
  { key: "count", title: "blocks", number: true, value: row => row.count, less: true },
  { key: "allocated", title: "allocated", number: true, value: row => row.allocated, less: true },
  { key: "kept", title: "never freed", number: true, value: row => row.kept, less: true },
  { key: "died", title: "freed within", number: true, value: row => row.died, less: true },
  { key: "place", title: "site", value: row => row.place.name.toLowerCase(), wide: true },
];

const half = triple => (triple[2] - triple[1]) / 2;

function siteRows(watched) {
  const groups = d3.group(watched.stacks, stack => stack.frames[0]);
  const order = watched.page.verdicts.map(verdict => verdict.word);
  return Array.from(groups, ([line, stacks]) => {
    const sum = of => d3.sum(stacks, of), error = of => Math.sqrt(d3.sum(stacks, stack => of(stack) ** 2));
    const worst = d3.least(stacks, stack => order.indexOf(stack.verdict)), findings = stacks.map(stack => stack.finding).filter(number => number !== undefined);
    const finding = findings.length ? d3.min(findings) : undefined, allocations = sum(stack => stack.allocations);
    return {
      line, stacks, finding, place: placeOf(watched.page, line),
      verdict: finding === undefined ? worst.verdict : watched.json.findings[finding] ? watched.json.findings[finding].verdict : worst.verdict,
      confidence: finding !== undefined && watched.json.findings[finding] ? watched.json.findings[finding].confidence : worst.confidence,
      urgency: order.indexOf(worst.verdict),
      alive: sum(stack => stack.live_bytes[0]), aliveError: error(stack => half(stack.live_bytes)),
      aliveMost: sum(stack => stack.live_bytes[2]),
      count: sum(stack => stack.live_count[0]), countError: error(stack => half(stack.live_count)),
      growth: sum(stack => stack.growth[0]), growthError: error(stack => half(stack.growth)),
      allocated: sum(stack => stack.allocated[stack.allocated.length - 1]),
      kept: allocations > 0 ? sum(stack => stack.kept[0] * stack.allocations) / allocations : 0,
      keptError: allocations > 0 ? error(stack => half(stack.kept) * stack.allocations) / allocations : 0,
      died: d3.max(stacks, stack => stack.died_by_s),
    };
  });
}

function drawSites(watched) {
  byId("sites").hidden = !watched.known;
  if (!watched.known) return;
  watched.rows = watched.rows || siteRows(watched);
  drawChips(watched);
  const words = state.filter.trim().toLowerCase();
  const rows = watched.rows.filter(row => (state.verdict === "" || row.verdict === state.verdict) && (words === "" || contains(watched, row, words)));
  const column = kColumns.find(one => one.key === state.sort) || kColumns[2], sign = state.descending ? -1 : 1;
  rows.sort((a, b) => sign * (d3.ascending(column.value(a), column.value(b)) || d3.ascending(a.alive, b.alive)));
  const most = d3.max(rows, row => row.alive + row.aliveError), shown = allRows ? rows : rows.slice(0, kRowsShown);
  const low = Math.min(0, d3.min(shown, row => row.growth - row.growthError) || 0), high = Math.max(1e-9, d3.max(shown, row => row.growth + row.growthError) || 0);
  fill(byId("site-table"),
    h("table", { class: "rows sites" }, h("thead", null, h("tr", null, kColumns.map(header))),
      h("tbody", null, shown.map(row => siteRow(watched, row, most, low, high)))),
    rows.length === 0 && h("p", { class: "muted" }, "No site is like that."),
    rows.length > shown.length && h("button", { type: "button", class: "link", onclick: () => { allRows = true; drawSites(watched); } }, `Show all ${countText(rows.length)} sites`),
    watched.rest.stacks > 0 && h("p", { class: "note" }, `${countText(watched.rest.stacks)} more stacks are too small for this page; together they hold ${bytesText(watched.rest.alive[watched.judged])}. leakwatch sites has them.`));
}

function contains(watched, row, words) {
  return row.stacks.some(stack => stack.frames.some(line => {
    const place = placeOf(watched.page, line);
    return (place.name + " " + place.file + ":" + place.line + " " + place.module).toLowerCase().includes(words);
  }));
}

function header(column) {
  const sorted = state.sort === column.key;
  return h("th", { class: [column.number && "number", column.less && "less", column.wide && "wide"].filter(Boolean).join(" "),
    "aria-sort": sorted ? state.descending ? "descending" : "ascending" : "none" },
  h("button", { type: "button", "data-sort": column.key, onclick: () => choose({ sort: column.key, descending: sorted ? 1 - state.descending : column.wide ? 0 : 1 }) },
    column.title, h("span", { class: "arrow", "aria-hidden": "true" }, sorted ? state.descending ? "▼" : "▲" : "")));
}

function siteRow(watched, row, most, low, high) {
  const kind = verdictClass(watched.page, row.verdict), open = openLines.has(row.line), leaks = kind === "leak";
  const toggle = () => { if (!openLines.delete(row.line)) openLines.add(row.line); drawSites(watched); };
  const significant = row.growth - row.growthError > 0 ? "up" : row.growth + row.growthError < 0 ? "down" : "";
  const line = h("tr", { class: "site-row", "data-line": row.line, onclick: event => { if (!event.target.closest("a, button")) toggle(); } },
    h("td", null, h("span", { class: "verdict " + kind, title: confidenceText(row.confidence) + " sure" }, row.verdict)),
    h("td", { class: "number" }, row.alive > 0 ? bytesWithError(row.alive, row.aliveError) : h("span", { class: "muted" }, row.aliveMost > 0 ? "under " + bytesText(row.aliveMost) : "0 B"), bar(row.alive, row.aliveError, most, leaks ? "leak" : "")),
    h("td", { class: "number" }, row.growth || row.growthError ? rateWithError(row.growth, row.growthError) : h("span", { class: "muted" }, "none"), interval(row.growth, row.growthError, low, high, significant)),
    h("td", { class: "number less" }, row.count > 0 ? countWithError(row.count, row.countError) : h("span", { class: "muted" }, "0")),
    h("td", { class: "number less" }, bytesText(row.allocated)),
    h("td", { class: "number less" }, row.keptError > 0 ? `${(100 * row.kept).toFixed(1)} ±${(100 * row.keptError).toFixed(1)} %` : shareText(row.kept)),
    h("td", { class: "number less" }, row.died > 0 ? durationText(row.died) : h("span", { class: "muted" }, "none freed")),
    siteCell(row.place,
      h("button", { type: "button", class: "fold", "aria-expanded": String(open), "aria-label": "Stacks", onclick: toggle }, open ? "▾" : "▸"),
      row.finding !== undefined && h("a", { class: "number " + findingClass(row.finding), href: "#finding-" + (row.finding + 1),
        onclick: event => { event.preventDefault(); showFinding(row.finding); } }, row.finding + 1)));
  return open ? [line, h("tr", { class: "unfolded" }, h("td", { colspan: kColumns.length }, stacksOf(watched, row)))] : line;
}

function stacksOf(watched, row) {
  const stacks = [...row.stacks].sort((a, b) => b.live_bytes[0] - a.live_bytes[0]);
  return [stacks.slice(0, kStacksShown).map(stack => h("div", { class: "way" },
    h("div", { class: "figures" }, sparkline(stack.alive),
      h("b", null, bytesWithError(stack.live_bytes[0], stack.margin)), h("span", null, rateWithError(stack.growth[0], half(stack.growth))),
      h("span", { class: "muted" }, `${stack.verdict}, ${countText(stack.samples)} samples alive`)),
    h("ol", null, stack.frames.slice(0, kFramesOfStack).map(line => {
      const place = placeOf(watched.page, line);
      return h("li", null, h("code", null, place.name), h("span", { class: "source" }, sourceText(place.file, place.line, place.module)));
    }), stack.frames.length > kFramesOfStack && h("li", { class: "muted" }, `… ${stack.frames.length - kFramesOfStack} more frames`)))),
  stacks.length > kStacksShown && h("p", { class: "note" }, `${stacks.length - kStacksShown} more stacks lead here.`)];
}

function sparkline(values) {
  const width = 120, height = 26, most = d3.max(values) || 1;
  const x = d3.scaleLinear([0, Math.max(1, values.length - 1)], [1, width - 2]), y = d3.scaleLinear([0, most], [height - 2, 3]);
  return svg("svg", { class: "spark", width, height, "aria-hidden": "true" },
    svg("path", { class: "area", d: d3.area().x((_, i) => x(i)).y0(height - 2).y1(d => y(d))(values) }),
    svg("path", { class: "line", d: d3.line().x((_, i) => x(i)).y(d => y(d))(values) }));
}

function drawChips(watched) {
  const counts = d3.rollup(watched.rows, rows => rows.length, row => row.verdict);
  const chip = (word, text) => h("button", { type: "button", class: "chip " + (word ? verdictClass(watched.page, word) : ""), "aria-pressed": String(state.verdict === word),
    onclick: () => choose({ verdict: state.verdict === word ? "" : word }) }, text);
  fill(byId("verdict-chips"), chip("", `all ${countText(watched.rows.length)}`),
    watched.page.verdicts.filter(verdict => counts.has(verdict.word)).map(verdict => chip(verdict.word, `${verdict.word} ${countText(counts.get(verdict.word))}`)));
}
