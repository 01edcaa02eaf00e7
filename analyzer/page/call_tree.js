// SPDX-License-Identifier: Apache-2.0
// Stacks laid together by their common beginnings, from main inwards or from the allocation outwards. Each stack keeps
// the way of its nodes, so that values for another time are one pass over all stacks.

class CallTree {
  constructor(watched, inverse) {
    this.watched = watched;
    this.nodes = [{ number: 0, parent: null, functionNumber: -1, depth: 0, key: "", children: [], byFunction: new Map() }];
    this.ways = watched.stacks.map(stack => this.wayOf(inverse ? stack.functions : [...stack.functions].reverse()));
    this.rest = watched.rest.stacks > 0 ? this.child(0, -2) : null;
    this.order();
  }

  wayOf(functions) {
    const way = [0];
    for (const functionNumber of functions) way.push(this.child(way[way.length - 1], functionNumber).number);
    return way;
  }

  child(parentNumber, functionNumber) {
    const parent = this.nodes[parentNumber];
    let node = parent.byFunction.get(functionNumber);
    if (!node) {
      const key = parent.key ? parent.key + "." + functionNumber : String(functionNumber);
      node = { number: this.nodes.length, parent, functionNumber, depth: parent.depth + 1, key, children: [], byFunction: new Map() };
      parent.byFunction.set(functionNumber, node);
      parent.children.push(node);
      this.nodes.push(node);
    }
    return node;
  }

  // Neighbours keep their places at all times: the heaviest over all moments first.
  order() {
    const weight = new Float64Array(this.nodes.length);
    this.watched.stacks.forEach((stack, i) => {
      const most = d3.max(stack.alive) + 1e-9 * d3.max(stack.allocated);
      for (const node of this.ways[i]) weight[node] += most;
    });
    for (const node of this.nodes) node.children.sort((a, b) => weight[b.number] - weight[a.number]);
  }

  // Of each node: `width` in bytes, and what is said of it. `value(stack)` is {width, value, variance, growth,
  // growthVariance}; `restValue` that of the stacks that are not on the page.
  weigh(value, restWidth, restValue) {
    const sums = this.nodes.map(() => ({ width: 0, value: 0, variance: 0, growth: 0, growthVariance: 0, stacks: 0, findings: null }));
    this.watched.stacks.forEach((stack, i) => {
      const part = value(stack);
      for (const number of this.ways[i]) {
        const sum = sums[number];
        sum.width += part.width;
        sum.value += part.value;
        sum.variance += part.variance;
        sum.growth += part.growth;
        sum.growthVariance += part.growthVariance;
        ++sum.stacks;
        if (stack.finding !== undefined && part.width > 0) (sum.findings = sum.findings || new Set()).add(stack.finding);
      }
    });
    if (this.rest) {
      for (const number of [0, this.rest.number]) {
        sums[number].width += restWidth;
        sums[number].value += restValue;
        sums[number].stacks += this.watched.rest.stacks;
      }
    }
    return sums;
  }

  // The node that a key of state.zoom names, as far as it goes.
  find(key) {
    let node = this.nodes[0];
    for (const word of key ? key.split(".") : []) {
      const next = node.byFunction.get(Number(word));
      if (!next) break;
      node = next;
    }
    return node;
  }
}
