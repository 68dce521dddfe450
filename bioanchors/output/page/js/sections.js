// The page's questions, each with its controls: weights, trends, what happens, evidence, others.
import { addTriangle } from "./triangle.js";
import { checkbox, explained, knob, slider } from "./controls.js";
import { button, byId, el } from "./dom.js";
import { fileMedian } from "./inputs.js";
import { happeningsOf } from "./view.js";
import { percent, plainName, signed } from "./words.js";

/** @typedef {import("./page.js").Page} Page */

const SHAH = /** @type {Record<string, number>} */ ({ lifetime: 0.04, short_horizon: 0.3, genome: 0.08,
  medium_horizon: 0.4, long_horizon: 0.1, evolution: 0.08 });

/** @param {View} view @param {Data} data */
export function allShort(view, data) {
  view.weights = data.hypotheses.map((h) => Number(h.name === "short_horizon"));
  view.none = [0, 0];
}

/** @param {Page} page */
export function weights(page) {
  const host = byId("weights"), { data, file } = page;
  addTriangle(page);
  const quick = byId("quick"), has = (/** @type {string} */ name) => data.hypotheses.some((h) => h.name === name);
  quick.append(button("as in the file", () => page.edit((view) => {
    view.weights = [...file.weights];
    view.none = [...file.none];
  }, true)));
  if (Object.keys(SHAH).every(has)) {
    quick.append(button("30 / 40 / 10 (Shah 2020)", () => page.edit((view) => {
      view.weights = data.hypotheses.map((h) => SHAH[h.name] ?? 0);
    }, true)));
  }
  data.hypotheses.forEach((h, i) => slider(page, host, {
    label: plainName(h.name), hypothesis: i, min: 0, max: 1, step: 0.01,
    get: (view) => Math.min(view.weights[i], 1),
    set: (view, x) => {
      view.weights[i] = x;
      if (!view.weights.some((w) => w > 0)) view.weights[i] = 0.01;
    },
    says: (view) => percent((view.weights[i] / view.weights.reduce((a, b) => a + b, 0)) * (1 - view.none[0]), 0),
    moved: (view) => view.weights[i] !== file.weights[i],
  }));
  if (data.none) {
    const share = file.none[0] ? file.none[1] / file.none[0] : 1;
    slider(page, host, {
      label: "none of these", min: 0, max: 0.9, step: 0.01, get: (view) => view.none[0],
      set: (view, x) => { view.none = [x, Number((x * share).toFixed(6))]; },
      says: (view) => view.none.map((p) => percent(p, 0)).join(" → "),
      moved: (view) => view.none.join() !== file.none.join(),
    });
  }
  asks(page, host);
  host.append(
    explained("What is a horizon?", "How long a model must act before it can tell how well it did. A "
      + "second for the next word, weeks or years for a company's plan. The longer it is, the more "
      + "computation each example of training takes: short is a second to 17 minutes, medium up to 12 "
      + "days, long up to 32 years."),
    explained("What are the other hypotheses?", "Each says how much computation is enough to train a "
      + "model that does most of what people do for a living. Lifetime: as much as a brain computes up to "
      + "adulthood. Genome: a model with as many parameters as a genome has bytes. Evolution: as much as "
      + "all ancestors' nervous systems computed."),
    explained("What is “none of these”?", "The probability that no hypothesis is right, so that it does "
      + "not happen however much is bought. It may fall over the years as other ways are found."));
}

/** What is merely added up in requirements. @param {Page} page @param {HTMLElement} host */
function asks(page, host) {
  const { data } = page, names = Object.keys(data.terms), rows = el("div");
  if (!names.length) return;
  for (const name of names) {
    const owner = data.hypotheses.find((h) => name.startsWith(`hypotheses.${h.name}.`));
    const key = plainName(name.split(".").slice(owner ? 2 : 1).join(" ").replace(/(_per)?_s$/, ""));
    knob(page, rows, name, owner && key !== plainName(owner.name) ? `${plainName(owner.name)}: ${key}` : key);
  }
  host.append(folded("what they ask for", rows,
    el("p", { class: "small dim" }, "Each multiplies what its hypothesis asks for. Medians move it, exactly; "
      + "how uncertain they are stays as in the file. What is not here, such as exponents, is not merely multiplied: "
      + "edit the file, and run it.")));
}

const LABELS = /** @type {Record<string, string>} */ ({
  "hardware.speed": "FLOP per $", "hardware.max_flop_per_usd": "most FLOP per $ ever",
  "spending.speed": "spending on the largest run", "spending.max_share_of_gdp": "most for one run",
  "economy.growth_per_year": "growth of GDP", "algorithms.speed": "algorithms",
  "algorithms.max_oom": "most that algorithms save", "algorithms.transfer": "transfer to the real task",
  "algorithms.halving_shift_years": "all halving times", "lag.training_years": "time to train",
  "algorithms.compute_share": "driven by compute", "lag.deployment_years": "time to deploy",
});
const FIRST = ["hardware.speed", "spending.speed", "algorithms.speed", "algorithms.max_oom",
  "algorithms.halving_shift_years"];

/** @param {Data} data @param {string} name */
function labelOf(data, name) {
  if (name === "hardware.flop_per_usd") return `FLOP per $ in ${data.hardware_start}`;
  if (name === "spending.largest_run_usd") return `largest run in ${data.spending_start}`;
  if (name === "economy.largest_economy_gdp_usd") return `largest GDP in ${data.gdp_year}`;
  return LABELS[name] ?? plainName(name.replaceAll(".", " "));
}

/** @param {string} title @param {Node[]} children */
function folded(title, ...children) {
  return el("details", {}, el("summary", {}, title), ...children);
}

/** @param {Page} page */
export function trends(page) {
  const host = byId("trends"), { data } = page, names = Object.keys(data.inputs);
  for (const name of FIRST) if (name in data.inputs) knob(page, host, name, labelOf(data, name));
  shifts(page, host);
  const levels = el("div"), each = el("div");
  names.filter((n) => !FIRST.includes(n) && /^(hardware|spending|economy|algorithms|lag|milestones)\./.test(n))
    .forEach((n) => knob(page, levels, n, labelOf(data, n)));
  data.hypotheses.forEach((h) => [h.speed, h.max_oom].filter((n) => n.startsWith("hypotheses."))
    .forEach((n) => knob(page, each, n, `${plainName(h.name)}${n === h.max_oom ? ": cap" : ""}`)));
  host.append(folded("levels, ceilings, economy", levels));
  if (each.childElementCount) host.append(folded("algorithms, hypothesis by hypothesis", each));
  host.append(
    explained("What is a halving time?", "Better algorithms reach the same result with fewer FLOP. If "
      + "they need half as many after three years, their halving time is three years."),
    explained("What is a cap of 10^3?", "Algorithms may at most save a factor of 1,000, three orders of "
      + "magnitude (OOM), against those that the requirement assumes."),
    explained("What is a FLOP?", "One addition or multiplication. FLOP per $ is how many of them a dollar "
      + "buys in training, as they are really used."));
}

/** Shifts of all halving times and caps, where each hypothesis has its own.
 * @param {Page} page @param {HTMLElement} host */
function shifts(page, host) {
  const { data } = page, start = data.hypotheses[0].gain_start;
  const own = data.hypotheses.some((h) => h.speed !== "algorithms.speed");
  const moved = (/** @type {string} */ name) => data.inputs[name].moves !== null
    && (!data.inputs[name].table || data.inputs[name].line[0] === "linear");
  if (own && !("algorithms.halving_shift_years" in data.inputs)) {
    slider(page, host, { label: "all halving times", sub: "of algorithms", min: -1.7, max: 3, step: 0.05,
      get: (view) => view.halving_shift,
      set: (view, x) => { view.halving_shift = Number(x.toFixed(2)); },
      says: (view) => signed(view.halving_shift, 2, " years"), moved: (view) => view.halving_shift !== 0 });
  }
  if (!("algorithms.max_oom" in data.inputs) && data.hypotheses.every((h) => moved(h.max_oom))) {
    slider(page, host, { label: "all caps on algorithms", sub: "orders of magnitude", min: -1, max: 8,
      step: 0.1, get: (view) => view.cap_shift,
      set: (view, x) => { view.cap_shift = Number(x.toFixed(1)); },
      says: (view) => signed(view.cap_shift, 1, " OOM"), moved: (view) => view.cap_shift !== 0 });
  }
  slider(page, host, { label: "algorithms gain from", min: 2020, max: 2030, step: 0.25,
    get: (view) => view.gain_start ?? start,
    set: (view, x) => { view.gain_start = x === start ? null : x; },
    says: (view) => (view.gain_start ?? start).toFixed(1), moved: (view) => view.gain_start !== null });
}

/** A pause of the largest run. @param {View} view @param {number} year */
export function pauseFrom(view, year) {
  view.pause = [year, view.pause?.[1] ?? 5];
}

/** Limits of power, and unhobbling, of files that have none. @param {Page} page
 * @param {HTMLElement} host */
function limits(page, host) {
  const { data } = page;
  if (data.power_year === null) {
    addable(page, host, "power", { label: "The largest run needs power, of which there is only so much",
      first: [1e29, 1.5], rows: [
        { sub: `FLOP that can be powered in ${data.first}`, min: 26, max: 34, step: 0.1,
          onto: Math.log10, back: (x) => Number((10 ** x).toPrecision(3)), says: (x) => `${short(x)} FLOP` },
        { sub: "growing by", min: 1, max: 4, step: 0.05, says: (x) => `×${x.toFixed(2)} a year` }] });
  }
  if (data.unhobbling_start === null) {
    addable(page, host, "unhobbling", { label: "Better use of trained models (“unhobbling”) brings more, once",
      first: [1, 3], rows: [
        { sub: "in all, as much as", min: 0.1, max: 4, step: 0.1, says: (x) => `×10^${x.toFixed(1)} FLOP` },
        { sub: "most of it within", min: 0.5, max: 20, step: 0.5, says: (x) => `${x.toFixed(1)} years` }] });
  }
}

/**
 * @typedef {{sub: string, min: number, max: number, step: number, says: (x: number) => string,
 *   onto?: (x: number) => number, back?: (v: number) => number}} Row
 */

/** A switch, and sliders of its two numbers. @param {Page} page @param {HTMLElement} host
 * @param {"power" | "unhobbling"} key
 * @param {{label: string, first: [number, number], rows: Row[]}} of */
function addable(page, host, key, { label, first, rows }) {
  checkbox(page, host, label, (view) => view[key] !== null, (view, on) => { view[key] = on ? [...first] : null; });
  rows.forEach(({ sub, min, max, step, says, onto = (x) => x, back = (v) => v }, k) => slider(page, host, {
    label: "", sub, spoken: `${label}: ${sub}`, min, max, step, get: (view) => onto((view[key] ?? first)[k]),
    set: (view, v) => {
      const both = view[key] ?? first, x = back(v);
      view[key] = k ? [both[0], x] : [x, both[1]];
    },
    says: (view) => {
      const own = view[key];
      return own ? says(own[k]) : "not used";
    },
    moved: (view) => view[key] !== null }));
}

const SWITCHES = /** @type {Record<string, string>} */ ({
  power: "The largest run needs power, of which there is so much",
  unhobbling: "Better use of trained models (“unhobbling”) brings more, once",
});

/** @param {Page} page */
export function happenings(page) {
  const host = byId("happens"), { data } = page, soon = Math.max(2027, data.first + 1);
  checkbox(page, host, "The largest run stops growing for some years, then goes on from there",
    (view) => view.pause !== null, (view, on) => {
      if (on) pauseFrom(view, soon);
      else view.pause = null;
    });
  const pause = (/** @type {View} */ view) => view.pause ?? [soon, 5];
  slider(page, host, { label: "", sub: "from", spoken: "First year of the pause", min: data.first,
    max: Math.min(data.first + 20, data.last), step: 0.5, get: (view) => pause(view)[0],
    set: (view, x) => { view.pause = [x, pause(view)[1]]; },
    says: (view) => (view.pause ? view.pause[0].toFixed(1) : "no pause"), moved: (view) => view.pause !== null });
  slider(page, host, { label: "", sub: "for", spoken: "Years of the pause", min: 0.5, max: 30, step: 0.5,
    get: (view) => pause(view)[1], set: (view, x) => { view.pause = [pause(view)[0], x]; },
    says: (view) => (view.pause ? `${view.pause[1].toFixed(1)} years` : "no pause"), moved: (view) => view.pause !== null });
  limits(page, host);
  for (const path of happeningsOf(data)) {
    checkbox(page, host, `${SWITCHES[path] ?? plainName(path.split(".").slice(1).join("."))}, as in the file`,
      (view) => !view.off.includes(path),
      (view, on) => { view.off = on ? view.off.filter((each) => each !== path) : [...view.off, path]; });
    Object.keys(data.inputs).filter((name) => name.startsWith(`${path}.`))
      .forEach((name) => knob(page, host, name, plainName(name.slice(path.length + 1))));
  }
}

const SEEN = /** @type {Record<string, string>} */ ({ deployed: "no such model is in use",
  trained: "no such model has been trained", affordable: "no such run could be bought" });

/** @param {number} x */
function short(x) {
  return x.toExponential(1).replace("+", "");
}

/** @param {Page} page */
export function evidence(page) {
  const host = byId("evidence"), { data, file } = page, seen = data.evidence;
  let notBy = seen.not_arrived_by ?? Math.max(data.first + 0.9, 2026.9);
  checkbox(page, host, `It has not happened yet: ${SEEN[seen.event]} by`,
    (view) => view.not_arrived_by !== null, (view, on) => { view.not_arrived_by = on ? notBy : null; });
  slider(page, host, { label: "", sub: "the year", spoken: "Year by which it has not happened",
    min: data.first, max: Math.min(data.first + 10, data.last - 1), step: 0.1,
    get: (view) => view.not_arrived_by ?? notBy,
    set: (view, x) => { view.not_arrived_by = notBy = Number(x.toFixed(1)); },
    says: (view) => view.not_arrived_by?.toFixed(1) ?? "not used",
    moved: (view) => view.not_arrived_by !== file.not_arrived_by });
  seen.observations.forEach((o, i) => checkbox(page, host,
    `${plainName(o.quantity).replace("usd", "$")} ${o.from_year ? `${o.from_year} to ` : ""}${o.year}: `
    + `${short(o.value)} ± ${o.standard_error_oom} OOM`,
    (view) => view.observations[i], (view, on) => { view.observations[i] = on; }));
  seen.runs.forEach((run, i) => checkbox(page, host,
    `a run of ${short(run.flop)} FLOP in ${run.year.toFixed(1)} was not enough${run.source ? ` (${run.source})` : ""}`,
    (view) => view.runs[i], (view, on) => { view.runs[i] = on; }));
  if (data.ramp) {
    checkbox(page, host, `the low-end update: little is left below ${short(10 ** data.ramp[0])} to `
      + `${short(10 ** data.ramp[1])} FLOP`, (view) => view.ramp, (view, on) => { view.ramp = on; });
  }
  const effect = el("p", { class: "small dim" });
  host.append(effect, explained("What does evidence do here?", "It is Bayes' rule: what makes likely that "
    + "which was seen counts for more. A hypothesis that says it should have happened by now loses."));
  page.settlers.push(() => { effect.textContent = evidenceWords(page); });
}

/** @param {Page} page */
function evidenceWords({ view, now, data, model }) {
  if (!model.hasEvidence(view)) return "No evidence is used.";
  const shares = data.hypotheses.map((h, i) => `${plainName(h.name)} ${percent(now.share[i], 0)}`);
  const tests = view.not_arrived_by !== null || view.runs.some(Boolean);
  const twice = tests && view.ramp && data.ramp
    ? " With the low-end update that is mostly the same observation, counted twice." : "";
  const few = now.points > 1 && now.effective < 300
    ? ` Only ${now.effective.toFixed(0)} of ${now.points} points of the trends still count: run the file.` : "";
  return `What was not enough rules out ${percent(now.refuted, 0)} of the prior. `
    + `Shares after it: ${shares.join(", ")}.${twice}${few}`;
}

/** @param {Page} page */
export function others(page) {
  const host = byId("others");
  host.append(el("p", { class: "small dim" }, "The milestones differ: none is quite the event of this model."));
  for (const each of page.data.overlays) {
    const box = /** @type {HTMLInputElement} */ (el("input", { type: "checkbox" }));
    box.addEventListener("change", () => {
      page.overlays = page.overlays.filter((name) => name !== each.name).concat(box.checked ? each.name : []);
      page.show();
    });
    host.append(el("label", { class: "check" }, box, el("span", {}, `${each.title} (${each.published}) `,
      el("span", { class: "dim small" }, each.milestone))));
  }
}

/** Examples one click away. @param {Page} page */
export function examples(page) {
  const host = byId("examples"), { data } = page;
  if (data.hypotheses.some((h) => h.name === "short_horizon")) {
    host.append(button("all short horizon", () => page.example((view) => allShort(view, data), "weights-d")));
  }
  const year = Math.max(2027, data.first);
  host.append(button(`a pause in ${year}`, () => page.example((view) => pauseFrom(view, year), "happens-d")));
  host.append(button("your own halving time", () => {
    page.example((view) => ownHalving(view, data), "trends-d");
    const label = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#trends .row label")])
      .find((each) => /^(algorithms|all halving)/.test(each.textContent ?? ""));
    label?.parentElement?.querySelector("input")?.focus();
  }));
}

/** Algorithms that need half as many FLOP a year sooner, or in two thirds of the time.
 * @param {View} view @param {Data} data */
function ownHalving(view, data) {
  const own = data.inputs["algorithms.speed"], shift = data.inputs["algorithms.halving_shift_years"];
  if (shift) view.knobs["algorithms.halving_shift_years"] = { median: -0.5, spread: 0.3, oom: 0 };
  else if (own?.moves) {
    const slower = own.model.startsWith("doubling") ? 2 / 3 : 1.5;
    view.knobs["algorithms.speed"] = { median: Number((fileMedian(own) * slower).toPrecision(4)), spread: 1, oom: 0 };
  } else view.halving_shift = -1;
}
