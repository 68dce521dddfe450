// The model of one file: from a view to its forecast. Formulas and names are those of
// bioanchors/model; docs/mathematics.md has them in mathematical notation.
import { averages, evidenceOf } from "./averages.js";
import { askedMore, Inputs } from "./inputs.js";
import { STEPS } from "./nodes.js";
import { LOG10_2 } from "./numbers.js";
import { Requirement } from "./requirement.js";

const AT_REST = 8192, MOST = 32768, ENOUGH_LEFT = 8000;

/** Computes forecasts, and keeps what a new view leaves as it was. */
export class Model {
  /** @param {Data} data */
  constructor(data) {
    this.data = data;
    this.inputs = new Inputs(data);
    /** @type {{key: string, means: Means} | null} */ this.kept = null;
    /** @type {Map<string, {key: string, of: Requirement}>} */ this.requirements = new Map();
    const count = Math.round((data.last - data.first) * STEPS);
    this.years = Float64Array.from({ length: count + 1 }, (_, i) => data.first + i / STEPS);
  }

  /** Means over the trends; kept until anything but weights and "none" changes.
   * @param {View} view @param {number} points */
  means(view, points) {
    const key = JSON.stringify([{ ...view, weights: 0, none: 0 }, points]);
    if (this.kept?.key !== key) {
      const requirements = this.data.hypotheses.map((h) => this.requirement(h, view));
      this.kept = { key, means: averages(this.inputs, requirements, view, points, this.years) };
    }
    return this.kept.means;
  }

  /** What a hypothesis asks for, kept while it stays. @param {Hypothesis} h @param {View} view */
  requirement(h, view) {
    const more = askedMore(this.data, h, view), key = `${view.ramp} ${more}`, kept = this.requirements.get(h.name);
    if (kept?.key === key) return kept.of;
    const of = new Requirement(h.cdf, view.ramp ? this.data.ramp : null, more);
    this.requirements.set(h.name, { key, of });
    return of;
  }

  /** Probability that none of the hypotheses holds. @param {View} view @param {number} year */
  noneAt(view, year) {
    const { none } = this.data, [p, end] = view.none;
    if (!none) return 0;
    if (none.to <= none.from) return p;
    return p + (end - p) * Math.min(Math.max((year - none.from) / (none.to - none.from), 0), 1);
  }

  /** What a view forecasts. @param {View} view @param {number} points of uncertain trends
   * @returns {Result} */
  result(view, points) {
    const { cases, arrived, total, effective, points: n } = this.means(view, points);
    const sum = view.weights.reduce((a, b) => a + b, 0), prior = view.weights.map((w) => w / sum);
    const ends = cases.map(({ until }) => (until === Infinity ? 1 : 1 - this.noneAt(view, until)));
    // Probability that "none" lets go in each case, and how likely that makes the evidence.
    const over = (/** @type {number} */ by, /** @type {(c: number) => number} */ value) => {
      let all = 0, before = 0;
      for (let c = 0; c < cases.length; c++) {
        const to = Math.min(by, ends[c]);
        all += (to - before) * value(c);
        before = to;
      }
      return all;
    };
    const evidence = prior.map((_, h) => over(1, (c) => total[c][h]));
    const all = prior.reduce((z, share, h) => z + share * evidence[h], 0);
    const cdf = new Float64Array(this.years.length);
    const parts = prior.map((share, h) => this.years.map((year, y) => {
      const part = (share * over(1 - this.noneAt(view, year), (c) => arrived[c][h][y])) / all;
      cdf[y] += part;
      return part;
    }));
    const untested = prior.reduce((z, share, h) => z + share * total[cases.length - 1][h], 0);
    return { years: this.years, cdf, parts, share: prior.map((s, h) => (s * evidence[h]) / all),
      evidence, refuted: 1 - all / untested, effective, points: n };
  }

  /** The same from as many points as it takes: more where the evidence leaves few.
   * @param {View} view */
  atRest(view) {
    const result = this.result(view, AT_REST);
    if (result.points === 1) return result;
    let points = AT_REST;
    while (points < MOST && (result.effective / AT_REST) * points < ENOUGH_LEFT) points *= 2;
    return points > AT_REST ? this.result(view, points) : result;
  }

  /** What the package would refuse in a view, or nothing. @param {View} view @returns {string} */
  problem(view) {
    const ends = new Map(this.inputs.random(view).map((name) => [name, Float64Array.of(-6, 6)]));
    const values = (/** @type {string} */ name) => this.inputs.values(name, view, ends);
    for (const h of this.data.hypotheses) {
      const name = h.name.replaceAll("_", " ");
      const shift = h.shift ? Math.min(...values(h.shift)) : 0;
      const halving = LOG10_2 / Math.max(...values(h.speed)) + shift + view.halving_shift;
      if ((shift || view.halving_shift) && !(halving > 0)) {
        return `${name}: halving times would reach ${halving.toFixed(2)} years, and must stay above 0`;
      }
      if (!(Math.min(...values(h.max_oom)) + view.cap_shift >= 0.001)) {
        return `${name}: the cap on algorithms would reach 0`;
      }
    }
    return "";
  }

  /** Whether a view has any evidence. @param {View} view */
  hasEvidence(view) {
    return evidenceOf(this.data, view).any;
  }
}
