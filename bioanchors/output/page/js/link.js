// A view as the fragment of a link: readable, and only what differs from the file.
import { num } from "./file.js";
import { hasInput, inputOf } from "./inputs.js";
import { fileView, happeningsOf } from "./view.js";

const LONGEST = 5000, SHOWN = 60;

/** @param {Data} data @param {View} view @returns {string} */
export function fragment(data, view) {
  const start = fileView(data), parts = [`${data.name}@${data.hash}`];
  const add = (/** @type {string} */ key, /** @type {number[] | string} */ value) =>
    parts.push(`${key}=${typeof value === "string" ? value : value.map(num).join("~")}`);
  data.hypotheses.forEach((h, i) => {
    if (view.weights[i] !== start.weights[i]) add(`${h.name}.weight`, [view.weights[i]]);
  });
  if (view.none.join() !== start.none.join()) add("none", view.none);
  for (const [name, k] of Object.entries(view.knobs)) add(name, [k.median, k.spread, k.oom]);
  if (view.ramp !== start.ramp) add("low_end_update", "off");
  if (view.halving_shift) add("halving_shift", [view.halving_shift]);
  if (view.cap_shift) add("cap_shift", [view.cap_shift]);
  if (view.gain_start !== null) add("gain_start", [view.gain_start]);
  if (view.power) add("power", view.power);
  if (view.unhobbling) add("unhobbling", view.unhobbling);
  if (view.pause) add("pause", view.pause);
  if (view.off.length) add("without", view.off.join("~"));
  if (view.not_arrived_by !== start.not_arrived_by) {
    add("not_arrived_by", view.not_arrived_by === null ? "off" : [view.not_arrived_by]);
  }
  if (!view.observations.every(Boolean)) add("observations", view.observations.map(Number).join(""));
  if (!view.runs.every(Boolean)) add("runs", view.runs.map(Number).join(""));
  return parts.length > 1 ? `#${parts.map(encodeURI).join("&")}` : "";
}

/** @param {string} text @param {number} [low] @param {number} [high] */
function finite(text, low = -1e300, high = 1e300) {
  const x = Number(text);
  if (text.trim() === "" || !(x >= low && x <= high)) throw new RangeError(text);
  return x;
}

/** @param {Input} input @param {string} text @param {boolean} moves and no more @returns {Knob} */
function knobOf(input, text, moves) {
  const [median, spread, oom] = text.split("~").map((s) => finite(s));
  const fits = median >= input.low && median <= input.high && spread >= 0 && spread <= 10
    && oom >= 0 && oom <= 5 && input.moves !== null && (!moves || (spread === 1 && oom === 0));
  if (!fits) throw new RangeError(text);
  return { median, spread, oom };
}

/** @type {Record<string, (view: View, value: string, data: Data) => void>} */
const READERS = {
  none(view, value, data) {
    const [p, end] = value.split("~").map((s) => finite(s, 0, 1));
    if (!data.none || !(end <= p)) throw new RangeError(value);
    view.none = [p, end];
  },
  low_end_update(view, value, data) {
    if (value !== "off" || !data.ramp) throw new RangeError(value);
    view.ramp = false;
  },
  halving_shift(view, value, data) {
    if ("algorithms.halving_shift_years" in data.inputs) throw new RangeError(value);
    view.halving_shift = finite(value, -3, 20);
  },
  cap_shift(view, value) { view.cap_shift = finite(value, -2, 20); },
  gain_start(view, value) { view.gain_start = finite(value, 2020, 2040); },
  power(view, value, data) {
    const [flop, times] = value.split("~");
    if (data.power_year !== null) throw new RangeError(value);
    view.power = [finite(flop, 1, 1e80), finite(times, 1e-6, 1e12)];
  },
  unhobbling(view, value, data) {
    const [most, years] = value.split("~");
    if (data.unhobbling_start !== null) throw new RangeError(value);
    view.unhobbling = [finite(most, 1e-6, 100), finite(years, 0.001, 1000)];
  },
  pause(view, value) {
    const [year, years] = value.split("~");
    view.pause = [finite(year, 1900, 3000), finite(years, 0.01, 100)];
  },
  without(view, value, data) {
    const known = happeningsOf(data), names = value.split("~");
    if (!names.every((name) => known.includes(name))) throw new RangeError(value);
    view.off = names;
  },
  not_arrived_by(view, value) {
    view.not_arrived_by = value === "off" ? null : finite(value, 1900, 3000);
  },
  observations(view, value) { view.observations = switches(value, view.observations.length); },
  runs(view, value) { view.runs = switches(value, view.runs.length); },
};

/** @param {string} value @param {number} count */
function switches(value, count) {
  if (value.length !== count || /[^01]/.test(value)) throw new RangeError(value);
  return Array.from(value, (c) => c === "1");
}

/** @param {Data} data @param {View} view @param {string} key @param {string} value */
function take(data, view, key, value) {
  const h = data.hypotheses.findIndex((each) => key === `${each.name}.weight`);
  if (h >= 0) view.weights[h] = finite(value, 0, 1e12);
  else if (hasInput(data, key)) view.knobs[key] = knobOf(inputOf(data, key), value, key in data.terms);
  else if (Object.hasOwn(READERS, key)) READERS[key](view, value, data);
  else throw new RangeError(key);
}

/** The view of a link's fragment; what cannot be used is told, and left as in the file.
 * @param {Data} data @param {string} text @returns {{view: View, problems: string[]}} */
export function fromFragment(data, text) {
  const view = fileView(data), own = `${data.name}@${data.hash}`;
  /** @type {string[]} */ const problems = [];
  if (text.length < 2) return { view, problems };
  if (text.length > LONGEST) return { view, problems: ["the link is too long"] };
  for (const part of text.slice(1).split("&")) {
    try {
      const whole = decodeURI(part), at = whole.indexOf("=");
      if (at >= 0) take(data, view, whole.slice(0, at), whole.slice(at + 1));
      else if (whole !== own) problems.push(`made from ${whole.slice(0, SHOWN)}, this page from ${own}`);
    } catch {
      problems.push(`not understood: ${part.slice(0, SHOWN)}`);
    }
  }
  if (!view.weights.some((w) => w > 0)) {
    view.weights = fileView(data).weights;
    problems.push("all weights were 0");
  }
  return { view, problems };
}
