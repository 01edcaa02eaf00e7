// SPDX-License-Identifier: Apache-2.0
// The verdict: the first sentence, the figures that matter, and a card for each finding with its evidence.

const kFramesShown = 7;

function sentence(text) {
  return text ? text[0].toUpperCase() + text.slice(1) : "";
}

function afterName(headline) {
  const end = headline.indexOf("): ");
  return sentence(end < 0 ? headline : headline.slice(end + 3));
}

function drawHero(watched) {
  const json = watched.json, findings = json.findings;
  const leaks = findings.some(finding => verdictClass(watched.page, finding.verdict) === "leak");
  const grows = json.ledger && json.ledger.agreement === "only_rss_rises";
  const mood = leaks ? "leak" : findings.length > 0 || grows || !json.covered ? "warning" : "healthy";
  const ended = { running: "running", exit: "ended", killed: "killed" }[json.ended];
  const start = new Date(json.start_unix_ns / 1e6);
  fill(byId("hero"),
    h("div", { class: "who" }, h("strong", null, json.name), h("span", { title: json.command.join(" ") }, `pid ${json.pid}`),
      h("span", null, `${durationText(json.duration_s)} watched`),
      h("span", null, `${json.snapshots} snapshot${json.snapshots === 1 ? "" : "s"}`), h("span", null, ended),
      json.host && h("span", null, json.host),
      json.start_unix_ns > 0 && h("span", null, "since " + start.toISOString().slice(0, 19).replace("T", " ") + " UTC")),
    h("h1", { class: mood }, afterName(json.headline)),
    json.forecast_text && h("p", { class: "forecast" }, json.forecast_text),
    json.memory && tiles(watched),
    h("p", { class: "muted" }, siteCounts(watched), json.power_text ? sentence(json.power_text) + "." : ""));
}

function tile(label, value, note, mood) {
  return h("div", { class: "tile " + (mood || "") }, h("div", { class: "label" }, label), h("div", { class: "value" }, value),
    note && h("div", { class: "note" }, note));
}

const slopeText = rate => rate.low <= 0 && rate.high >= 0 ? "level" : signed(rate.estimate, rateText(rate.estimate));

function tiles(watched) {
  const json = watched.json, ledger = json.ledger;
  const alive = (json.memory_parts.parts.find(part => part.part === "alive") || {}).now_bytes;
  const leaks = json.findings.filter(finding => verdictClass(watched.page, finding.verdict) === "leak");
  const rate = d3.sum(leaks, finding => finding.growth_bytes_per_s.estimate);
  return h("div", { class: "tiles" },
    tile("Leaks", String(leaks.length), rate > 0 ? "together " + signed(rate, rateText(rate)) : "none found", leaks.length ? "leak" : "healthy"),
    ledger && tile("Resident (RSS)", bytesText(ledger.rss_bytes), `${slopeText(ledger.rss_bytes_per_s)}, at most ${bytesText(ledger.most_rss_bytes)}`),
    alive && tile("Alive in malloc", bytesWithError(alive.estimate, (alive.high - alive.low) / 2),
      slopeText(json.memory_parts.parts.find(part => part.part === "alive").bytes_per_s)),
    tile("Sites", countText(d3.sum(Object.values(json.site_counts))), json.exact ? "every allocation recorded" : `sampled every ${bytesText(json.interval_bytes)}`),
    tile("Cost of watching", shareText(json.cost.cpu_share), `of one CPU, and ${bytesText(json.cost.own_bytes)}`));
}

function siteCounts(watched) {
  const counts = Object.entries(watched.json.site_counts);
  if (counts.length === 0) return "The program allocated too little to be sampled. ";
  return "Sites: " + counts.map(([word, count]) => `${countText(count)} ${word}`).join(", ") + ". ";
}

function drawCards(watched) {
  const json = watched.json;
  fill(byId("cards"), json.findings.map((finding, number) => card(watched, finding, number)),
    json.findings_left_out > 0 && h("p", { class: "note" }, `${json.findings_left_out} more findings are not on this page; leakwatch report has them.`));
  json.findings.forEach((finding, number) => {
    const place = byId("course-" + number);
    if (place) drawCourse(place, finding.course, number, finding.growing_since_s.estimate);
  });
}

function card(watched, finding, number) {
  const kind = verdictClass(watched.page, finding.verdict), site = finding.site;
  const wide = finding.course && finding.course.levels.length > 2 && d3.max(finding.course.levels, level => level.live_bytes) > 0;
  return h("article", { class: "card " + kind, id: "finding-" + (number + 1), tabindex: "-1" },
    h("header", null,
      h("span", { class: "number " + findingClass(number) }, number + 1),
      h("span", { class: "verdict " + kind }, finding.verdict),
      h("span", { class: "sure" }, confidenceText(finding.confidence) + " sure"),
      h("h3", null, h("code", null, site.function), " ", h("span", { class: "source" }, sourceText(site.file, site.line, site.module)))),
    h("div", { class: "body" },
      h("dl", null, factsOf(finding, kind)),
      wide && h("figure", { id: "course-" + number, class: "course", title: finding.course_text })),
    foot(watched, finding, number));
}

function row(term, ...content) { return [h("dt", null, term), h("dd", null, content)]; }

function factsOf(finding, kind) {
  const grows = finding.growth_bytes_per_s.estimate > 0 && (kind === "leak" || finding.verdict === "fragmentation");
  const facts = [];
  if (finding.thread) facts.push(row("threads", `${(finding.thread.threads_per_s.estimate * 60).toFixed(1)} threads/min`));
  if (grows) facts.push(row("growth", h("b", null, rangeText(finding.growth_bytes_per_s, rateText, rateNumber))));
  if (finding.samples > 0 && finding.verdict !== "churn") {
    facts.push(row(finding.verdict === "unfreed" ? "left" : "alive", aliveText(finding)));
  }
  facts.push(row("why", finding.evidence));
  if (finding.course_text && grows && !finding.thread) facts.push(row("course", sentence(finding.course_text) + "."));
  if (finding.advice) facts.push(row("do", finding.advice));
  return facts;
}

function aliveText(finding) {
  const count = finding.live_count;
  if (finding.thread) return finding.live_bytes.estimate > 0 ? `${rangeText(finding.live_bytes, bytesText, bytesNumber)} in ${countText(count.estimate)} threads` : `${countText(count.estimate)} threads`;
  const about = count.low === count.high ? "" : "about ";
  const stacks = finding.stacks > 1 ? `, over ${finding.stacks} stacks` : "";
  return `${rangeText(finding.live_bytes, bytesText, bytesNumber)} in ${about}${countText(count.estimate)} block${Math.round(count.estimate) === 1 ? "" : "s"}${stacks}`;
}

function foot(watched, finding, number) {
  const hasStack = finding.stack.length > 0 && finding.samples > 0;
  return h("footer", null,
    hasStack && h("details", { class: "stack", open: number === 0 }, h("summary", null, "Stack"), stackList(finding)),
    finding.refuted_by && h("details", null, h("summary", null, "What would refute it"), h("p", null, finding.refuted_by),
      finding.share_of_live_bytes > 0 && h("p", null, `It is ${shareText(finding.share_of_live_bytes)} of what the process has alive` +
        (finding.share_of_rss_growth > 0 ? `, and ${shareText(Math.min(1, finding.share_of_rss_growth))} of the rise of its resident memory.` : "."))),
    watched && hasStack && h("button", { type: "button", class: "link", onclick: () => showInFlame(finding) }, "Show in the flame graph"),
    watched && hasStack && h("button", { type: "button", class: "link", onclick: () => showInTable(finding) }, "Show its sites"));
}

// From the blamed frame outwards, which is marked; what lies within it belongs to the allocator and to libraries.
function stackList(finding) {
  const frames = finding.stack.slice(finding.blamed), more = finding.frames_left_out || 0;
  const line = (frame, at) => h("li", { class: at === 0 ? "blamed" : null }, h("code", null, frame.function),
    h("span", { class: "source" }, sourceText(frame.file, frame.line, frame.module) + (frame.inlined ? ", inlined" : "")));
  const rest = frames.slice(kFramesShown);
  return [h("ol", null, frames.slice(0, kFramesShown).map(line)),
    rest.length + more > 0 && h("details", null, h("summary", null, `${rest.length + more} more frames`),
      h("ol", null, rest.map(frame => line(frame, 1))), more > 0 && h("p", { class: "note" }, `The outer ${more} are not on this page.`))];
}

function showInFlame(finding) {
  choose({ search: finding.site.function, zoom: "", mode: "at" });
  byId("where").scrollIntoView();
}

function showInTable(finding) {
  choose({ filter: finding.site.function, verdict: "" });
  byId("sites").scrollIntoView();
}

// What several processes of one program share stands above the single process.
function drawPrograms(page) {
  fill(byId("programs"), page.programs.map(program => h("div", { class: "program" },
    h("h1", { class: "leak" }, program.headline),
    program.findings.map((finding, number) => h("article", { class: "card leak" },
      h("header", null, h("span", { class: "verdict leak" }, finding.verdict), h("span", { class: "sure" }, confidenceText(finding.confidence) + " sure"),
        h("h3", null, h("code", null, finding.site.function), " ", h("span", { class: "source" }, sourceText(finding.site.file, finding.site.line, finding.site.module)))),
      h("div", { class: "body" }, h("dl", null, factsOf(finding, "leak"))), foot(null, finding, number + 1))))));
}
