// SPDX-License-Identifier: Apache-2.0
// Memory over time: the ledger of the resident memory, and below it what is alive, with the onsets of the findings and
// the moments at which the pace changed. Both charts share their times with the flame graph.

const kChartMargin = { left: 62, right: 14, top: 14, bottom: 24 };

function drawMemory(watched) {
  const json = watched.json, section = byId("memory");
  section.hidden = !json.memory || json.memory.t_s.length < 2;
  if (section.hidden) return;
  const ends = json.ledger ? `RSS ${bytesText(json.ledger.rss_bytes)}, ${slopeText(json.ledger.rss_bytes_per_s)}, at most ${bytesText(json.ledger.most_rss_bytes)}.` : "";
  fill(byId("memory-lead"), [ends, json.ledger_note].filter(Boolean).join(" "));
  drawLedgerTable(watched);
  drawLedger(watched);
  drawLive(watched);
  drawCursors(watched);
}

// Parts at the bottom first; those that never matter are left out.
function shownParts(json) {
  const most = d3.max(json.memory.rss_bytes) || 1;
  return json.memory_parts.parts.filter(part => d3.max(part.bytes) > 0.002 * most || part.part === "alive");
}

function drawLedger(watched) {
  const json = watched.json, times = json.memory_parts.t_s, place = byId("ledger-chart"), parts = shownParts(json);
  place.hidden = times.length < 2;
  if (place.hidden) return;
  const plot = plotIn(place, 230, kChartMargin);
  const x = d3.scaleLinear([0, Math.max(watched.duration, times[times.length - 1])], [0, plot.width]);
  const sums = times.map((_, i) => d3.sum(parts, part => part.bytes[i]));
  const y = d3.scaleLinear([0, 1.06 * (d3.max(sums) || 1)], [plot.height, 0]);
  let below = times.map(() => 0);
  drawByteAxis(plot, y);
  for (const part of parts) {
    const above = below.map((bytes, i) => bytes + part.bytes[i]), base = below;
    plot.draw.append("path").attr("class", "part " + part.part)
      .attr("d", d3.area().x((_, i) => x(times[i])).y0((_, i) => y(base[i])).y1((_, i) => y(above[i]))(times));
    below = above;
  }
  plot.draw.append("path").attr("class", "line rss").attr("d", d3.line().x((_, i) => x(times[i])).y(d => y(d))(sums));
  drawTimeAxis(plot, x);
  watchPointer(watched, plot, x, times, i => [`${durationText(times[i])}: RSS ${bytesText(sums[i])}`,
    ...parts.slice().reverse().map(part => `${part.meaning} ${bytesText(part.bytes[i])}`)]);
}

function drawLive(watched) {
  const json = watched.json, log = json.memory, times = log.t_s, place = byId("live-chart");
  const held = json.findings.map((finding, number) => ({ finding, number, bytes: watched.findingSeries(number) }))
    .filter(one => d3.max(one.bytes) > 0);
  const plot = plotIn(place, 230, kChartMargin);
  const x = d3.scaleLinear([0, Math.max(watched.duration, times[times.length - 1])], [0, plot.width]);
  const y = d3.scaleLinear([0, 1.1 * Math.max(1, d3.max(log.live_high), d3.max(held, one => d3.max(one.bytes)) || 0)], [plot.height, 0]);
  drawByteAxis(plot, y);
  plot.draw.append("path").attr("class", "band")
    .attr("d", d3.area().x((_, i) => x(times[i])).y0((_, i) => y(log.live_low[i])).y1((_, i) => y(log.live_high[i]))(times));
  plot.draw.append("path").attr("class", "line live").attr("d", d3.line().x((_, i) => x(times[i])).y(d => y(d))(log.live_bytes));
  for (const { number, bytes } of held) {
    plot.draw.append("path").attr("class", "line " + findingClass(number))
      .attr("d", d3.line().x((_, i) => x(watched.times[i])).y(d => y(d))(bytes));
  }
  drawTimeAxis(plot, x);
  drawOnsets(plot, x, y, held, watched);
  drawChangePoints(plot, x, y, json.course);
  watchPointer(watched, plot, x, times, i => [
    `${durationText(times[i])}: alive ${bytesWithError(log.live_bytes[i], (log.live_high[i] - log.live_low[i]) / 2)}`,
    ...held.map(one => `${one.number + 1}  ${withoutParameters(one.finding.site.function)} ${bytesText(one.bytes[nearest(watched.times, times[i])])}`)]);
}

// A badge with the finding's number where its growth began, and with it the interval of that, where it is known.
function drawOnsets(plot, x, y, held, watched) {
  const badges = [];
  for (const { finding, number } of held) {
    const since = finding.growing_since_s, at = x(since.estimate);
    const group = plot.draw.append("g").attr("class", "onset-mark " + findingClass(number));
    if (since.high > since.low) {
      group.append("rect").attr("class", "onset-range").attr("x", x(since.low)).attr("width", Math.max(1, x(since.high) - x(since.low)))
        .attr("y", 0).attr("height", plot.height);
    }
    if (since.estimate > 0) {
      group.append("line").attr("class", "onset").attr("x1", at).attr("x2", at).attr("y1", 0).attr("y2", plot.height);
    }
    let left = at + 8;
    while (badges.some(other => Math.abs(other - left) < 17)) left += 17;
    badges.push(left);
    const label = since.estimate > 0 ? `${number + 1} grows since ${durationText(since.estimate)}` : `${number + 1} grows from the start on`;
    group.append("circle").attr("cx", left).attr("cy", 6).attr("r", 8);
    group.append("text").attr("x", left).attr("y", 10).attr("text-anchor", "middle").text(number + 1);
    group.append("title").text(label + ": " + finding.site.function);
  }
}

function drawChangePoints(plot, x, y, course) {
  for (const [i, stretch] of (course ? course.stretches : []).entries()) {
    if (i === 0) continue;
    const before = course.stretches[i - 1];
    plot.draw.append("path").attr("class", "change-point").attr("d", d3.symbol(d3.symbolDiamond, 64)())
      .attr("transform", `translate(${x(stretch.from_s)},${y(Math.max(0, levelAt(course.levels, stretch.from_s)))})`)
      .append("title").text(`The pace changes at ${durationText(stretch.from_s)}: ` +
        `${slopeText(before.growth_bytes_per_s)}, then ${slopeText(stretch.growth_bytes_per_s)}`);
  }
}

function drawLedgerTable(watched) {
  const json = watched.json, parts = shownParts(json);
  if (!json.ledger) return fill(byId("ledger-table"));
  const rows = parts.slice().reverse().map(part => h("tr", null,
    h("td", null, h("i", { class: "swatch " + part.part }), part.meaning),
    h("td", { class: "number" }, ledgerBytes(part.now_bytes)),
    h("td", { class: "number " + (part.bytes_per_s.low > 0 ? "rises" : "") }, slopeText(part.bytes_per_s))));
  const ledger = json.ledger;
  fill(byId("ledger-table"), h("table", { class: "ledger" },
    h("thead", null, h("tr", null, h("th", null, "at the end"), h("th", { class: "number" }, "bytes"), h("th", { class: "number" }, "slope"))),
    h("tbody", null, rows, h("tr", { class: "sum" }, h("td", null, "resident"), h("td", { class: "number" }, bytesText(ledger.rss_bytes)),
      h("td", { class: "number" }, slopeText(ledger.rss_bytes_per_s))))),
    ledger.allocator_free_bytes > 0 && h("p", { class: "muted" }, `The allocator holds ${bytesText(ledger.allocator_free_bytes)} free` +
      (ledger.allocator_releasable_bytes > 0 ? `; a trim gives back ${bytesText(ledger.allocator_releasable_bytes)}.` : ".")),
    ledger.untouched_bytes > 0.01 * ledger.rss_bytes && h("p", { class: "muted" }, `${bytesText(ledger.untouched_bytes)} of what is alive were never written to.`));
}

function ledgerBytes(bytes) {
  const margin = (bytes.high - bytes.low) / 2;
  return margin < 0.005 * bytes.estimate ? bytesText(bytes.estimate) : bytesWithError(bytes.estimate, margin);
}

// A line that follows the pointer, the values there, and a click that moves the flame graph to that time.
function watchPointer(watched, plot, x, times, lines) {
  const line = plot.draw.append("line").attr("class", "hover").attr("y1", 0).attr("y2", plot.height).style("display", "none");
  const at = event => x.invert(event.clientX - plot.picture.getBoundingClientRect().left - plot.margin.left);
  plot.cursors = plot.draw.append("g").attr("class", "cursors");
  plot.picture.addEventListener("pointermove", event => {
    const i = nearest(times, at(event));
    line.style("display", null).attr("x1", x(times[i])).attr("x2", x(times[i]));
    showTip(event, ...lines(i));
  });
  plot.picture.addEventListener("pointerleave", () => { line.style("display", "none"); hideTip(); });
  plot.picture.addEventListener("click", event => {
    if (!watched.known) return;
    const moment = nearest(watched.times, at(event));
    choose(state.mode === "diff" ? { b: moment } : { moment });
  });
  memoryPlots.push({ plot, x });
}

let memoryPlots = [];

// Where the flame graph stands in time: one line, or the stretch between two.
function drawCursors(watched) {
  for (const { plot, x } of memoryPlots) {
    plot.cursors.selectAll("*").remove();
    if (!watched.known) continue;
    const moments = state.mode === "diff" ? [["A", state.a], ["B", momentB(watched)]] : [["", momentNow(watched)]];
    if (moments.length === 2) {
      const [from, to] = moments.map(([, moment]) => x(watched.times[moment])).sort((p, q) => p - q);
      plot.cursors.append("rect").attr("class", "between").attr("x", from).attr("width", to - from).attr("height", plot.height);
    }
    for (const [label, moment] of moments) {
      const at = x(watched.times[moment]);
      plot.cursors.append("line").attr("class", "cursor").attr("x1", at).attr("x2", at).attr("y1", 0).attr("y2", plot.height);
      plot.cursors.append("path").attr("class", "cursor").attr("d", `M${at - 5},${plot.height + 1}h10l-5,-7z`);
      if (label) plot.cursors.append("text").attr("class", "cursor").attr("x", at + 4).attr("y", plot.height - 6).text(label);
    }
  }
}
