// Curves over decimal years in log10, of all draws at once: bioanchors/model/curves.py and paths.py.
import { softplus } from "./numbers.js";

/** What each draw is over the years.
 *
 * Values hold until the curve, or one that is made of it, is asked for other years. Years are known
 * by their array: one that was asked for is not written over. */
export class Curve {
  /** @param {number} n draws @param {Float64Array[]} [breaks] at which it bends or jumps, by draw */
  constructor(n, breaks = []) {
    this.breaks = breaks;
    this.values = new Float64Array(n);
    /** @type {Float64Array | null} */ this.asked = null;
  }

  /** @param {Float64Array} years since the origin, one for each draw @returns {Float64Array} */
  at(years) {
    if (years !== this.asked) {
      this.fill(years, this.values);
      this.asked = years;
    }
    return this.values;
  }

  /** @param {number} year since the origin, of all draws */
  in(year) {
    return this.at(new Float64Array(this.values.length).fill(year));
  }

  /** @param {Float64Array} _years @param {Float64Array} _out */
  fill(_years, _out) {}
}

/** Any function of the years. */
export class Bent extends Curve {
  /** @param {number} n @param {(years: Float64Array, out: Float64Array) => void} fill
   * @param {Float64Array[]} [breaks] */
  constructor(n, fill, breaks) {
    super(n, breaks);
    this.fill = fill;
  }
}

/** Lines in the year less softplus terms of lines. */
export class Lines extends Curve {
  /** @param {Float64Array} level at the origin @param {Float64Array} slope
   * @param {Lines[]} [terms] lines under a softplus */
  constructor(level, slope, terms = []) {
    super(level.length);
    this.level = level;
    this.slope = slope;
    this.terms = terms;
  }

  /** @param {Float64Array} years @param {Float64Array} out */
  fill(years, out) {
    const { level, slope, terms } = this;
    for (let i = 0; i < out.length; i++) out[i] = level[i] + slope[i] * years[i];
    for (const { level: a, slope: k } of terms) {
      for (let i = 0; i < out.length; i++) out[i] -= softplus(a[i] + k[i] * years[i]);
    }
  }
}

/** A line under a ceiling that is a line: l / (1 + l / c).
 * @param {Lines} line @param {Lines} limit @returns {Lines} */
export function logistic(line, limit) {
  const over = new Lines(line.level.map((x, i) => x - limit.level[i]),
    line.slope.map((x, i) => x - limit.slope[i]));
  return new Lines(line.level, line.slope, [over]);
}

/** A curve under a ceiling. @param {Curve} curve @param {Lines} limit @returns {Curve} */
export function capped(curve, limit) {
  if (curve instanceof Lines && !curve.terms.length) return logistic(curve, limit);
  return new Bent(curve.values.length, (years, out) => {
    const value = curve.at(years), most = limit.at(years);
    for (let i = 0; i < out.length; i++) out[i] = value[i] - softplus(value[i] - most[i]);
  }, curve.breaks);
}

/** The product of two quantities, of which neither hangs on the other.
 * @param {Curve} one @param {Curve} other @returns {Curve} */
export function product(one, other) {
  if (one instanceof Lines && other instanceof Lines) {
    return new Lines(one.level.map((x, i) => x + other.level[i]),
      one.slope.map((x, i) => x + other.slope[i]), [...one.terms, ...other.terms]);
  }
  return new Bent(one.values.length, (years, out) => {
    const a = one.at(years), b = other.at(years);
    for (let i = 0; i < out.length; i++) out[i] = a[i] + b[i];
  }, [...one.breaks, ...other.breaks]);
}

/** The quantity times 10^oom. @param {Curve} curve @param {Float64Array} oom @returns {Curve} */
export function plus(curve, oom) {
  if (curve instanceof Lines) {
    return new Lines(curve.level.map((x, i) => x + oom[i]), curve.slope, curve.terms);
  }
  return new Bent(curve.values.length, (years, out) => {
    const value = curve.at(years);
    for (let i = 0; i < out.length; i++) out[i] = value[i] + oom[i];
  }, curve.breaks);
}
