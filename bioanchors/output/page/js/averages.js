// Means over the trend points: what has arrived by each year, given each hypothesis, in each case
// of the evidence (bioanchors/engine/weighing.py and results/updating.py).
import { Lines } from "./curves.js";
import { softplus } from "./numbers.js";
import { rising, stretchesOf } from "./nodes.js";
import { proposed } from "./proposal.js";
import { gainStart, missOf, trendsOf } from "./trends.js";

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
function breaksIn({ inputs, view, lag }) {
  const { data } = inputs, pauses = view.pause ? [view.pause] : [];
  const at = (/** @type {string} */ name) => inputs.values(name, view, new Map())[0];
  for (const each of data.interventions) {
    if (each.action === "freeze" && each.until) pauses.push([at(each.year), at(each.until) - at(each.year)]);
  }
  const happenings = [...data.changes, ...data.interventions];
  const names = happenings.flatMap((each) => [each.year, ("until" in each && each.until) || each.year]);
  const years = [...names.map(at), ...pauses.flatMap(([year, lasts]) => [year, year + lasts])];
  // What comes after a pause comes later by as long as that lasts.
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
    this.lag = this.summed(data.lags);
    this.evidenceLag = this.summed(data.evidence_lags);
    this.offset = this.summed(data.offset);
    this.sameEvent = data.lags.join() === data.evidence_lags.join() && !data.offset.length;
    this.likely = this.likelihoods(weight);
    this.stretches = stretchesOf(data, this.seen.cut, breaksIn(this), this.n === 1);
    this.nodes = this.stretches.flatMap((x, i) =>
      Array.from(i && this.stretches[i - 1].at(-1) === x[0] ? x.slice(1) : x));
    this.shared = this.compute();
    /** @type {Map<string, Float64Array>} */ this.known = new Map();
  }

  /** The sum of inputs at each draw. @param {string[]} names */
  summed(names) {
    const result = new Float64Array(this.n);
    for (const name of names) {
      const value = this.inputs.reader(name, this.view, this.scores);
      for (let i = 0; i < this.n; i++) result[i] += value(i);
    }
    return result;
  }

  /** What is observed of all hypotheses alike, relative to the likeliest draw.
   * @param {Float64Array} weight its log, of each draw */
  likelihoods(weight) {
    let top = -Infinity;
    const logs = weight.map((log, i) => {
      for (const o of this.seen.common) log -= 0.5 * missOf(this.data, o, this.trends, i, 0) ** 2;
      top = Math.max(top, log);
      return log;
    });
    return logs.map((log) => Math.exp(log - top));
  }

  /** FLOP that count for the event, without gains: node by node, so that loops run over draws. */
  compute() {
    const { n, nodes, lag, offset, trends } = this, result = new Float64Array(n * nodes.length);
    for (let y = 0; y < nodes.length; y++) {
      const t = nodes[y] - this.data.first;
      for (let i = 0; i < n; i++) result[y * n + i] = trends.bought.at(i, t - lag[i]) - offset[i];
    }
    return result;
  }

  /** The highest that a hypothesis' compute has been by each node. @param {number} h */
  enough(h) {
    const { n, nodes, lag, shared, view } = this, of = this.data.hypotheses[h];
    const key = [of.speed, of.max_oom, of.transfer, of.shift, of.compute_share, gainStart(of, view),
      of.requirement_year].join();
    const kept = this.known.get(key);
    if (kept) return kept;
    const gain = this.trends.gains[h], result = new Float64Array(n * nodes.length);
    for (let y = 0; y < nodes.length; y++) {
      const year = nodes[y] - this.data.first, row = y * n;
      for (let i = 0; i < n; i++) {
        const t = year - lag[i];
        const more = gain instanceof Lines ? gain.level[i] + gain.slope[i] * t
          - softplus(gain.a[0][i] + gain.k[0][i] * t) : gain.at(i, t);
        const value = shared[row + i] + more;
        result[row + i] = y && result[row - n + i] > value ? result[row - n + i] : value;
      }
    }
    this.known.set(key, result);
    return result;
  }

  /** log10 FLOP that runs have ruled out in a draw. @param {number} h @returns {(i: number) => number} */
  ruledOut(h) {
    const { runs } = this.seen, gain = this.trends.gains[h], { first } = this.data;
    const noisy = runs.length > 0 && "evidence.run_softness_oom" in this.data.inputs;
    const noise = this.inputs.reader(noisy ? "evidence.run_softness_oom" : null, this.view, this.scores);
    return (i) => noise(i) + runs.reduce((most, run) =>
      Math.max(most, Math.log10(run.flop) + gain.at(i, run.year - first)), -Infinity);
  }

  /** What could be bought by when nothing had arrived. @param {number} h
   * @returns {(i: number) => number} */
  withoutArrival(h) {
    const { notBy } = this.seen, { first } = this.data, { n, nodes } = this;
    if (notBy === null) return () => -Infinity;
    if (this.sameEvent) {
      const enough = this.enough(h), at = nodes.findLastIndex((y) => y <= notBy);
      return (i) => (at < 0 ? -Infinity : enough[at * n + i]);
    }
    const years = [...nodes.filter((y) => y <= notBy), notBy];
    const gain = this.trends.gains[h], { bought } = this.trends;
    return (i) => years.reduce((most, year) => {
      const t = year - first - this.evidenceLag[i];
      return Math.max(most, bought.at(i, t) + gain.at(i, t));
    }, -Infinity);
  }

  /** Weights of the draws given a hypothesis, and what is ruled out of it in each case.
   * @param {number} h @param {import("./requirement.js").Requirement} requirement */
  weights(h, requirement) {
    const { n, likely, trends } = this, { cases, any, own } = this.seen;
    const weights = new Float64Array(n).fill(1 / n), below = cases.map(() => new Float64Array(n));
    if (!any) return { weights, below };
    const ruledOut = this.ruledOut(h), withoutArrival = this.withoutArrival(h);
    for (let i = 0; i < n; i++) {
      let weight = likely[i];
      for (const o of own) weight *= Math.exp(-0.5 * missOf(this.data, o, trends, i, h) ** 2);
      weights[i] = weight / n;
      cases.forEach((each, c) => {
        const bound = Math.max(each.runs ? ruledOut(i) : -Infinity,
          each.arrival ? withoutArrival(i) : -Infinity);
        below[c][i] = bound === -Infinity ? 0 : requirement.cdf(bound);
      });
    }
    return { weights, below };
  }

  /** Mean weight of what has arrived by each node, in each case. @param {number} h
   * @param {import("./requirement.js").Requirement} requirement @param {Float64Array} weights
   * @param {Float64Array[]} below */
  arrivals(h, { x0, scale, last, values }, weights, below) {
    const { n, nodes } = this, enough = this.enough(h), C = below.length;
    const arrived = below.map(() => new Float64Array(nodes.length)), sums = new Float64Array(C);
    for (let y = 0; y < nodes.length; y++) {
      sums.fill(0);
      for (let i = 0; i < n; i++) {
        const at = (enough[y * n + i] - x0) * scale;
        if (at <= 0) continue;
        const j = at | 0;
        const mass = at < last ? values[j] + (at - j) * (values[j + 1] - values[j]) : 1;
        for (let c = 0; c < C; c++) {
          const above = mass - below[c][i];
          if (above > 0) sums[c] += weights[i] * above;
        }
      }
      for (let c = 0; c < C; c++) arrived[c][y] = sums[c];
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
