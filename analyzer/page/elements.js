// SPDX-License-Identifier: Apache-2.0
// Elements. Every text in this page comes from a watched program and may be hostile: it becomes a text node here, and
// no file of this page writes markup in any other way.
"use strict";

const byId = id => document.getElementById(id);

// h("td", {class: "number", title: "…"}, "text", element, [more]): attributes whose value is null or false are left
// out; "on…" are listeners.
function h(name, attributes, ...children) {
  return filled(document.createElement(name), attributes, children);
}

function svg(name, attributes, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...there(children));
  return element;
}

function fill(element, ...children) {
  element.replaceChildren(...there(children));
}

// What is false, null or undefined stands for nothing: `condition && h(…)`.
const there = children => children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false);

// One tip for the whole page, beside the pointer.
function showTip(event, ...lines) {
  const tip = byId("tip");
  fill(tip, lines.map(line => h("div", null, line)));
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const x = Math.min(event.clientX + 14, window.innerWidth - width - 8);
  const y = event.clientY + 18 + height > window.innerHeight ? event.clientY - height - 12 : event.clientY + 18;
  tip.style.left = Math.max(4, x) + "px";
  tip.style.top = Math.max(4, y) + "px";
}

function hideTip() { byId("tip").hidden = true; }
