// SPDX-License-Identifier: Apache-2.0
// What all charts share: a plot with axes of time and bytes, redrawn when its place changes its width. Colours are
// classes: light and dark need no redrawing.

const kTimeSteps = [0.001, 0.01, 0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600,
  43200, 86400, 172800, 604800, 2592000];

function stepFor(span, count, steps) {
  return steps.find(step => span / step <= count) || steps[steps.length - 1];
}

function timeTicks(from, to, count) {
  const step = stepFor(to - from, count, kTimeSteps);
  return d3.range(Math.ceil(from / step) * step, to + step / 1e6, step);
}

// "0", "30 s", "1 m", "2 h": as short as a tick may be.
function tickTime(s) {
  if (s === 0) return "0";
  return durationText(s).replace(/ (0 s|0 m|0 h)$/, "").replace(/\.0 s$/, " s");
}

function byteTicks(from, to, count) {
  const steps = [];
  for (let unit = 1; unit < 2 ** 52; unit *= 1024) {
    for (const digit of [1, 2, 5, 10, 20, 50, 100, 200, 500]) steps.push(unit * digit);
  }
  const step = stepFor(to - from, count, steps);
  return d3.range(Math.ceil(from / step) * step, to + step / 1e6, step);
}

const tickBytes = bytes => bytes === 0 ? "0" : bytesText(bytes).replace(/\.0 /, " ");

// An empty plot in `place`: {root, width, height, x, y}, the inner size in pixels, scales still without domains.
function plotIn(place, height, margin) {
  const full = Math.max(240, place.clientWidth);
  const width = full - margin.left - margin.right, inner = height - margin.top - margin.bottom;
  const picture = svg("svg", { width: full, height, viewBox: `0 0 ${full} ${height}`, role: "img" });
  const root = picture.appendChild(svg("g", { transform: `translate(${margin.left},${margin.top})` }));
  const caption = place.querySelector("figcaption");
  fill(place, caption, picture);
  return { picture, root, width, height: inner, margin, draw: d3.select(root) };
}

function drawTimeAxis(plot, x, count) {
  const ticks = timeTicks(x.domain()[0], x.domain()[1], count || Math.max(3, plot.width / 90));
  plot.draw.append("g").attr("class", "axis").attr("transform", `translate(0,${plot.height})`)
    .call(d3.axisBottom(x).tickValues(ticks).tickFormat(tickTime).tickSize(4).tickPadding(5));
}

function drawByteAxis(plot, y, count) {
  const ticks = byteTicks(0, y.domain()[1], count || Math.max(2, plot.height / 45));
  plot.draw.append("g").attr("class", "axis grid")
    .call(d3.axisLeft(y).tickValues(ticks).tickFormat(tickBytes).tickSize(-plot.width).tickPadding(6));
}

// Number of the item whose time is nearest; times ascend.
function nearest(times, at) {
  const right = Math.min(times.length - 1, d3.bisectLeft(times, at));
  return right > 0 && at - times[right - 1] < times[right] - at ? right - 1 : right;
}

const findingClass = number => "f" + number % 6;

// The course of one place in a card: its level, the straight stretches that explain it, and when they change.
function drawCourse(place, course, number, onset) {
  const levels = course.levels, end = levels.length ? levels[levels.length - 1].t_s : 0;
  if (levels.length < 2 || !(end > 0)) return;
  const plot = plotIn(place, 104, { left: 4, right: 52, top: 10, bottom: 20 });
  const most = d3.max(levels, level => level.live_bytes) || 1;
  const x = d3.scaleLinear([0, end], [0, plot.width]), y = d3.scaleLinear([0, most], [plot.height, 0]);
  const at = d => x(d.t_s), up = d => y(Math.max(0, d.live_bytes));
  plot.draw.append("path").attr("class", "area " + findingClass(number))
    .attr("d", d3.area().x(at).y0(plot.height).y1(up)(levels));
  plot.draw.append("path").attr("class", "line " + findingClass(number)).attr("d", d3.line().x(at).y(up)(levels));
  drawTimeAxis(plot, x, 4);
  for (const stretch of course.stretches.slice(1)) {
    plot.draw.append("path").attr("class", "change-point")
      .attr("d", d3.symbol(d3.symbolDiamond, 46)())
      .attr("transform", `translate(${x(stretch.from_s)},${y(levelAt(levels, stretch.from_s))})`);
  }
  if (onset > 0) {
    plot.draw.append("line").attr("class", "onset " + findingClass(number))
      .attr("x1", x(onset)).attr("x2", x(onset)).attr("y1", -6).attr("y2", plot.height);
  }
  const last = levels[levels.length - 1];
  plot.draw.append("circle").attr("class", "dot " + findingClass(number)).attr("r", 2.8).attr("cx", at(last)).attr("cy", up(last));
  plot.draw.append("text").attr("class", "end-label").attr("x", at(last) + 6).attr("y", Math.max(8, up(last) + 4))
    .text(bytesText(last.live_bytes));
}

function levelAt(levels, at) {
  const right = Math.min(levels.length - 1, d3.bisector(level => level.t_s).left(levels, at));
  if (right === 0) return levels[0].live_bytes;
  const a = levels[right - 1], b = levels[right];
  return b.t_s > a.t_s ? a.live_bytes + (b.live_bytes - a.live_bytes) * (at - a.t_s) / (b.t_s - a.t_s) : b.live_bytes;
}
