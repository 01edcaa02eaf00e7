// SPDX-License-Identifier: Apache-2.0
// The time scrubber: one moment, or two of which the second is compared with the first.

const momentNow = watched => Math.min(state.moment === null ? watched.judged : state.moment, watched.times.length - 1);
const momentA = watched => Math.min(state.a, watched.times.length - 1);
const momentB = watched => Math.min(state.b === null ? watched.judged : state.b, watched.times.length - 1);

let playing = null;

function drawScrubber(watched) {
  stopPlaying();
  const sliders = state.mode === "diff"
    ? [slider(watched, "A", "a", momentA(watched)), slider(watched, "B", "b", momentB(watched))]
    : [h("button", { type: "button", id: "play", title: "Play (space)", "aria-label": "Play", onclick: () => togglePlaying(watched) }, "▶"),
       slider(watched, "", "moment", momentNow(watched))];
  fill(byId("scrubber"), sliders);
  byId("scrubber").hidden = watched.times.length < 2;
  labelScrubber(watched);
}

function slider(watched, label, key, value) {
  const input = h("input", { type: "range", id: "slider-" + key, min: 0, max: watched.times.length - 1, step: 1, value,
    "aria-label": label ? "Snapshot " + label : "Snapshot", oninput: event => choose({ [key]: Number(event.target.value) }) });
  input.value = value;
  return h("div", { class: "slide" }, label && h("b", null, label), input, h("output", { id: "label-" + key, for: "slider-" + key }));
}

function labelScrubber(watched) {
  const moments = state.mode === "diff" ? { a: momentA(watched), b: momentB(watched) } : { moment: momentNow(watched) };
  for (const [key, moment] of Object.entries(moments)) {
    const input = byId("slider-" + key), label = byId("label-" + key);
    if (!input) continue;
    input.value = moment;
    const text = `${durationText(watched.times[moment])} · snapshot ${watched.json.moments.snapshots[moment] + 1} of ${watched.json.snapshots}`;
    input.setAttribute("aria-valuetext", text);
    fill(label, h("b", null, durationText(watched.times[moment])), ` snapshot ${watched.json.moments.snapshots[moment] + 1} of ${watched.json.snapshots}`);
  }
}

function moveMoment(watched, steps) {
  const last = watched.times.length - 1, key = state.mode === "diff" ? "b" : "moment";
  const from = key === "b" ? momentB(watched) : momentNow(watched);
  choose({ [key]: Math.max(0, Math.min(last, from + steps)) });
}

function togglePlaying(watched) {
  if (playing) return stopPlaying();
  if (momentNow(watched) >= watched.times.length - 1) choose({ moment: 0 });
  fill(byId("play"), "❚❚");
  playing = setInterval(() => {
    if (momentNow(watched) >= watched.times.length - 1) stopPlaying();
    else moveMoment(watched, 1);
  }, Math.max(80, 6000 / watched.times.length));
}

function stopPlaying() {
  clearInterval(playing);
  playing = null;
  if (byId("play")) fill(byId("play"), "▶");
}
