// SPDX-License-Identifier: Apache-2.0
// Numbers as leakwatch writes them everywhere: twins of analyzer/base/units.cc.

const kByteUnits = [["TiB", 2 ** 40], ["GiB", 2 ** 30], ["MiB", 2 ** 20], ["KiB", 2 ** 10]];
const kRateUnits = [["s", 1], ["min", 60], ["h", 3600], ["day", 86400]];

const byteUnit = bytes => kByteUnits.find(unit => Math.abs(bytes) >= unit[1]) || ["B", 1];
const shortNumber = value => Math.abs(value) < 99.95 ? value.toFixed(1) : value.toFixed(0);
const inUnit = (bytes, unit) => unit[1] === 1 ? bytes.toFixed(0) : shortNumber(bytes / unit[1]);

function rateUnit(rate) {
  const size = Math.abs(rate);
  if (size >= 2 ** 20) return kRateUnits[0];
  if (size * 60 >= 2 ** 20) return kRateUnits[1];
  return size * 3600 >= 2 ** 10 || size === 0 ? kRateUnits[2] : kRateUnits[3];
}

function bytesText(bytes) {
  const unit = byteUnit(bytes);
  return inUnit(bytes, unit) + " " + unit[0];
}

function rateText(rate) {
  if (Math.abs(rate) * 86400 < 0.5) rate = 0;
  const unit = rateUnit(rate);
  return bytesText(rate * unit[1]) + "/" + unit[0];
}

// In the unit that `like` would have, without naming it.
const bytesNumber = (bytes, like) => inUnit(bytes, byteUnit(like));
function rateNumber(rate, like) {
  const unit = rateUnit(like);
  return bytesNumber(rate * unit[1], like * unit[1]);
}

function durationText(s) {
  if (s > 0 && s < 0.001) return "under 1 ms";
  if (s < 0.9995) return (s * 1000).toFixed(0) + " ms";
  if (s < 9.95) return s.toFixed(1) + " s";
  const whole = Math.round(s), part = size => Math.floor(whole / size);
  if (whole < 60) return whole + " s";
  if (whole < 3600) return `${part(60)} m ${whole % 60} s`;
  if (whole < 86400) return `${part(3600)} h ${Math.floor(whole % 3600 / 60)} m`;
  return `${part(86400)} d ${Math.floor(whole % 86400 / 3600)} h`;
}

const countText = count => Math.round(count).toString().replace(/\B(?=(\d{3})+$)/g, ",");

function shareText(share) {
  const percent = share * 100;
  if (percent === 0) return "0 %";
  if (Math.abs(percent) < 0.01) return "less than 0.01 %";
  return percent.toFixed(Math.abs(percent) < 1 ? 2 : 1) + " %";
}

// Rounding up would claim what is not known.
const confidenceText = confidence => Math.min(99.9, Math.floor(confidence * 1000) / 10).toFixed(1) + " %";

const signed = (value, text) => (value > 0 ? "+" : "") + text;

// "5.8 MiB (5.2 to 6.3)" of {estimate, low, high}
function rangeText(estimate, text, number) {
  const { estimate: value, low, high } = estimate;
  if (low === high) return text(value);
  return `${text(value)} (${number(low, value)} to ${number(high, value)})`;
}

// "3.1 MiB ±0.3"
function withError(value, margin, text, number) {
  if (!(margin > 0)) return text(value);
  const like = Math.max(Math.abs(value), margin), whole = text(like), space = whole.indexOf(" ");
  return `${number(value, like)}${space < 0 ? "" : whole.slice(space)} ±${number(margin, like)}`;
}
const bytesWithError = (value, margin) => withError(value, margin, bytesText, bytesNumber);
const rateWithError = (value, margin) => withError(value, margin, rateText, rateNumber);
const countWithError = (value, margin) => withError(value, margin, countText, countText);

// A function's name without its parameters.
function withoutParameters(name) {
  let depth = 0;
  for (let i = name.length - 1; i >= 0; --i) {
    if (name[i] === ")") ++depth;
    if (name[i] === "(" && --depth === 0) return i > 0 && !name.slice(0, i).endsWith("operator") ? name.slice(0, i) : name;
  }
  return name;
}

const fileName = path => path.slice(path.lastIndexOf("/") + 1);
// "cache.cc:42", "server", ""
function sourceText(file, line, module) {
  if (!file) return module || "";
  return line ? `${fileName(file)}:${line}` : fileName(file);
}
