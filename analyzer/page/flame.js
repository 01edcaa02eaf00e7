// SPDX-License-Identifier: Apache-2.0
// The flame graph. Width is bytes; hue is growth, from blue (shrinks) over straw (level) to red (grows); the paler, the
// less it differs from nothing by more than chance.

const kRowHeight = 21, kLeastPixels = 1.2;
const flame = { watched: null, tree: null, inverse: -1, sums: [], scale: 1, boxes: new Map(), selected: null };

function drawFlame(watched) {
  byId("where").hidden = !watched.known;
  if (!watched.known) return;
  if (flame.watched !== watched || flame.inverse !== state.inverse) {
    flame.watched = watched;
    flame.inverse = state.inverse;
    flame.tree = new CallTree(watched, state.inverse === 1);
    flame.selected = null;
    flame.boxes.clear();
    fill(byId("flame"));
  }
  flame.sums = weighAll(watched);
  flame.scale = widestRoot(watched);
  layOut();
  drawTrail();
  drawLegend();
  describe(flame.selected || zoomed());
}

const zoomed = () => flame.tree.find(state.zoom);

function weighAll(watched) {
  const rest = watched.rest;
  if (state.mode === "diff") {
    const a = momentA(watched), b = momentB(watched);
    return flame.tree.weigh(stack => {
      const change = stack.change(a, b);
      return { width: Math.max(stack.alive[a], stack.alive[b]), ...change, growth: change.value, growthVariance: change.variance };
    }, Math.max(rest.alive[a], rest.alive[b]), rest.alive[b] - rest.alive[a]);
  }
  const moment = momentNow(watched);
  return flame.tree.weigh(stack => {
    const width = stack[state.by][moment];
    return { width, value: width, variance: width * stack.noise, growth: stack.growth[0], growthVariance: stack.growthSigma ** 2 };
  }, rest[state.by][moment], rest[state.by][moment]);
}

// Bytes that are as wide as the picture: the same at all times, unless each is to fill it, so that what grows is seen
// to grow.
function widestRoot(watched) {
  const node = zoomed(), now = flame.sums[node.number].width;
  if (state.fit || state.mode === "diff") return now || 1;
  let most = 0;
  for (let moment = 0; moment < watched.times.length; ++moment) {
    let sum = node.number === 0 || (flame.tree.rest && node.number === flame.tree.rest.number) ? watched.rest[state.by][moment] : 0;
    watched.stacks.forEach((stack, i) => {
      if (flame.tree.ways[i].includes(node.number)) sum += stack[state.by][moment];
    });
    most = Math.max(most, sum);
  }
  return most || now || 1;
}

function nameOf(node) {
  if (node.functionNumber === -1) return state.mode === "diff" ? "A against B" : "all";
  if (node.functionNumber === -2) return `${countText(flame.watched.rest.stacks)} smaller stacks, added up`;
  return flame.watched.page.functions[node.functionNumber][0];
}

function growthOf(sum) {
  const watched = flame.watched, sigma = Math.sqrt(sum.growthVariance);
  // Share of what is here that growth has brought; in a difference, the change's.
  const gained = state.mode === "diff" ? sum.growth : sum.growth * watched.duration;
  const share = sum.width > 0 ? Math.max(-1, Math.min(1, gained / sum.width)) : 0;
  const sure = sum.growth === 0 ? 0 : sigma > 0 ? Math.min(1, Math.abs(sum.growth) / sigma / 4) : 1;
  return { share, sure };
}

function colourOf(box, sum) {
  const { share, sure } = growthOf(sum), size = Math.abs(share);
  const hue = share >= 0 ? 46 - 40 * Math.sqrt(size) : 205 + 10 * size;
  box.style.setProperty("--hue", hue.toFixed(0));
  box.style.setProperty("--strength", ((14 + 54 * sure) * (0.35 + 0.65 * Math.sqrt(size))).toFixed(0) + "%");
  box.style.setProperty("--depth", (size * sure).toFixed(2));
}

function layOut() {
  const place = byId("flame"), full = place.clientWidth || 1, shown = new Map(), root = zoomed();
  const put = (node, left, width, row) => {
    if (width * full < kLeastPixels) return;
    shown.set(node.number, { node, left, width, row });
    let at = left;
    for (const child of node.children) {
      const part = flame.sums[node.number].width > 0 ? width * flame.sums[child.number].width / flame.sums[node.number].width : 0;
      put(child, at, part, row + 1);
      at += part;
    }
  };
  const above = [];
  for (let node = root.parent; node; node = node.parent) above.unshift(node);
  above.forEach((node, row) => shown.set(node.number, { node, left: 0, width: 1, row, above: true }));
  put(root, 0, Math.min(1, flame.sums[root.number].width / flame.scale), above.length);
  for (const [number, box] of flame.boxes) {
    if (!shown.has(number)) { box.remove(); flame.boxes.delete(number); }
  }
  let rows = 1;
  for (const { node, left, width, row, above: isAbove } of shown.values()) {
    rows = Math.max(rows, row + 1);
    const box = boxOf(node);
    box.style.left = (100 * left).toFixed(4) + "%";
    box.style.width = (100 * width).toFixed(4) + "%";
    box.style.top = row * kRowHeight + "px";
    box.classList.toggle("above", Boolean(isAbove));
    box.classList.toggle("narrow", width * full < 28);
    colourOf(box, flame.sums[node.number]);
  }
  place.style.height = rows * kRowHeight + "px";
  markFound();
  markSelected();
}

function boxOf(node) {
  let box = flame.boxes.get(node.number);
  if (!box) {
    box = h("div", { class: "box", role: "treeitem", "data-node": node.number }, h("span", null, nameOf(node)));
    flame.boxes.set(node.number, box);
    byId("flame").append(box);
  }
  return box;
}

const nodeOf = element => {
  const box = element.closest(".box");
  return box ? flame.tree.nodes[Number(box.dataset.node)] : null;
};

function zoomTo(node) {
  flame.selected = node;
  choose({ zoom: node.key });
}

function drawTrail() {
  const trail = [];
  for (let node = zoomed(); node; node = node.parent) trail.unshift(node);
  // Always a line, or the boxes would slip away from under the pointer.
  if (trail.length < 2) return fill(byId("trail"), "Click into a box to see it larger.");
  fill(byId("trail"), trail.map((node, i) => [i > 0 && " › ",
    i + 1 < trail.length ? h("button", { type: "button", class: "link", onclick: () => zoomTo(node) }, withoutParameters(nameOf(node))) : h("b", null, withoutParameters(nameOf(node)))]));
  byId("trail").scrollLeft = byId("trail").scrollWidth;
}

// What there is to say of one box, below the graph: on a phone there is no pointer to hover with.
function describe(node) {
  if (!node) return fill(byId("details"));
  const sum = flame.sums[node.number], watched = flame.watched, whole = flame.sums[0].width || 1;
  const margin = kTwoSided95 * Math.sqrt(sum.variance), facts = [];
  if (state.mode === "diff") {
    facts.push(signed(sum.value, bytesWithError(sum.value, margin)) + ` from ${durationText(watched.times[momentA(watched)])} to ${durationText(watched.times[momentB(watched)])}`);
    facts.push(significanceText(sum.value, sum.variance));
  } else {
    facts.push(`${bytesWithError(sum.value, margin)} ${state.by === "alive" ? "alive" : "allocated"} at ${durationText(watched.times[momentNow(watched)])}`);
    facts.push(`${shareText(sum.width / whole)} of all`);
    const error = kTwoSided95 * Math.sqrt(sum.growthVariance);
    if (sum.growth !== 0) facts.push("growth " + rateWithError(sum.growth, error) + (Math.abs(sum.growth) < error ? ", which may be chance" : ""));
  }
  facts.push(`${countText(sum.stacks)} stack${sum.stacks === 1 ? "" : "s"}`);
  const [, file, module] = node.functionNumber >= 0 ? watched.page.functions[node.functionNumber] : ["", "", ""];
  fill(byId("details"),
    h("div", { class: "name" }, h("code", null, nameOf(node)), " ", h("span", { class: "source" }, file ? `${fileName(file)}, ${module}` : module)),
    h("div", { class: "facts" }, facts.map(fact => h("span", null, fact)),
      sum.findings && [...sum.findings].sort().map(finding => h("a", { class: "number " + findingClass(finding), href: "#finding-" + (finding + 1),
        onclick: event => { event.preventDefault(); showFinding(finding); } }, finding + 1))));
}

function significanceText(value, variance) {
  if (!(variance > 0)) return value === 0 ? "no change" : "counted, not sampled";
  const z = Math.abs(value) / Math.sqrt(variance);
  return z < kTwoSided95 ? "may be chance" : z < 3.5 ? "significant" : "beyond doubt";
}

function drawLegend() {
  const diff = state.mode === "diff", what = diff ? "shrank from A to B" : "shrinks", grew = diff ? "grew" : "grows";
  fill(byId("flame-legend"),
    h("span", null, "width: ", diff ? "the larger of A and B" : state.by === "alive" ? "bytes alive" : "bytes allocated"),
    h("span", { class: "scale" }, what, h("i", { class: "ramp" }), grew),
    h("span", { class: "scale" }, "pale: may be chance"),
    h("span", { id: "found" }));
  markFound();
}

// Boxes whose function matches, and what lies below them, none of it counted twice.
function markFound() {
  const words = state.search.trim().toLowerCase(), root = flame.tree && zoomed();
  if (!root) return;
  for (const [number, box] of flame.boxes) {
    const found = words !== "" && matches(flame.tree.nodes[number], words);
    box.classList.toggle("hit", found);
    box.classList.toggle("miss", words !== "" && !found);
  }
  let bytes = 0, boxes = 0;
  const add = node => {
    if (words !== "" && matches(node, words)) {
      bytes += flame.sums[node.number].width;
      ++boxes;
    } else {
      node.children.forEach(add);
    }
  };
  add(root);
  const whole = flame.sums[root.number].width || 1;
  const found = byId("found");
  if (found) fill(found, words === "" ? "" : boxes === 0 ? "nothing found" : `found: ${bytesText(bytes)}, ${shareText(bytes / whole)}`);
}

function matches(node, words) {
  if (node.functionNumber < 0) return false;
  const [name, file, module] = flame.watched.page.functions[node.functionNumber];
  return (name + " " + file + " " + module).toLowerCase().includes(words);
}

function select(node) {
  flame.selected = node;
  markSelected();
  describe(node);
}

function markSelected() {
  for (const [number, box] of flame.boxes) box.classList.toggle("selected", flame.selected !== null && number === flame.selected.number);
}

// Arrow keys walk through the boxes that are shown.
function walk(key) {
  const from = flame.selected && flame.boxes.has(flame.selected.number) ? flame.selected : zoomed();
  const shown = nodes => nodes.filter(node => flame.boxes.has(node.number));
  const siblings = from.parent ? shown(from.parent.children) : [from], at = siblings.indexOf(from);
  const next = { ArrowUp: from.parent, ArrowDown: shown(from.children)[0], ArrowLeft: siblings[at - 1], ArrowRight: siblings[at + 1] }[key];
  select(next || from);
}

function listenToFlame() {
  const place = byId("flame");
  place.addEventListener("click", event => { const node = nodeOf(event.target); if (node) zoomTo(node); });
  place.addEventListener("pointerover", event => {
    const node = event.pointerType === "mouse" && nodeOf(event.target);
    if (node) describe(node);
  });
  place.addEventListener("pointerleave", () => describe(flame.selected || zoomed()));
  place.addEventListener("keydown", event => {
    if (event.key.startsWith("Arrow")) walk(event.key);
    else if (event.key === "Enter" && flame.selected) zoomTo(flame.selected);
    else if (event.key === "Backspace") zoomTo(zoomed().parent || zoomed());
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
