// SPDX-License-Identifier: Apache-2.0
// The receipt: what watching cost the process, what could not be followed, and what did not fit on this page.

function drawCost(watched) {
  const json = watched.json, receipt = json.receipt;
  byId("cost").hidden = !receipt;
  if (!receipt) return;
  const per = (ns, count) => count > 0 ? `${(ns / count / 1000).toFixed(2)} µs each` : "";
  const fact = (label, value, note) => h("tr", null, h("td", null, label), h("td", { class: "number" }, value), h("td", { class: "muted" }, note));
  fill(byId("receipt"),
    h("div", { class: "halves" },
      h("table", { class: "receipt" }, h("tbody", null,
        fact("share of one CPU", shareText(json.cost.cpu_share), receipt.budget_ppm > 0 ? `at most ${shareText(receipt.budget_ppm / 1e6)} is allowed` : ""),
        fact("memory", bytesText(json.cost.own_bytes), "tables, in the live file"),
        fact("samples", countText(receipt.samples), `${json.cost.samples_per_s.toFixed(1)} a second; ${per(receipt.slow_ns, receipt.samples)}`),
        fact("of that, walking stacks", durationText(receipt.unwind_ns / 1e9), per(receipt.unwind_ns, receipt.samples)),
        fact("sampled frees", countText(receipt.sampled_frees), receipt.false_hits > 0 ? `${countText(receipt.false_hits)} looked up in vain` : ""),
        fact("snapshots", countText(receipt.dumps), receipt.dumps > 0 ? `${durationText(receipt.dump_ns / 1e9 / receipt.dumps)} each, the longest ${durationText(receipt.longest_dump_ns / 1e9)}` : ""),
        fact("mean bytes between samples", json.exact ? "1" : bytesText(json.interval_bytes), json.exact ? "every allocation was recorded" : ""))),
      h("div", null, dropsOf(json))));
}

function dropsOf(json) {
  if (json.dropped.length === 0) return h("p", null, h("b", null, "Nothing was dropped. "), "All that was sampled was followed to its end.");
  return [h("p", null, h("b", null, `${shareText(json.cost.dropped_share)} of the allocated bytes could not be followed.`), " What was dropped widens the errors and lowers the confidence of every verdict here."),
    h("table", { class: "rows" }, h("thead", null, h("tr", null, h("th", { class: "number" }, "times"), h("th", { class: "number" }, "bytes, weighted"), h("th", null, "why"))),
      h("tbody", null, json.dropped.map(drop => h("tr", null, h("td", { class: "number" }, countText(drop.count)), h("td", { class: "number" }, bytesText(drop.bytes)), h("td", null, drop.reason)))))];
}

function drawFoot(page, watched) {
  const left = [];
  if (watched && watched.rest.stacks > 0) left.push(`${countText(watched.rest.stacks)} of ${countText(watched.rest.stacks + watched.stacks.length)} stacks`);
  if (watched && watched.times.length < watched.json.snapshots) left.push(`${countText(watched.json.snapshots - watched.times.length)} of ${countText(watched.json.snapshots)} snapshots`);
  if (page.other_processes.length + page.left_out.processes > 0) left.push(`details of ${countText(page.other_processes.length + page.left_out.processes)} processes`);
  fill(byId("foot"),
    page.warnings.map(warning => h("p", { class: "note" }, "Note: " + warning + ".")),
    left.length > 0 && h("p", { class: "note", id: "pruned" }, `To stay small, this page leaves out what weighs least: ${left.join(", ")}. What is left out is added up where sums are shown.`),
    page.other_processes.length > 0 && h("details", null, h("summary", null, `${page.other_processes.length} more processes`),
      h("ul", null, page.other_processes.map(process => h("li", null, process.headline))),
      page.left_out.processes > 0 && h("p", { class: "note" }, `and ${countText(page.left_out.processes)} more.`)),
    h("p", { class: "muted" }, `leakwatch ${page.leakwatch}. Estimates come with intervals that contain the truth in 95 of 100 cases; what has none was counted. Charts: d3 by Mike Bostock (licence in the source of this page).`));
}
