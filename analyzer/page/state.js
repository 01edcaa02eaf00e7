// SPDX-License-Identifier: Apache-2.0
// What the person has chosen. It stands in the address behind '#', so that a link, or loading the page anew, brings
// the same view.

const state = {
  process: 0,
  moment: null,  // null: the one that was judged
  a: 0, b: null,  // null: the judged one
  mode: "at",    // or "diff"
  by: "alive",   // or "allocated"
  inverse: 0,
  fit: 0,
  sizes: "bytes",
  zoom: "",      // numbers of functions from the root on
  search: "",
  sort: "growth", descending: 1,
  filter: "", verdict: "",
};
const kUsualState = { ...state };
const listeners = [];

// The listener is called with a set of the keys that have changed, when one of its own has.
function onChange(keys, listener) { listeners.push({ keys, listener }); }

function choose(changes) {
  const changed = Object.keys(changes).filter(key => state[key] !== changes[key]);
  if (changed.length === 0) return;
  Object.assign(state, changes);
  for (const { keys, listener } of listeners) {
    if (keys.some(key => changed.includes(key))) listener(changed);
  }
  remember();
}

function remember() {
  const words = new URLSearchParams();
  for (const [key, usual] of Object.entries(kUsualState)) {
    if (state[key] !== usual && state[key] !== null) words.set(key, state[key]);
  }
  try {
    history.replaceState(null, "", "#" + words);
  } catch (error) {
    // An address that must not change is no reason not to draw.
  }
}

function recall() {
  const words = new URLSearchParams(location.hash.slice(1));
  for (const [key, usual] of Object.entries(kUsualState)) {
    if (!words.has(key)) continue;
    const word = words.get(key), number = Number(word);
    if (typeof usual === "number" || usual === null) {
      if (Number.isInteger(number) && number >= 0) state[key] = number;
    } else {
      state[key] = word;
    }
  }
  if (!["at", "diff"].includes(state.mode)) state.mode = "at";
  if (!["alive", "allocated"].includes(state.by)) state.by = "alive";
}
