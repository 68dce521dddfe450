// A view as a parameter file that extends the one explored.
import { fileMedian, inputOf } from "./inputs.js";
import { fromLine, toLine } from "./numbers.js";
import { fileView, PAUSE } from "./view.js";

/** A number as short as it can be at 12 digits. @param {number} x @returns {string} */
export function num(x) {
  return String(Number(x.toPrecision(12))).replace("e+", "e");
}

/** A plain value as TOML. @param {any} value @returns {string} */
export function toml(value) {
  if (typeof value === "number") return num(value);
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map(toml).join(", ")}]`;
  if (typeof value === "boolean") return String(value);
  return `{ ${Object.entries(value).map(([k, v]) => `${k} = ${toml(v)}`).join(", ")} }`;
}

/** A text as a TOML string on one line; JSON's escapes are TOML's, and control signs are escaped.
 * @param {string} text */
function quoted(text) {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029]/g, (c) =>
    `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** What a knob makes of an input, as the file would say it. @param {Input} input
 * @param {Knob} knob @returns {any} */
export function turned(input, knob) {
  const { line, middle, given, moves } = input;
  if (moves === "known") {
    return knob.oom > 0 ? { dist: "lognormal", median: knob.median, sd_oom: knob.oom } : knob.median;
  }
  if (!(knob.spread > 0)) return knob.median;
  const to = toLine(line, knob.median);
  const move = (/** @type {number} */ x) =>
    fromLine(line, to + knob.spread * (toLine(line, x) - middle));
  if (moves === "values") return { ...given, values: given.values.map(move) };
  if (moves === "truncated") {
    const ends = Object.fromEntries(["low", "high"].filter((k) => k in given)
      .map((k) => [k, move(given[k])]));
    const { mean, sd } = given.of;
    return { ...given, of: { ...given.of, mean: move(mean), sd: sd * knob.spread }, ...ends };
  }
  if (moves === "interval") {
    const [name] = Object.keys(given).filter((k) => /^ci[1-9][0-9]?$/.test(k));
    return { ...given, [name]: given[name].map(move), dist: input.family };
  }
  if (moves === "ends") {
    return { ...given, ...Object.fromEntries(["low", "mode", "high"].filter((k) => k in given)
      .map((k) => [k, move(given[k])])) };
  }
  const place = "mean" in given ? "mean" : "median";
  const spread = ["sd", "sd_oom", "scale", "scale_oom"].find((k) => k in given) ?? "";
  return { ...given, [place]: move(given[place]), [spread]: given[spread] * knob.spread };
}

/** A view's knobs, the shift of all caps among them. @param {Data} data @param {View} view */
function knobsOf(data, view) {
  const knobs = { ...view.knobs }, caps = new Set(data.hypotheses.map((h) => h.max_oom));
  if (view.cap_shift) {
    for (const name of caps) {
      const before = knobs[name] ?? { median: fileMedian(data.inputs[name]), spread: 1, oom: 0 };
      knobs[name] = { ...before, median: before.median + view.cap_shift };
    }
  }
  return knobs;
}

/** What differs from the file: paths with their values, and what is dropped.
 * @param {Data} data @param {View} view @returns {{values: [string, any][], drop: string[]}} */
export function edits(data, view) {
  const start = fileView(data), drop = [...view.off];
  /** @type {[string, any][]} */ const values = [];
  data.hypotheses.forEach((h, i) => {
    if (view.weights[i] !== start.weights[i]) values.push([`hypotheses.${h.name}.weight`, view.weights[i]]);
  });
  if (data.none && view.none.join() !== start.none.join()) {
    values.push(["none.probability", view.none[0]]);
    if (data.none.to > data.none.from) values.push(["none.probability_end", view.none[1]]);
  }
  if (view.ramp !== start.ramp) drop.push("low_end_update");
  for (const [name, knob] of Object.entries(knobsOf(data, view))) {
    if (view.off.some((path) => name.startsWith(`${path}.`))) continue;
    const input = inputOf(data, name);
    values.push([input.path, turned(input, knob)]);
  }
  if (view.halving_shift) values.push(["algorithms.halving_shift_years", view.halving_shift]);
  if (view.gain_start !== null) values.push(["algorithms.gain_start_year", view.gain_start]);
  if (view.power) {
    const [flop, times] = view.power;
    values.push(["power.flop", flop], ["power.times_per_year", times], ["power.year", data.first]);
  }
  if (view.unhobbling) {
    const [most, years] = view.unhobbling;
    values.push(["unhobbling.max_oom", most], ["unhobbling.years", years], ["unhobbling.start_year", data.first]);
  }
  if (view.pause) {
    const [year, years] = view.pause, at = PAUSE;
    values.push([`${at}.of`, "largest_run_flop"], [`${at}.freeze`, true], [`${at}.year`, year],
      [`${at}.until_year`, year + years]);
  }
  evidenceEdits(data, view, values, drop);
  return { values, drop };
}

/** Evidence that is partly off is dropped whole and written anew. @param {Data} data
 * @param {View} view @param {[string, any][]} values @param {string[]} drop */
function evidenceEdits({ evidence }, view, values, drop) {
  const { not_arrived_by: until } = view, all = [...view.observations, ...view.runs].every(Boolean);
  if (all && (until !== null || evidence.not_arrived_by === null)) {
    if (until === evidence.not_arrived_by) return;
    values.push(["evidence.not_arrived_by", until]);
    return;
  }
  drop.push("evidence");
  const observations = evidence.observations.filter((_, i) => view.observations[i]);
  const runs = evidence.runs.filter((_, i) => view.runs[i]);
  if (until !== null) {
    values.push(["evidence.not_arrived_by", until], ["evidence.event", evidence.event]);
  }
  if (observations.length) values.push(["evidence.observation", observations]);
  if (runs.length) {
    values.push(["evidence.insufficient_run", runs]);
    if (evidence.softness) values.push(["evidence.run_softness_oom", evidence.softness]);
  }
}

/** The parameter file of a view. @param {Data} data @param {View} view @param {string} title
 * @param {string} says what it forecasts, in words */
export function parameterFile(data, view, title, says) {
  const { values, drop } = edits(data, view);
  const lines = [`# ${oneLine(says)}`, `# Made with the page of ${oneLine(data.title)}, bioanchors ${data.version}.`,
    "format = 1", `title = ${quoted(title)}`, `extends = ${quoted(data.extends)}`];
  if (drop.length) lines.push(`drop = ${toml(drop)}`);
  /** @type {Map<string, string[]>} */ const tables = new Map();
  for (const [path, value] of values) {
    const at = path.lastIndexOf("."), table = path.slice(0, at);
    tables.set(table, [...(tables.get(table) ?? []), `${path.slice(at + 1)} = ${toml(value)}`]);
  }
  for (const [table, rows] of tables) lines.push("", `[${table}]`, ...rows);
  return `${lines.join("\n")}\n`;
}

/** @param {string} text */
function oneLine(text) {
  return text.replace(/[\u0000-\u001f\u007f-\u00a0\u2028\u2029]+/g, " ");
}
