// Means over the trend points: what has arrived by each year, given each hypothesis, in each case
// of the evidence (bioanchors/engine/weighing.py and results/updating.py).
import { product } from "./curves.js";
import { byGrid, Histogram } from "./histogram.js";
import { rising, stretchesOf } from "./nodes.js";
import { proposed } from "./proposal.js";
import { missesOf, trendsOf } from "./trends.js";

const LEAST_WEIGHT = 1e-30;

/** @param {Data} data @param {View} view */
export function evidenceOf(data, view) {
  const observations = data.evidence.observations.filter((_, i) => view.observations[i]);
  const runs = data.evidence.runs.filter((_, i) => view.runs[i]);
  const lastRun = runs.length ? Math.max(...runs.map((run) => run.year)) : null;
  const notBy = view.not_arrived_by;
  const years = [...new Set([lastRun, notBy])].filter((y) => y !== null).map(Number);
  /** @type {Case[]} */
  const cases = [...years.sort((a, b) => a - b), Infinity].map((until) => ({ until,
    runs: lastRun !== null && until <= lastRun, arrival: notBy !== null && until <= notBy }));
  return { runs, notBy, cases, cut: notBy ?? lastRun, any: runs.length + observations.length > 0 || notBy !== null,
    own: observations.filter((o) => o.quantity === "algorithmic_gain" && !o.hypothesis),
    common: observations.filter((o) => o.quantity !== "algorithmic_gain" || o.hypothesis) };
}

/** Years at which what is enough bends or jumps, by medians. @param {Averaging} of
 * @returns {number[]} */
function breaksIn({ inputs, view, trends: { lag } }) {
  const { data } = inputs, pauses = view.pause ? [view.pause] : [];
  const at = (/** @type {string} */ name) => inputs.values(name, view, new Map())[0];
  const years = [...data.changes, ...data.interventions].map((each) => at(each.year));
  for (const each of data.interventions) {
    const year = at(each.year);
    const lasts = each.until ? at(each.until) - year : each.lasts ? at(each.lasts) : Infinity;
    if (lasts < Infinity) years.push(year + lasts);
    if (each.action === "freeze" && lasts < Infinity) pauses.push([year, lasts]);
  }
  years.push(...pauses.flatMap(([year, lasts]) => [year, year + lasts]));
  // What comes after a pause comes later by as long as that lasts.
  if (data.unhobbling_start !== null) years.push(data.unhobbling_start);
  for (const [, lasts] of pauses) years.push(...years.map((year) => year + lasts));
  const known = lag.every((each) => each === lag[0]) ? lag[0] : 0;
  return years.map((year) => year + known);
}

/** One round of averaging. */
class Averaging {
  /** @param {import("./inputs.js").Inputs} inputs @param {View} view @param {number} points */
  constructor(inputs, view, points) {
    const data = this.data = inputs.data, random = inputs.random(view);
    this.inputs = inputs;
    this.view = view;
    this.seen = evidenceOf(data, view);
    const count = random.length ? points : 1;
    const { scores, weight } = proposed({ inputs, view, names: random, observations: this.seen.common }, count);
    this.n = count;
    this.nothing = new Float64Array(count).fill(-Infinity);
    this.scores = scores;
    this.trends = trendsOf(inputs, view, scores, this.n);
    this.sameEvent = data.lags.join() === data.evidence_lags.join() && !data.offset.length;
    this.likely = this.likelihoods(weight);
    const { bought, unhobbled } = this.trends;
    /** What counts before algorithms, in log10 FLOP. */
    this.counting = unhobbled ? product(bought, unhobbled) : bought;
    this.stretches = stretchesOf(data, this.seen.cut, breaksIn(this), this.n === 1);
    this.nodes = this.stretches.flatMap((x, i) =>
      Array.from(i && this.stretches[i - 1].at(-1) === x[0] ? x.slice(1) : x));
    this.enough = this.highest();
  }

  /** What is observed of all hypotheses alike, relative to the likeliest draw.
   * @param {Float64Array} weight its log, of each draw */
  likelihoods(weight) {
    const logs = Float64Array.from(weight);
    for (const o of this.seen.common) {
      missesOf(this.data, o, this.trends, 0).forEach((miss, i) => { logs[i] -= 0.5 * miss * miss; });
    }
    const top = logs.reduce((a, b) => Math.max(a, b), -Infinity);
    return logs.map((log) => Math.exp(log - top));
  }

  /** The highest that effective compute has been by each node, in log10 FLOP; by the gain, which
   * hypotheses may share. @returns {Map<Curve, Float64Array[]>} */
  highest() {
    const { counting, trends: { gains, lag, offset } } = this;
    /** @type {Map<Curve, Float64Array[]>} */ const result = new Map(gains.map((gain) => [gain, []]));
    for (const node of this.nodes) {
      const years = earlier(node - this.data.first, lag);
      const flop = counting.at(years);
      for (const [gain, enough] of result) {
        enough.push(exceeding(enough.at(-1) ?? this.nothing, flop, gain.at(years), offset));
      }
    }
    return result;
  }

  /** By each node the same of a hypothesis. @param {number} h */
  enoughFor(h) {
    return /** @type {Float64Array[]} */ (this.enough.get(this.trends.gains[h]));
  }

  /** log10 FLOP that runs have ruled out in each draw. @param {number} h */
  ruledOut(h) {
    const { seen: { runs }, nothing, trends: { gains: { [h]: gain }, unhobbled } } = this;
    if (!runs.length) return nothing;
    let most = nothing;
    for (const run of runs) {
      const year = run.year - this.data.first, flop = nothing.map(() => Math.log10(run.flop));
      most = exceeding(most, flop, unhobbled ? product(gain, unhobbled).in(year) : gain.in(year));
    }
    if (!("evidence.run_softness_oom" in this.data.inputs)) return most;
    const noise = this.inputs.values("evidence.run_softness_oom", this.view, this.scores);
    return most.map((oom, i) => oom + (noise[i] ?? noise[0]));
  }

  /** What could be bought by when nothing had arrived, in each draw. @param {number} h */
  withoutArrival(h) {
    const { seen: { notBy }, nodes, counting, nothing, trends: { evidenceLag, gains: { [h]: gain } } } = this;
    if (notBy === null) return nothing;
    if (this.sameEvent) return this.enoughFor(h)[nodes.filter((y) => y <= notBy).length - 1] ?? nothing;
    return [...nodes.filter((y) => y < notBy), notBy].reduce((most, year) => {
      const years = earlier(year - this.data.first, evidenceLag);
      return exceeding(most, counting.at(years), gain.at(years));
    }, nothing);
  }

  /** Weights of the draws given a hypothesis. @param {number} h */
  weights(h) {
    const { n, data, likely, trends, seen } = this, weights = likely.map((each) => each / n);
    for (const o of seen.own) {
      missesOf(data, o, trends, h).forEach((miss, i) => { weights[i] *= Math.exp(-0.5 * miss * miss); });
    }
    // So little that it is slow to compute with is nothing.
    return seen.any ? weights.map((each) => (each < LEAST_WEIGHT ? 0 : each)) : weights;
  }

  /** log10 FLOP that is ruled out in each draw, by case. @param {number} h */
  bounds(h) {
    const ruledOut = this.ruledOut(h), withoutArrival = this.withoutArrival(h);
    return this.seen.cases.map(({ runs, arrival }) => {
      if (!runs || !arrival) return runs ? ruledOut : arrival ? withoutArrival : this.nothing;
      return ruledOut.map((oom, i) => Math.max(oom, withoutArrival[i]));
    });
  }

  /** Hypotheses between which draws do not differ, as their numbers. */
  alike() {
    const { gains, measured } = this.trends;
    /** @type {Map<string, number[]>} */ const result = new Map();
    gains.forEach((gain, h) => {
      const key = [gains.indexOf(gain), this.seen.own.length ? measured.indexOf(measured[h]) : ""].join();
      result.set(key, [...(result.get(key) ?? []), h]);
    });
    return [...result.values()];
  }

  /** From nodes onto the years of the answer. @param {Float64Array} values @param {Case} each
   * @param {Float64Array} years */
  onto(values, each, years) {
    const out = new Float64Array(years.length);
    let start = 0;
    this.stretches.forEach((x, i) => {
      if (i && this.stretches[i - 1].at(-1) === x[0]) start -= 1;
      rising(x, values.subarray(start, start + x.length), years, out);
      start += x.length;
    });
    if (this.sameEvent && each.arrival) {
      for (let y = 0; y < out.length && years[y] <= Number(this.seen.notBy); y++) out[y] = 0;
    }
    return out;
  }
}

/** A year less each draw's lag. @param {number} year @param {Float64Array} lag */
function earlier(year, lag) {
  const result = new Float64Array(lag.length);
  for (let i = 0; i < result.length; i++) result[i] = year - lag[i];
  return result;
}

/** The higher of what has been and what is, in log10. @param {Float64Array} before
 * @param {Float64Array} flop @param {Float64Array} gain @param {Float64Array} [offset] that it lacks */
function exceeding(before, flop, gain, offset) {
  const result = new Float64Array(before.length);
  for (let i = 0; i < result.length; i++) {
    const value = flop[i] + gain[i] - (offset ? offset[i] : 0);
    result[i] = before[i] > value ? before[i] : value;
  }
  return result;
}

/** Means over the trend points of a view. @param {import("./inputs.js").Inputs} inputs
 * @param {import("./requirement.js").Requirement[]} requirements @param {View} view
 * @param {number} points @param {Float64Array} years @returns {Means} */
export function averages(inputs, requirements, view, points, years) {
  const round = new Averaging(inputs, view, points), { n, nodes } = round, { cases, any } = round.seen;
  /** @type {Float64Array[][]} */ const arrived = cases.map(() => []);
  const total = cases.map(() => new Float64Array(requirements.length).fill(any ? 0 : 1));
  let effective = n;
  for (const which of round.alike()) {
    const weights = round.weights(which[0]), bounds = round.bounds(which[0]), enough = round.enoughFor(which[0]);
    if (any && which[0] === 0) effective = effectiveOf(weights, requirements[0].masses(bounds[0]));
    const all = weights.reduce((a, b) => a + b, 0);
    for (const some of byGrid(requirements, which)) {
      const histogram = new Histogram(some.map((h) => requirements[h]));
      bounds.forEach((bound, c) => {
        histogram.hold(bound, bound, weights);
        const below = some.map((h) => histogram.sum(requirements[h]));
        const byNode = some.map(() => new Float64Array(nodes.length));
        enough.forEach((flop, y) => {
          histogram.hold(flop, bound, weights);
          some.forEach((h, k) => { byNode[k][y] = Math.max(histogram.sum(requirements[h]) - below[k], 0); });
        });
        some.forEach((h, k) => {
          arrived[c][h] = round.onto(byNode[k], cases[c], years);
          if (any) total[c][h] = all - below[k];
        });
      });
    }
  }
  return { cases, arrived, total, points: n, effective };
}

/** By how many draws of equal weight a mean is known as well, given what is ruled out of each.
 * @param {Float64Array} weights @param {Float64Array} below */
function effectiveOf(weights, below) {
  let sum = 0, squares = 0;
  weights.forEach((w, i) => {
    const left = w * (1 - below[i]);
    sum += left;
    squares += left * left;
  });
  return squares > 0 ? (sum * sum) / squares : weights.length;
}
