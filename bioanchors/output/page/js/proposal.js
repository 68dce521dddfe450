// Draws of the trends from near what was observed of them: bioanchors/engine/proposal.py.
import { dot, inverted, squareRoot } from "./matrices.js";
import { missOf, trendsOf } from "./trends.js";

const ROUNDS = 4, STEP = 1e-2;
const PILOT = 1024, TRUSTED = 4, WIDER = 1.05;

/**
 * @typedef {import("./inputs.js").Inputs} Inputs
 * @typedef {object} Asked
 * @property {Inputs} inputs
 * @property {View} view
 * @property {string[]} names of the random inputs
 * @property {Observation[]} observations
 */

/** A normal distribution of scores, by its mean and the symmetric root of its covariance. */
class Normal {
  /** @param {number[]} mean @param {number[][]} covariance */
  constructor(mean, covariance) {
    this.mean = mean;
    this.covariance = covariance;
    const { root, inverse, logDet } = squareRoot(covariance);
    this.root = root;
    this.inverse = inverse;
    this.logDet = logDet;
  }

  /** @param {number[]} z @returns {number[]} */
  move(z) {
    return this.mean.map((m, j) => m + dot(this.root[j], z));
  }

  /** log q - log p. @param {number[]} x */
  logRatio(x) {
    const apart = x.map((v, j) => v - this.mean[j]);
    const white = this.inverse.map((row) => dot(row, apart));
    return 0.5 * (dot(x, x) - dot(white, white)) - this.logDet;
  }
}

/** @param {string[]} names @param {number[][]} points @returns {Scores} */
function asScores(names, points) {
  return new Map(names.map((name, j) => [name, Float64Array.from(points, (x) => x[j])]));
}

/** Misses in standard errors, by observation and point. @param {Asked} asked
 * @param {Scores} scores @param {number} n */
function missesAt({ inputs, view, observations }, scores, n) {
  const trends = trendsOf(inputs, view, scores, n);
  return observations.map((o) => Array.from({ length: n }, (_, i) => missOf(inputs.data, o, trends, i, 0)));
}

/** The scores that observations make most likely, with the covariance there, by Gauss and Newton.
 * @param {Asked} asked */
function laplace(asked) {
  const d = asked.names.length, identity = Array.from({ length: d }, (_, i) =>
    Array.from({ length: d }, (_each, j) => Number(i === j)));
  let mean = Array(d).fill(0), covariance = identity;
  for (let round = 0; round < ROUNDS; round++) {
    const near = [mean, ...identity.map((row) => mean.map((m, j) => m + STEP * row[j]))];
    const misses = missesAt(asked, asScores(asked.names, near), d + 1);
    const slopes = misses.map((row) => identity.map((_, j) => (row[j + 1] - row[0]) / STEP));
    const precision = identity.map((row, i) => row.map((one, j) =>
      one + slopes.reduce((sum, slope) => sum + slope[i] * slope[j], 0)));
    covariance = inverted(precision).inverse;
    // The mode of the linear model: J' (J mean - miss) times the covariance.
    const goals = misses.map((row, k) => dot(slopes[k], mean) - row[0]);
    const pull = identity.map((_, j) => slopes.reduce((sum, slope, k) => sum + slope[j] * goals[k], 0));
    mean = covariance.map((row) => Math.min(Math.max(dot(row, pull), -6), 6));
  }
  return new Normal(mean, covariance);
}

/** Points of a proposal and of the prior, half of each, and log p - log of their mixture.
 * @param {Asked} asked @param {Normal} normal @param {number} n */
function mixture({ inputs, names }, normal, n) {
  const half = n / 2, sets = [0, 1].map((set) => [...inputs.scores(names, half, set).values()]);
  const points = Array.from({ length: n }, (_, i) => {
    const z = sets[i < half ? 0 : 1].map((column) => column[i < half ? i : i - half]);
    return i < half ? normal.move(z) : z;
  });
  const weight = Float64Array.from(points, (x) =>
    -Math.log(0.5 + 0.5 * Math.exp(Math.min(normal.logRatio(x), 700))));
  return { points, weight };
}

/** The normal of weighted draws, which follows ceilings that bend what is observed.
 * @param {Asked} asked @param {Normal} before */
function matched(asked, before) {
  const { points, weight } = mixture(asked, before, PILOT);
  const misses = missesAt(asked, asScores(asked.names, points), PILOT);
  const logs = weight.map((log, i) => misses.reduce((sum, row) => sum - 0.5 * row[i] ** 2, log));
  const top = Math.max(...logs), raw = logs.map((log) => Math.exp(log - top));
  const all = raw.reduce((a, b) => a + b, 0), w = raw.map((v) => v / all);
  const effective = 1 / w.reduce((sum, v) => sum + v * v, 0);
  const trust = effective / (effective + TRUSTED * asked.names.length);
  const mean = before.mean.map((_, j) => points.reduce((sum, x, i) => sum + w[i] * x[j], 0));
  const apart = points.map((x) => x.map((v, j) => v - mean[j]));
  const covariance = before.covariance.map((row, j) => row.map((old, k) => WIDER ** 2
    * ((1 - trust) * old + trust * apart.reduce((sum, x, i) => sum + w[i] * x[j] * x[k], 0))));
  return new Normal(mean.map((m, j) => trust * m + (1 - trust) * before.mean[j]), covariance);
}

/** Scores of a view's draws, and the log of how much each counts before its likelihood.
 *
 * Half are drawn from the prior, so that where the proposal does not fit no draw counts by more than
 * two: p / (p / 2 + q / 2) (Hesterberg 1995; Veach and Guibas 1995).
 * @param {Asked} asked @param {number} n @returns {{scores: Scores, weight: Float64Array}} */
export function proposed(asked, n) {
  const { inputs, names, observations } = asked;
  if (!observations.length || !names.length || n === 1) {
    return { scores: inputs.scores(names, n, 0), weight: new Float64Array(n) };
  }
  const { points, weight } = mixture(asked, matched(asked, laplace(asked)), n);
  return { scores: asScores(names, points), weight };
}
