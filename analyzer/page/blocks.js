// SPDX-License-Identifier: Apache-2.0
// Blocks by the age that they reach, and by their size.

function drawBlocks(watched) {
  const json = watched.json;
  byId("blocks").hidden = !json.survival || (json.survival.length < 2 && json.sizes.length === 0);
  if (byId("blocks").hidden) return;
  drawSurvival(watched);
  drawSizes(watched);
}

function drawSurvival(watched) {
  const json = watched.json, place = byId("survival-chart");
  const curves = [{ name: "all blocks", kind: "all", points: json.survival },
    ...json.findings.map((finding, number) => ({ name: withoutParameters(finding.site.function), number, kind: findingClass(number), points: finding.survival || [] }))]
    .filter(curve => curve.points.length > 1).slice(0, 7);
  fill(byId("survival-legend"), curves.map(curve => h("span", null, h("i", { class: "swatch line " + curve.kind }), curve.number === undefined ? "" : `${curve.number + 1} `, curve.name)));
  if (curves.length === 0) return fill(place, h("p", { class: "muted" }, "Nothing has been freed yet, and nothing is old."));
  const plot = plotIn(place, 250, { left: 48, right: 14, top: 10, bottom: 24 });
  const youngest = d3.min(curves, curve => curve.points[1].age_s), oldest = d3.max(curves, curve => curve.points[curve.points.length - 1].age_s);
  const x = d3.scaleLog([youngest, Math.max(oldest, 2 * youngest)], [0, plot.width]), y = d3.scaleLinear([0, 1], [plot.height, 0]);
  const at = point => x(Math.max(youngest, point.age_s));
  plot.draw.append("g").attr("class", "axis grid").call(d3.axisLeft(y).tickValues([0, 0.25, 0.5, 0.75, 1]).tickFormat(d => 100 * d + " %").tickSize(-plot.width).tickPadding(6));
  for (const curve of curves) {
    plot.draw.append("path").attr("class", "band " + curve.kind)
      .attr("d", d3.area().curve(d3.curveStepAfter).x(at).y0(point => y(point.share.low)).y1(point => y(point.share.high))(curve.points));
  }
  for (const curve of curves) {
    plot.draw.append("path").attr("class", "line " + curve.kind).attr("d", d3.line().curve(d3.curveStepAfter).x(at).y(point => y(point.share.estimate))(curve.points));
  }
  const ticks = [1e-4, 1e-3, 1e-2, 0.1, 1, 10, 60, 600, 3600, 21600, 86400, 604800].filter(age => age >= youngest && age <= x.domain()[1]);
  plot.draw.append("g").attr("class", "axis").attr("transform", `translate(0,${plot.height})`)
    .call(d3.axisBottom(x).tickValues(ticks).tickFormat(age => age < 1e-3 ? Math.round(age * 1e6) + " µs" : tickTime(age)).tickSize(4).tickPadding(5));
  plot.picture.addEventListener("pointermove", event => {
    const age = x.invert(event.clientX - plot.picture.getBoundingClientRect().left - plot.margin.left);
    if (age < youngest || age > x.domain()[1]) return hideTip();
    showTip(event, `reach ${durationText(age)}:`, ...curves.map(curve => `${shareText(shareAt(curve.points, age))}  ${curve.number === undefined ? "" : curve.number + 1 + " "}${curve.name}`));
  });
  plot.picture.addEventListener("pointerleave", hideTip);
}

function shareAt(points, age) {
  const after = points.findIndex(point => point.age_s > age);
  return points[after < 0 ? points.length - 1 : after - 1].share.estimate;
}

const kBarHeight = 21;

function drawSizes(watched) {
  const bins = watched.json.sizes, place = byId("size-chart"), key = state.sizes === "count" ? "live_count" : "live_bytes";
  if (bins.length === 0) return fill(place, h("p", { class: "muted" }, "Nothing that was sampled is alive."));
  const text = key === "live_count" ? countWithError : bytesWithError;
  const plot = plotIn(place, bins.length * kBarHeight + 6, { left: 74, right: 110, top: 2, bottom: 4 });
  const x = d3.scaleLinear([0, d3.max(bins, bin => bin[key].high) || 1], [0, plot.width]);
  bins.forEach((bin, i) => {
    const value = bin[key], row = plot.draw.append("g").attr("transform", `translate(0,${i * kBarHeight})`);
    row.append("text").attr("class", "tick-label").attr("x", -8).attr("y", 14).attr("text-anchor", "end").text(bin.from_bytes === 0 ? "0 B" : tickBytes(bin.from_bytes));
    row.append("rect").attr("class", "size-bar").attr("y", 3).attr("height", kBarHeight - 7).attr("width", x(value.estimate));
    if (value.high > value.low) {
      row.append("path").attr("class", "whisker").attr("d", `M${x(value.low)},${kBarHeight / 2 - 0.5}H${x(value.high)}m0,-4v8M${x(value.low)},${kBarHeight / 2 - 4.5}v8`);
    }
    row.append("text").attr("class", "bar-label").attr("x", x(value.high) + 6).attr("y", 14).text(text(value.estimate, (value.high - value.low) / 2));
    row.append("title").text(`at least ${bytesText(bin.from_bytes)}, below ${bytesText(Math.max(1, 2 * bin.from_bytes))}: ${bytesText(bin.live_bytes.estimate)} in ${countText(bin.live_count.estimate)} blocks, ${bin.samples} of them sampled`);
  });
}
