// SPDX-License-Identifier: Apache-2.0
// The script inside every flame graph. Boxes carry where they lie as shares of the whole (data-x, data-w) and how deep
// (data-d); zooming maps one stretch of that onto the width of the picture.
#pragma once

namespace lw {

inline constexpr const char kFlameScript[] = R"js(
"use strict";
(function () {
  const svg = document.documentElement, width = +svg.dataset.width, character = 7.2;
  const boxes = Array.from(svg.querySelectorAll("g.box"));
  const status = document.getElementById("status"), found = document.getElementById("found");
  let from = 0, span = 1;

  function draw() {
    for (const box of boxes) {
      const x = +box.dataset.x, w = +box.dataset.w;
      const left = Math.max(x, from), right = Math.min(x + w, from + span);
      const shown = right - left > span * 1e-6;
      box.style.display = shown ? "" : "none";
      if (!shown) continue;
      const at = 10 + (left - from) / span * (width - 20), wide = (right - left) / span * (width - 20);
      const rect = box.querySelector("rect"), text = box.querySelector("text");
      rect.setAttribute("x", at);
      rect.setAttribute("width", Math.max(0.5, wide - 0.5));
      text.setAttribute("x", at + 3);
      const room = Math.floor((wide - 6) / character), name = box.dataset.name;
      text.textContent = room < 3 ? "" : name.length <= room ? name : name.slice(0, room - 1) + "\u2026";
      box.classList.toggle("above", x <= from && x + w >= from + span && span < 1 && +box.dataset.w > span * 1.000001);
    }
    document.getElementById("reset").style.display = span < 1 ? "" : "none";
  }

  function zoom(box) {
    from = box ? +box.dataset.x : 0;
    span = box ? Math.max(1e-9, +box.dataset.w) : 1;
    draw();
  }

  // The share of the whole that lies below matching boxes, none of it counted twice.
  function search(expression) {
    let pattern = null;
    try { pattern = expression ? new RegExp(expression, "i") : null; } catch (error) { status.textContent = String(error.message); return; }
    const hits = [];
    for (const box of boxes) {
      const hit = pattern !== null && pattern.test(box.dataset.name);
      box.classList.toggle("hit", hit);
      if (hit) hits.push([+box.dataset.x, +box.dataset.x + +box.dataset.w]);
    }
    hits.sort((a, b) => a[0] - b[0]);
    let sum = 0, end = 0;
    for (const [left, right] of hits) {
      sum += Math.max(0, right - Math.max(left, end));
      end = Math.max(end, right);
    }
    found.textContent = pattern ? "matched: " + (100 * sum).toFixed(1) + " %" : "";
  }

  function ask() {
    const expression = window.prompt("Functions that match (a regular expression; nothing ends the search):", "");
    if (expression !== null) search(expression);
  }

  for (const box of boxes) {
    box.addEventListener("click", () => zoom(box));
    box.addEventListener("mouseover", () => { status.textContent = box.querySelector("title").textContent.replace("\n", "  "); });
    box.addEventListener("mouseout", () => { status.textContent = ""; });
  }
  document.getElementById("reset").addEventListener("click", () => zoom(null));
  document.getElementById("search").addEventListener("click", ask);
  window.addEventListener("keydown", event => {
    if (event.key === "Escape") { zoom(null); search(""); }
    if (event.key === "/" || (event.key === "f" && event.ctrlKey)) { event.preventDefault(); ask(); }
  });
  draw();
})();
)js";

}  // namespace lw
