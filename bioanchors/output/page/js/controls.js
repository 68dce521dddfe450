// Controls: native sliders and switches, which say what they hold.
import { el } from "./dom.js";
import { fileMedian, inputOf } from "./inputs.js";
import { quantityWords } from "./words.js";

/**
 * @typedef {object} Slider
 * @property {string} label
 * @property {string} [sub]
 * @property {string} [spoken] its name where the label is empty
 * @property {number} [hypothesis] whose colour it has
 * @property {number} min
 * @property {number} max
 * @property {number} step
 * @property {(view: View) => number} get
 * @property {(view: View, x: number) => void} set
 * @property {(view: View) => string} says
 * @property {(view: View) => boolean} moved
 */

/** @param {import("./page.js").Page} page @param {HTMLElement} host @param {Slider} of */
export function slider(page, host, of) {
  const id = `s${page.refreshers.length}`;
  const input = /** @type {HTMLInputElement} */ (el("input", { type: "range", id,
    min: String(of.min), max: String(of.max), step: String(of.step) }));
  const output = el("output", { for: id }), label = el("label", { for: id });
  if (of.hypothesis !== undefined) {
    label.append(el("span", { class: `swatch c${of.hypothesis % 7}`, "aria-hidden": "true" }));
  }
  label.append(of.label);
  if (of.sub) label.append(el("span", { class: "sub" }, of.sub));
  if (of.spoken) input.setAttribute("aria-label", of.spoken);
  input.addEventListener("input", () => page.edit((view) => of.set(view, Number(input.value))));
  host.append(el("div", { class: "row" }, label, input, output));
  page.refreshers.push(() => {
    const value = of.get(page.view), text = of.says(page.view);
    const own = document.activeElement === input && Math.abs(Number(input.value) - value) <= of.step;
    if (!own) input.value = String(value);
    output.textContent = text;
    output.classList.toggle("moved", of.moved(page.view));
    input.setAttribute("aria-valuetext", text);
  });
  return input;
}

/** @param {import("./page.js").Page} page @param {HTMLElement} host @param {string} label
 * @param {(view: View) => boolean} get @param {(view: View, on: boolean) => void} set */
export function checkbox(page, host, label, get, set) {
  const box = /** @type {HTMLInputElement} */ (el("input", { type: "checkbox" }));
  box.addEventListener("change", () => page.edit((view) => set(view, box.checked), true));
  host.append(el("label", { class: "check" }, box, el("span", {}, label)));
  page.refreshers.push(() => { box.checked = get(page.view); });
}

/** A term, explained where it stands. @param {string} question @param {string[]} answers */
export function explained(question, ...answers) {
  return el("details", { class: "term" }, el("summary", {}, question),
    ...answers.map((text) => el("p", {}, text)));
}

const WORDS = /** @type {Record<string, string>} */ ({
  doubling_years: "doubling time", doubling_months: "doubling time", halving_years: "halving time",
  halving_months: "halving time", times_per_year: "growth", oom_per_year: "growth",
});

/** How far a slider goes to either side of an input's median, on its axis.
 * @param {string} name @param {Input} input @param {boolean} log */
function reach(name, input, log) {
  const key = input.path.split(".").pop() ?? "", median = fileMedian(input);
  if (key === "max_flop_per_usd") return 4;
  if (key === "max_share_of_gdp") return 1.3;
  if (key === "largest_economy_gdp_usd") return 0.3;
  if (key === "growth_per_year") return Math.max(Math.abs(median), 0.02) * 0.99;
  if (name.endsWith("halving_shift_years")) return 0.9;
  if (input.unit === "year") return 10;
  if (!log) return input.unit === "OOM" ? Math.max(median * 0.9, 2) : 1.2;
  return /years|months|per_year/.test(key) || key === "transfer" || input.unit === "OOM" ? 0.7 : 2;
}

/** @param {View} view @param {string} name @param {number} base */
function knobIn(view, name, base) {
  return view.knobs[name] ?? { median: base, spread: 1, oom: 0 };
}

/** A slider of an input's median, and of its spread where it is uncertain.
 * @param {import("./page.js").Page} page @param {HTMLElement} host @param {string} name
 * @param {string} label */
export function knob(page, host, name, label) {
  const input = inputOf(page.data, name), isEvent = input.family === "event";
  if (input.moves === null) {
    host.append(el("p", { class: "dim small" }, `${label}: as in the file (a form that is edited there)`));
    return;
  }
  const base = isEvent ? input.middle : fileMedian(input), random = !!input.table;
  const log = !isEvent && input.line[0] !== "linear" && base > 0 && input.unit !== "year"
    && !name.endsWith("growth_per_year");
  const onto = (/** @type {number} */ x) => (log ? Math.log10(x) : x);
  const back = (/** @type {number} */ v) => (log ? 10 ** v : v);
  const half = isEvent ? 1 : reach(name, input, log), low = isEvent ? 0 : input.low, high = isEvent ? 1 : input.high;
  const change = (/** @type {View} */ view, /** @type {Partial<Knob>} */ part) => {
    const next = { ...knobIn(view, name, base), ...part };
    if (Math.abs(onto(next.median) - onto(base)) < half / 200 && next.spread === 1) delete view.knobs[name];
    else view.knobs[name] = next;
  };
  const word = WORDS[input.path.split(".").pop() ?? ""] ?? "", digits = input.unit === "year" ? 6 : 4;
  slider(page, host, {
    label, sub: [word, typeof input.given === "object" ? "median" : ""].filter(Boolean).join(", "),
    min: isEvent ? 0 : onto(base) - half, max: isEvent ? 1 : onto(base) + half, step: half / 100,
    get: (view) => onto(knobIn(view, name, base).median),
    set: (view, v) => change(view, { median: Number(Math.min(Math.max(back(v), low), high).toPrecision(digits)) }),
    says: (view) => quantityWords(knobIn(view, name, base).median, input),
    moved: (view) => knobIn(view, name, base).median !== base,
  });
  if (!random) return;
  slider(page, host, {
    label: "", sub: "its spread", spoken: `Spread of ${label}`, min: 0, step: 0.05,
    max: input.line[0] === "linear" ? 1 : 2,
    get: (view) => knobIn(view, name, base).spread,
    set: (view, v) => change(view, { spread: v }),
    says: (view) => {
      const { spread } = knobIn(view, name, base);
      return spread === 0 ? "known" : `×${spread.toFixed(2)}`;
    },
    moved: (view) => knobIn(view, name, base).spread !== 1,
  });
}
