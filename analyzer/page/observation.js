// SPDX-License-Identifier: Apache-2.0
// What the page carries, and the arithmetic on it: of stacks, one or many, at one time or between two.
//
// A stack's noise is the variance that each byte of it has: sampling errors follow from what was sampled, so the error
// of any sum at any time can be told from it.

const kTwoSided95 = 1.959964;

class Watched {
  constructor(page, json) {
    this.json = json;
    this.page = page;
    this.times = json.moments ? json.moments.t_s : [];
    this.judged = json.judged || 0;
    this.stacks = (json.stacks || []).map((stack, number) => new WatchedStack(page, stack, number));
    this.rest = json.rest || { stacks: 0, alive: [], allocated: [] };
    this.duration = json.duration_s;
  }

  get known() { return this.stacks.length > 0 && this.times.length > 0; }
  get name() { return `${this.json.name} (pid ${this.json.pid})`; }

  totalAt(by, moment) {
    let sum = this.rest[by][moment] || 0;
    for (const stack of this.stacks) sum += stack[by][moment];
    return sum;
  }

  // Of what a finding holds at each moment.
  findingSeries(finding) {
    const own = this.stacks.filter(stack => stack.finding === finding);
    return this.times.map((_, moment) => own.reduce((sum, stack) => sum + stack.alive[moment], 0));
  }
}

class WatchedStack {
  constructor(page, json, number) {
    Object.assign(this, json);
    this.number = number;
    this.functions = json.frames.map(line => page.lines[line][0]);  // innermost first
    this.margin = (json.live_bytes[2] - json.live_bytes[1]) / 2;
    this.growthSigma = (json.growth[2] - json.growth[1]) / 2 / kTwoSided95;
  }

  // The innermost frame: what the site is called.
  place(page) { return placeOf(page, this.frames[0]); }

  // What moved between two moments: only what is alive at one of them brings an error, the rest has cancelled out.
  change(from, to) {
    const backwards = from > to;
    if (backwards) [from, to] = [to, from];
    const born = this.allocated[to] - this.allocated[from];
    const died = born - (this.alive[to] - this.alive[from]);
    const moved = Math.min(Math.max(0, born), this.alive[to]) + Math.min(Math.max(0, died), this.alive[from]);
    const value = this.alive[to] - this.alive[from];
    return { value: backwards ? -value : value, variance: moved * this.noise };
  }
}

// {name, file, line, module} of a frame's line.
function placeOf(page, number) {
  const [functionNumber, line] = page.lines[number], [name, file, module] = page.functions[functionNumber];
  return { functionNumber, name, file, line, module };
}

const verdictClass = (page, word) => {
  const row = page.verdicts.find(verdict => verdict.word === word);
  if (row && row.leak) return "leak";
  if (["steady", "warming", "periodic"].includes(word)) return "healthy";
  return word === "unknown" || word === "unfreed" ? "undecided" : "warning";
};
