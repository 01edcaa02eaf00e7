// SPDX-License-Identifier: Apache-2.0
// Which threads allocate, and hold what.

function drawThreads(watched) {
  const threads = watched.json.threads || [];
  byId("threads").hidden = threads.length === 0;
  const most = d3.max(threads, thread => thread.live_bytes.high);
  fill(byId("thread-table"), h("table", { class: "rows" },
    h("thead", null, h("tr", null, h("th", { class: "number" }, "alive"), h("th", { class: "number" }, "allocated"), h("th", { class: "number" }, "calls"),
      h("th", { class: "number less" }, "frees"), h("th", { class: "less" }, ""), h("th", { class: "wide" }, "thread"))),
    h("tbody", null, threads.map(thread => threadRow(thread, most)))),
  watched.json.threads_left_out > 0 && h("p", { class: "note" }, `${countText(watched.json.threads_left_out)} more names of threads hold less.`));
}

function threadRow(thread, most) {
  const alive = thread.live_bytes, margin = (alive.high - alive.low) / 2, name = thread.name || "(no name)";
  return h("tr", null,
    h("td", { class: "number" }, bytesWithError(alive.estimate, margin), bar(alive.estimate, margin, most)),
    h("td", { class: "number" }, bytesText(thread.allocated_bytes)),
    h("td", { class: "number" }, countText(thread.allocations)),
    h("td", { class: "number less" }, countText(thread.frees)),
    h("td", { class: "less muted" }, thread.threads === 0 ? "" : thread.running === 0 ? "ended" : `${countText(thread.running)} run`),
    h("td", { class: "wide" }, thread.threads > 1 ? `${name} ×${thread.threads}` : thread.threads === 1 ? `${name} (${thread.first_tid})` : name));
}
