// Draws of the trends from near what was observed of them: bioanchors/engine/proposal.py.
import { dot, inverted, squareRoot } from "./matrices.js";
import { missesOf, trendsOf } from "./trends.js";

const ROUNDS = 4, STEP = 1e-2;
const PILOT = 1024, TRUSTED = 4, WIDER = 1.05;

/**
 * @typedef {import("./inputs.js").Inputs} Inputs
 * @typedef {object} Asked
 * @property {Inputs} inputs
 * @property {View} view
 * @property {string[]} names of the random inputs
 * @property {Observation[]} observations
 * @typedef {Float64Array[]} Columns of each input its values, one for each point
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

  /** Points of it from those of independent scores. @param {Columns} scores @returns {Columns} */
  move(scores) {
    return this.root.map((row, j) => combined(row, scores, this.mean[j]));
  }

  /** Independent scores from points of it. @param {Columns} points @returns {Columns} */
  back(points) {
    const apart = points.map((column, j) => column.map((x) => x - this.mean[j]));
    return this.inverse.map((row) => combined(row, apart, 0));
  }

  /** log q - log p of points. @param {Columns} points @param {Columns} scores that they come from */
  logRatio(points, scores) {
    const result = new Float64Array(points[0].length).fill(-this.logDet);
    points.forEach((column, j) => {
      const score = scores[j];
      for (let i = 0; i < result.length; i++) {
        result[i] += 0.5 * (column[i] * column[i] - score[i] * score[i]);
      }
    });
    return result;
  }
}

/** A number plus columns times factors. @param {number[]} factors @param {Columns} columns
 * @param {number} start */
function combined(factors, columns, start) {
  const result = new Float64Array(columns[0].length).fill(start);
  columns.forEach((column, k) => {
    const factor = factors[k];
    for (let i = 0; i < result.length; i++) result[i] += factor * column[i];
  });
  return result;
}

/** @param {string[]} names @param {Columns} points @returns {Scores} */
function asScores(names, points) {
  return new Map(names.map((name, j) => [name, points[j]]));
}

/** Misses in standard errors, by observation and point. @param {Asked} asked
 * @param {Scores} scores @param {number} n */
function missesAt({ inputs, view, observations }, scores, n) {
  const trends = trendsOf(inputs, view, scores, n);
  return observations.map((o) => missesOf(inputs.data, o, trends, 0));
}

/** The scores that observations make most likely, with the covariance there, by Gauss and Newton.
 * @param {Asked} asked */
function laplace(asked) {
  const d = asked.names.length, identity = Array.from({ length: d }, (_, i) =>
    Array.from({ length: d }, (_each, j) => Number(i === j)));
  let mean = Array(d).fill(0), covariance = identity;
  for (let round = 0; round < ROUNDS; round++) {
    const near = mean.map((m, j) => Float64Array.from([m, ...identity.map((row) => m + STEP * row[j])]));
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
  const half = n / 2, [own, prior] = [0, 1].map((set) => [...inputs.scores(names, half, set).values()]);
  const near = normal.move(own), ratios = new Float64Array(n);
  const points = near.map((column, j) => joined(column, prior[j]));
  ratios.set(normal.logRatio(near, own));
  ratios.set(normal.logRatio(prior, normal.back(prior)), half);
  return { points, weight: ratios.map((ratio) => -Math.log(0.5 + 0.5 * Math.exp(Math.min(ratio, 700)))) };
}

/** @param {Float64Array} one @param {Float64Array} other */
function joined(one, other) {
  const result = new Float64Array(one.length + other.length);
  result.set(one);
  result.set(other, one.length);
  return result;
}

/** The normal of weighted draws, which follows ceilings that bend what is observed.
 * @param {Asked} asked @param {Normal} before */
function matched(asked, before) {
  const { points, weight: logs } = mixture(asked, before, PILOT);
  for (const row of missesAt(asked, asScores(asked.names, points), PILOT)) {
    row.forEach((miss, i) => { logs[i] -= 0.5 * miss * miss; });
  }
  const top = Math.max(...logs), raw = logs.map((log) => Math.exp(log - top));
  const all = raw.reduce((a, b) => a + b, 0), w = raw.map((v) => v / all);
  const effective = 1 / w.reduce((sum, v) => sum + v * v, 0);
  const trust = effective / (effective + TRUSTED * asked.names.length);
  const mean = points.map((column) => dot(w, column));
  const apart = points.map((column, j) => column.map((x) => x - mean[j]));
  const weighted = apart.map((column) => column.map((x, i) => w[i] * x));
  const covariance = before.covariance.map((row) => [...row]);
  covariance.forEach((row, j) => {
    for (let k = 0; k <= j; k++) {
      const value = (1 - trust) * row[k] + trust * dot(weighted[j], apart[k]);
      row[k] = covariance[k][j] = WIDER ** 2 * value;
    }
  });
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
