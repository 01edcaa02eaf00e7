// SPDX-License-Identifier: Apache-2.0
// Below the flame graph of a difference: the lines of code that changed most between A and B, and how surely.

const kChangesShown = 14;

function drawChanges(watched) {
  const place = byId("changes");
  place.hidden = state.mode !== "diff" || !watched.known;
  if (place.hidden) return;
  const a = momentA(watched), b = momentB(watched), groups = new Map();
  for (const stack of watched.stacks) {
    const line = stack.frames[0], change = stack.change(a, b);
    const group = groups.get(line) || { line, from: 0, to: 0, value: 0, variance: 0 };
    groups.set(line, group);
    group.from += stack.alive[a];
    group.to += stack.alive[b];
    group.value += change.value;
    group.variance += change.variance;
  }
  const rows = [...groups.values()].filter(group => group.value !== 0).sort((p, q) => certainPart(q) - certainPart(p)).slice(0, kChangesShown);
  const widest = d3.max(rows, row => Math.abs(row.value) + kTwoSided95 * Math.sqrt(row.variance)) || 1;
  const total = watched.totalAt("alive", b) - watched.totalAt("alive", a);
  fill(place,
    h("h3", null, `From ${durationText(watched.times[a])} to ${durationText(watched.times[b])}: ${signed(total, bytesText(total))} alive`),
    rows.length === 0 ? h("p", { class: "muted" }, "Nothing changed between these two.") :
    h("table", { class: "rows" },
      h("thead", null, h("tr", null, h("th", { class: "number" }, "change"), h("th", { class: "spread" }, ""), h("th", null, "is it real?"),
        h("th", { class: "number" }, "A"), h("th", { class: "number" }, "B"), h("th", { class: "wide" }, "site"))),
      h("tbody", null, rows.map(row => changeRow(watched, row, widest)))));
}

// How much of a change is left when chance has had its share.
const certainPart = row => Math.abs(row.value) - kTwoSided95 * Math.sqrt(row.variance);

function changeRow(watched, row, widest) {
  const margin = kTwoSided95 * Math.sqrt(row.variance), real = certainPart(row) > 0 || row.variance === 0;
  return h("tr", null,
    h("td", { class: "number " + (real ? row.value > 0 ? "rises" : "falls" : "muted") }, signed(row.value, bytesWithError(row.value, margin))),
    h("td", { class: "spread" }, interval(row.value, margin, -widest, widest, real ? row.value > 0 ? "up" : "down" : "")),
    h("td", { class: real ? null : "muted" }, significanceText(row.value, row.variance)),
    h("td", { class: "number" }, bytesText(row.from)), h("td", { class: "number" }, bytesText(row.to)),
    siteCell(placeOf(watched.page, row.line)));
}

function siteCell(place, ...before) {
  return h("td", { class: "wide site" }, before, h("code", { title: place.name }, place.name), " ",
    h("span", { class: "source" }, sourceText(place.file, place.line, place.module)));
}

// A dot with its interval on an axis from `low` to `high`, with a line at zero.
function interval(value, margin, low, high, mood) {
  const at = x => Math.max(0, Math.min(100, 100 * (x - low) / (high - low || 1)));
  const axis = h("div", { class: "interval " + mood }, h("i", { class: "zero" }), h("i", { class: "span" }), h("i", { class: "dot" }));
  const [zero, span, dot] = axis.children;
  zero.style.left = at(0) + "%";
  span.style.left = at(value - margin) + "%";
  span.style.width = at(value + margin) - at(value - margin) + "%";
  dot.style.left = at(value) + "%";
  return axis;
}

// A bar from zero with its error at the end.
function bar(value, margin, most, mood) {
  const at = x => Math.max(0, Math.min(100, 100 * x / (most || 1)));
  const element = h("div", { class: "bar " + (mood || "") }, h("i", { class: "fill" }), h("i", { class: "error" }));
  element.children[0].style.width = at(value) + "%";
  element.children[1].style.left = at(value - margin) + "%";
  element.children[1].style.width = (margin > 0 ? at(value + margin) - at(value - margin) : 0) + "%";
  return element;
}
