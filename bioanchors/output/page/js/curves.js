// Curves over decimal years in log10, one for each draw: bioanchors/model/curves.py and trends/.
import { LN10, softplus } from "./numbers.js";

/** Lines in the year less softplus terms of lines. */
export class Lines {
  /** @param {number} n draws @param {number} terms */
  constructor(n, terms) {
    this.level = new Float64Array(n);
    this.slope = new Float64Array(n);
    this.a = Array.from({ length: terms }, () => new Float64Array(n));
    this.k = Array.from({ length: terms }, () => new Float64Array(n));
  }

  /** @param {number} i draw @param {number} t years since the origin @returns {number} */
  at(i, t) {
    let value = this.level[i] + this.slope[i] * t;
    for (let j = 0; j < this.a.length; j++) value -= softplus(this.a[j][i] + this.k[j][i] * t);
    return value;
  }
}

/** A line under a ceiling that is a line: l / (1 + l / c).
 * @param {Lines} line @param {Lines} limit @returns {Lines} */
export function logistic(line, limit) {
  const n = line.level.length, result = new Lines(n, 1);
  for (let i = 0; i < n; i++) {
    result.level[i] = line.level[i];
    result.slope[i] = line.slope[i];
    result.a[0][i] = line.level[i] - limit.level[i];
    result.k[0][i] = line.slope[i] - limit.slope[i];
  }
  return result;
}

/** Any curve under a ceiling. @param {Curve} curve @param {Curve} limit @returns {Curve} */
export function capped(curve, limit) {
  return { at: (i, t) => {
    const value = curve.at(i, t), over = value - limit.at(i, t);
    return value - (over > 30 ? over : Math.log1p(10 ** over) / LN10);
  } };
}

/** The product of two quantities. @param {Curve} one @param {Curve} other @returns {Curve} */
export function product(one, other) {
  if (!(one instanceof Lines && other instanceof Lines)) {
    return { at: (i, t) => one.at(i, t) + other.at(i, t) };
  }
  const n = one.level.length, result = new Lines(n, 0);
  result.a = [...one.a, ...other.a];
  result.k = [...one.k, ...other.k];
  for (let i = 0; i < n; i++) {
    result.level[i] = one.level[i] + other.level[i];
    result.slope[i] = one.slope[i] + other.slope[i];
  }
  return result;
}

/** The quantity times 10^oom. @param {Curve} curve @param {(i: number) => number} oom
 * @returns {Curve} */
export function plus(curve, oom) {
  if (!(curve instanceof Lines)) return { at: (i, t) => curve.at(i, t) + oom(i) };
  const result = new Lines(curve.level.length, 0);
  result.a = curve.a;
  result.k = curve.k;
  result.slope = curve.slope;
  result.level = curve.level.map((level, i) => level + oom(i));
  return result;
}
