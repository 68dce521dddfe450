// Means over the trend points: what has arrived by each year, given each hypothesis, in each case
// of the evidence (bioanchors/engine/weighing.py and results/updating.py).
import { product } from "./curves.js";
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
  for (const each of data.interventions) {
    if (each.action === "freeze" && each.until) pauses.push([at(each.year), at(each.until) - at(each.year)]);
  }
  const happenings = [...data.changes, ...data.interventions];
  const names = happenings.flatMap((each) => [each.year, ("until" in each && each.until) || each.year]);
  const years = [...names.map(at), ...pauses.flatMap(([year, lasts]) => [year, year + lasts])];
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
   * hypotheses may share. @returns {Map<Curve, Float64Array>} */
  highest() {
    const { n, nodes, counting, trends: { gains, lag, offset } } = this;
    const result = new Map(gains.map((gain) => [gain, new Float64Array(n * nodes.length)]));
    nodes.forEach((node, y) => {
      const at = node - this.data.first, years = lag.map((later) => at - later), row = y * n;
      const flop = counting.at(years);
      for (const [gain, enough] of result) {
        const oom = gain.at(years);
        for (let i = 0; i < n; i++) {
          const value = flop[i] + oom[i] - offset[i];
          enough[row + i] = y && enough[row - n + i] > value ? enough[row - n + i] : value;
        }
      }
    });
    return result;
  }

  /** The same of a hypothesis. @param {number} h */
  enoughFor(h) {
    return /** @type {Float64Array} */ (this.enough.get(this.trends.gains[h]));
  }

  /** log10 FLOP that runs have ruled out in each draw. @param {number} h */
  ruledOut(h) {
    const { runs } = this.seen, gain = this.trends.gains[h], { first } = this.data;
    const most = new Float64Array(this.n).fill(-Infinity);
    for (const run of runs) {
      const flop = Math.log10(run.flop), use = this.trends.unhobbled?.in(run.year - first);
      gain.in(run.year - first).forEach((oom, i) => {
        most[i] = Math.max(most[i], flop + oom + (use ? use[i] : 0));
      });
    }
    if (!runs.length || !("evidence.run_softness_oom" in this.data.inputs)) return most;
    const noise = this.inputs.values("evidence.run_softness_oom", this.view, this.scores);
    return most.map((oom, i) => oom + (noise[i] ?? noise[0]));
  }

  /** What could be bought by when nothing had arrived, in each draw. @param {number} h */
  withoutArrival(h) {
    const { notBy } = this.seen, { first } = this.data, { n, nodes } = this;
    const most = new Float64Array(n).fill(-Infinity);
    if (notBy === null) return most;
    if (this.sameEvent) {
      const at = nodes.filter((y) => y <= notBy).length - 1;
      return at < 0 ? most : this.enoughFor(h).subarray(at * n, (at + 1) * n);
    }
    const { counting, trends: { gains: { [h]: gain } } } = this;
    for (const year of [...nodes.filter((y) => y <= notBy), notBy]) {
      const years = this.trends.evidenceLag.map((later) => year - first - later);
      const flop = counting.at(years), oom = gain.at(years);
      for (let i = 0; i < n; i++) most[i] = Math.max(most[i], flop[i] + oom[i]);
    }
    return most;
  }

  /** Weights of the draws given a hypothesis, and what is ruled out of it in each case.
   * @param {number} h @param {import("./requirement.js").Requirement} requirement */
  weights(h, requirement) {
    const { n, likely, trends } = this, { cases, any, own } = this.seen;
    const weights = likely.map((each) => each / n), none = new Float64Array(n);
    if (!any) return { weights, below: cases.map(() => none) };
    for (const o of own) {
      missesOf(this.data, o, trends, h).forEach((miss, i) => { weights[i] *= Math.exp(-0.5 * miss * miss); });
    }
    const ruledOut = this.ruledOut(h), withoutArrival = this.withoutArrival(h);
    const below = cases.map(({ runs, arrival }) => {
      const most = none.map((_, i) => Math.max(runs ? ruledOut[i] : -Infinity, arrival ? withoutArrival[i] : -Infinity));
      return requirement.masses(most, most);
    });
    // So little that it is slow to compute with is nothing.
    return { weights: weights.map((each) => (each < LEAST_WEIGHT ? 0 : each)), below };
  }

  /** Mean weight of what has arrived by each node, in each case. @param {number} h
   * @param {import("./requirement.js").Requirement} requirement @param {Float64Array} weights
   * @param {Float64Array[]} below */
  arrivals(h, requirement, weights, below) {
    const { n, nodes } = this, enough = this.enoughFor(h), mass = new Float64Array(n);
    const arrived = below.map(() => new Float64Array(nodes.length));
    for (let y = 0; y < nodes.length; y++) {
      requirement.masses(enough.subarray(y * n, (y + 1) * n), mass);
      below.forEach((ruledOut, c) => { arrived[c][y] = excess(mass, ruledOut, weights); });
    }
    return arrived;
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

/** Weighted sum of what exceeds a bound. @param {Float64Array} mass @param {Float64Array} bound
 * @param {Float64Array} weights */
function excess(mass, bound, weights) {
  let twice = 0;
  for (let i = 0; i < mass.length; i++) {
    // The positive part without a branch, which draws would make unpredictable.
    const above = mass[i] - bound[i];
    twice += weights[i] * (above + Math.abs(above));
  }
  return twice / 2;
}

/** Means over the trend points of a view. @param {import("./inputs.js").Inputs} inputs
 * @param {import("./requirement.js").Requirement[]} requirements @param {View} view
 * @param {number} points @param {Float64Array} years @returns {Means} */
export function averages(inputs, requirements, view, points, years) {
  const round = new Averaging(inputs, view, points), { n } = round, { cases, any } = round.seen;
  /** @type {Float64Array[][]} */ const arrived = cases.map(() => []);
  const total = cases.map(() => new Float64Array(requirements.length).fill(any ? 0 : 1));
  let sum = 0, squares = 0;
  requirements.forEach((requirement, h) => {
    const { weights, below } = round.weights(h, requirement);
    const byNode = round.arrivals(h, requirement, weights, below);
    cases.forEach((each, c) => {
      arrived[c][h] = round.onto(byNode[c], each, years);
      if (any) total[c][h] = weights.reduce((z, w, i) => z + w * (1 - below[c][i]), 0);
    });
    if (h === 0) weights.forEach((w, i) => {
      const left = w * (1 - below[0][i]);
      sum += left;
      squares += left * left;
    });
  });
  return { cases, arrived, total, points: n,
    effective: any && squares > 0 ? (sum * sum) / squares : n };
}
